import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('MGET', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the values in order, nil for missing keys and other types', () => {
    run('SET a 1')
    run('SET b two')
    server.putStream('s')
    expect(run('MGET a none s b a')).toBe('[1, (nil), (nil), two, 1]')
  })

  it('has the nil of each protocol', () => {
    expect(server.client.raw('MGET', 'none')).toBe('*1\r\n$-1\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('MGET', 'none')).toBe('*1\r\n_\r\n')
  })

  it('counts a hit or a miss for each key', () => {
    run('SET a 1')
    run('MGET a none a other')
    expect(server.engine.stats.keyspaceHits).toBe(2)
    expect(server.engine.stats.keyspaceMisses).toBe(2)
    expect(server.events()).toEqual(['set a 0', 'keymiss none 0', 'keymiss other 0'])
  })

  it('refuses any other number of arguments', () => {
    expect(run('MGET')).toBe("(error) ERR wrong number of arguments for 'mget' command")
  })
})
