import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

describe('MOVE', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('moves a key with its time to live, and tells of it in both databases', () => {
    run('SET a v PX 5000')
    server.events()
    expect(run('MOVE a 3')).toBe('(integer) 1')
    expect(server.events()).toEqual(['move_from a 0', 'move_to a 3'])
    expect([run('EXISTS a'), run('SELECT 3'), run('GET a'), run('PTTL a')]).toEqual([
      '(integer) 0',
      'OK',
      'v',
      '(integer) 5000',
    ])
    server.clock.advance(6000)
    expect(server.engine.db(3).size).toBe(0)
    expect(server.engine.db(3).wheel.size + server.engine.db(0).wheel.size).toBe(0)
  })

  it('leaves both as they are when the other database has the key', () => {
    run('SET a v')
    run('COPY a a DB 1')
    run('SET a w')
    server.events()
    expect([run('MOVE a 1'), run('GET a')]).toEqual(['(integer) 0', 'w'])
    expect(server.events()).toEqual([])
  })

  it('moves over a key whose time is over', () => {
    run('SET a old PX 10')
    run('MOVE a 1')
    run('SET a v')
    server.clock.now += 10
    server.events()
    expect(run('MOVE a 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['expired a 1', 'move_from a 0', 'move_to a 1'])
  })

  it('moves nothing when there is no key', () => {
    expect(run('MOVE none 1')).toBe('(integer) 0')
    run('SET a v PX 10')
    server.clock.now += 10
    expect(run('MOVE a 1')).toBe('(integer) 0')
    expect(server.engine.db(1).size).toBe(0)
  })

  it('moves large strings and values of modules as they are', () => {
    const calls: string[] = []
    server = startTestEngine([boxModule(calls)])
    run('BOX.SET box 5')
    server.client.raw('SET', 'large', 'x'.repeat(100_000))
    run('MOVE box 2')
    run('MOVE large 2')
    expect(server.engine.db(0).objectBytes).toBe(0)
    run('SELECT 2')
    expect([run('BOX.GET box'), run('STRLEN large')]).toEqual(['5', '(integer) 100000'])
    expect(calls).toEqual([])
  })

  it('refuses the present database, others that there are not, and wrong numbers of words', () => {
    expect(run('MOVE none 0')).toBe('(error) ERR source and destination objects are the same')
    expect(run('MOVE none 16')).toBe('(error) ERR DB index is out of range')
    expect(run('MOVE none -1')).toBe('(error) ERR DB index is out of range')
    expect(run('MOVE none 2147483648')).toBe(
      '(error) ERR value is out of range, value must between -2147483648 and 2147483647',
    )
    expect(run('MOVE none x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('MOVE none')).toBe("(error) ERR wrong number of arguments for 'move' command")
  })
})
