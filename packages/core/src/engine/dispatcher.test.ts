import { reply } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'
import { command, moduleOf } from './_test-modules.ts'

let server: TestEngine

beforeEach(() => {
  server = startTestEngine()
})

describe('callCommand', () => {
  it('runs without a password, and leaves the session without one', () => {
    const { engine, client } = server
    client.run('CONFIG SET requirepass secret')
    const stranger = server.connect()
    expect(engine.dispatcher.callCommand(stranger.session, ['SET', 'k', 'v'])).toMatchObject({ text: 'OK' })
    expect(stranger.run('GET k')).toBe('(error) NOAUTH Authentication required.')
  })

  it('answers a session that gets no replies, and leaves it without', () => {
    const { engine, client } = server
    client.raw('CLIENT', 'REPLY', 'OFF')
    expect(engine.dispatcher.callCommand(client.session, ['INCR', 'n'])).toBe(1)
    expect(client.raw('INCR', 'n')).toBe('')
    expect(engine.dispatcher.callCommand(client.session, ['GET', 'n'])).toEqual(new Uint8Array([50]))
  })
})

describe('What one request made large', () => {
  it('is given back: the reply buffer, at the end of the turn', () => {
    const { engine, client } = server
    const words = ['GET', 'k'] as const
    client.raw('SET', 'k', 'x'.repeat(3_000_000))
    engine.dispatcher.beginTurn()
    engine.dispatcher.callCommand(client.session, words)
    expect(engine.reply.buf.length).toBeGreaterThan(3_000_000)
    engine.dispatcher.endTurn()
    expect(engine.reply.buf.length).toBe(64 * 1024)
    expect(client.run('STRLEN k')).toBe('(integer) 3000000')
  })

  it('is given back: the places of its arguments', () => {
    const { engine, client } = server
    const pairs = Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 'v']).flat()
    expect(client.raw('MSET', ...pairs)).toBe('+OK\r\n')
    const { parsers } = engine.dispatcher.takeBatch()
    expect(Math.max(...parsers.map(({ argStart }) => argStart.length))).toBeLessThan(5000)
    expect(Math.max(...parsers.map(({ argLength }) => argLength.length))).toBeLessThan(5000)
  })
})

describe('Codes of error replies', () => {
  it('are counted, and no more than 128 different ones, however many a module makes', () => {
    const { engine, client } = server
    let made = 0
    const handler = () => reply.error(`CODE${made++} is new each time`)
    engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    for (let i = 0; i < 500; i++) expect(client.run('M.GO')).toBe(`(error) CODE${i} is new each time`)
    expect(engine.stats.errors.size).toBe(128)
    expect(engine.stats.errorReplies).toBe(500)
    made = 5
    client.run('M.GO')
    expect(engine.stats.errors.get('CODE5')).toBe(2)
  })
})
