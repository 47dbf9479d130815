import { beforeEach, describe, expect, it } from 'vitest'
import { EVENT_EXPIRED } from '../../engine/events.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

describe('RENAME', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('gives a key another name, and tells of both', () => {
    run('SET a v')
    server.events()
    expect(run('RENAME a b')).toBe('OK')
    expect(server.events()).toEqual(['rename_from a 0', 'rename_to b 0'])
    expect([run('GET a'), run('GET b')]).toEqual(['(nil)', 'v'])
  })

  it('overwrites a key that has the new name, with its time to live', () => {
    run('SET a v')
    run('SET b old PX 5000')
    expect(run('RENAME a b')).toBe('OK')
    expect([run('GET b'), run('PTTL b'), run('DBSIZE')]).toEqual(['v', '(integer) -1', '(integer) 1'])
    run('SET c new PX 700')
    expect(run('RENAME c b')).toBe('OK')
    expect([run('GET b'), run('PTTL b')]).toEqual(['new', '(integer) 700'])
    server.clock.advance(1000)
    expect(server.engine.db(0).size).toBe(0)
  })

  it('changes nothing when both names are the same', () => {
    run('SET a v PX 5000')
    server.events()
    expect(run('RENAME a a')).toBe('OK')
    expect([run('GET a'), run('PTTL a')]).toEqual(['v', '(integer) 5000'])
    expect(server.events()).toEqual([])
  })

  it('needs the key, whatever its new name', () => {
    expect(run('RENAME none b')).toBe('(error) ERR no such key')
    expect(run('RENAME none none')).toBe('(error) ERR no such key')
    run('SET a v PX 10')
    server.clock.now += 10
    expect(run('RENAME a b')).toBe('(error) ERR no such key')
    expect(server.engine.db(0).size).toBe(0)
  })

  it('works between names and values of every length, and moves the buffer of a large one', () => {
    for (const from of [0, 1, 255, 256, 4096, 4097]) {
      for (const to of [2, 257, 5000]) {
        for (const length of [0, 10, 300, 16_000, 16_340, 70_000]) {
          const value = 'v'.repeat(length)
          server.client.raw('SET', 'f'.repeat(from), value)
          server.client.raw('RENAME', 'f'.repeat(from), 't'.repeat(to))
          expect(server.client.raw('GET', 't'.repeat(to))).toBe(`$${length}\r\n${value}\r\n`)
        }
      }
    }
    expect(server.engine.db(0).size).toBe(3)
    for (const to of [2, 257, 5000]) server.client.raw('DEL', 't'.repeat(to))
    expect(server.engine.db(0).objectBytes).toBe(0)
  })

  it('moves a value of a module as it is, without copying or freeing it', () => {
    const calls: string[] = []
    server = startTestEngine([boxModule(calls)])
    run('BOX.SET a 5')
    run('SET b old')
    expect(run('RENAME a b')).toBe('OK')
    expect([run('TYPE b'), run('BOX.GET b')]).toEqual(['box', '5'])
    expect(calls).toEqual([])
    run('SET b text')
    expect(calls).toEqual(['free 5'])
  })

  it('finds the key gone when whoever heard that the other one expired has deleted it; so do COPY and MOVE', () => {
    const other = server.connect()
    server.engine.events.subscribe({
      classes: EVENT_EXPIRED,
      onKeyEvent: () => server.engine.dispatcher.callCommand(other.session, ['DEL', 'a']),
    })
    for (const [line, reply] of [
      ['RENAMENX a b', '(error) ERR no such key'],
      ['COPY a b REPLACE', '(integer) 0'],
      ['MOVE a 1', '(integer) 0'],
    ]) {
      run('SET a v')
      run('SET b old PX 10')
      run('COPY b a DB 1 REPLACE')
      server.clock.now += 10
      expect(run(line)).toBe(reply)
      expect(run('EXISTS a')).toBe('(integer) 0')
    }
  })

  it('wants two names', () => {
    expect(run('RENAME a')).toBe("(error) ERR wrong number of arguments for 'rename' command")
    expect(run('RENAME a b c')).toBe("(error) ERR wrong number of arguments for 'rename' command")
  })
})
