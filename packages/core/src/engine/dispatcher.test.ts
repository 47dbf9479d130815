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

describe('What an error reply quotes of the request', () => {
  it('stays as it came, but for line ends, which are blanks: no reply can be made within a reply', () => {
    const word = 'a\x07b\x1bc\rd\ne"\\'
    const quoted = 'a\x07b\x1bc d e"\\'
    const { client } = server
    expect(client.raw(word, word)).toBe(`-ERR unknown command '${quoted}', with args beginning with: '${quoted}' \r\n`)
    expect(client.raw('CLIENT', word)).toBe(`-ERR unknown subcommand '${quoted}'. Try CLIENT HELP.\r\n`)
    expect(client.raw('CONFIG', 'SET', word, '1')).toBe(
      `-ERR Unknown option or number of arguments for CONFIG SET - '${quoted}'\r\n`,
    )
    expect(client.raw('ACL', 'SETUSER', 'u', `+${word}`)).toBe(
      `-ERR Error in ACL SETUSER modifier '+${quoted}': Unknown command or category name in ACL\r\n`,
    )
    expect(client.raw('CLIENT', 'KILL', 'USER', word)).toBe(`-ERR No such user '${quoted}'\r\n`)
    expect(client.raw('nosuch\r\n+OK\r\n')).not.toContain('\n+OK')
    client.run('PING')
    expect(client.run('INFO errorstats')).toMatch(/^# Errorstats\r\nerrorstat_ERR:count=\d+\r\n$/)
  })
})

describe('Codes of error replies', () => {
  it('are counted, and no more than 128 different ones, however many a module makes', () => {
    const { engine, client } = server
    let made = 0
    const handler = () => reply.error(`CODE${made++} is new each time`)
    engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    for (let i = 0; i < 500; i++) expect(client.run('M.GO')).toBe(`(error) CODE${i} is new each time`)
    expect(engine.stats.errors.size).toBe(129)
    expect(engine.stats.errors.get('ERRORSTATS_OVERFLOW')).toBe(372)
    expect(engine.stats.errorReplies).toBe(500)
    made = 5
    client.run('M.GO')
    expect(engine.stats.errors.get('CODE5')).toBe(2)
    client.run('GET')
    expect(engine.stats.errors.get('ERR')).toBe(1)
  })
})
