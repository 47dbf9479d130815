import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

describe('SCAN', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  /** One call: the cursor and the keys. */
  function scan(line: string): { readonly cursor: string; readonly keys: string[] } {
    const words = server.client.raw('SCAN', ...line.split(' ')).split('\r\n')
    return { cursor: words[2], keys: words.slice(5).filter((_, i) => i % 2 === 0 && i < words.length - 6) }
  }

  /** All calls of a walk; `between` runs after each. */
  function walk(options = '', between: () => void = () => {}): { readonly keys: string[]; readonly calls: number } {
    const keys: string[] = []
    let calls = 0
    let cursor = '0'
    do {
      const found = scan(`${cursor} ${options}`.trim())
      keys.push(...found.keys)
      cursor = found.cursor
      calls++
      between()
    } while (cursor !== '0')
    return { keys, calls }
  }

  function populate(count: number): void {
    for (let i = 0; i < count; i++) run(`SET key:${i} v`)
  }

  it('walks through all keys, each once while nothing changes', () => {
    for (const count of [0, 1, 10, 1000]) {
      run('FLUSHALL')
      populate(count)
      const { keys } = walk()
      expect(keys).toHaveLength(count)
      expect(new Set(keys).size).toBe(count)
    }
  })

  it('looks at about COUNT keys a call, ten by default', () => {
    populate(1000)
    expect(walk().calls).toBeGreaterThan(45)
    expect(walk().calls).toBeLessThan(120)
    expect(walk('COUNT 100').calls).toBeLessThan(20)
    expect(walk('count 9223372036854775807').calls).toBe(1)
    expect(walk('COUNT 1').keys).toHaveLength(1000)
  })

  it('is not held up by what is gone: the table shrinks with its keys', () => {
    populate(20_000)
    for (let i = 0; i < 20_000; i++) if (i % 500 !== 0) run(`DEL key:${i}`)
    const { keys, calls } = walk('COUNT 1')
    expect(keys.sort()).toEqual(Array.from({ length: 40 }, (_, i) => `key:${i * 500}`).sort())
    expect(calls).toBeLessThan(42)
  })

  it('returns every key that was there all along, while others come and go', () => {
    populate(100)
    let added = 0
    const { keys } = walk('COUNT 3', () => {
      for (let i = 0; i < 50; i++) run(`SET more:${added++} v`)
      if (added % 3 === 0) for (let i = 0; i < added; i++) run(`DEL more:${i}`)
    })
    expect(new Set(keys.filter((key) => key.startsWith('key:'))).size).toBe(100)
  })

  it('returns the keys that match a pattern', () => {
    populate(1000)
    expect(walk('MATCH key:1??').keys).toHaveLength(100)
    expect(walk('MATCH * COUNT 500').keys).toHaveLength(1000)
    expect(walk('MATCH key:7 MATCH none').keys).toEqual([])
  })

  it('returns the keys of a type, whatever the case of its letters', () => {
    server = startTestEngine([boxModule([])])
    populate(20)
    run('BOX.SET box 1')
    expect(walk('TYPE string').keys).toHaveLength(20)
    expect(walk('TYPE STRING MATCH key:1? COUNT 5').keys).toHaveLength(10)
    expect(walk('TYPE list').keys).toEqual([])
    expect(walk('TYPE box').keys).toEqual(['box'])
    expect(run('SCAN 0 TYPE Nothing')).toBe("(error) ERR unknown type name 'Nothing'")
    expect(run('SCAN 0 TYPE module')).toBe("(error) ERR unknown type name 'module'")
  })

  it('deletes the keys whose time is over, of those that it would return', () => {
    server = startTestEngine([boxModule([])])
    run('SET a v PX 10')
    run('BOX.SET box 1')
    run('PEXPIRE box 10')
    run('SET b v')
    server.clock.now += 10
    server.events()
    expect(walk('TYPE string').keys).toEqual(['b'])
    expect(server.events()).toEqual(['expired a 0'])
    expect(walk('MATCH x*').keys).toEqual([])
    expect(run('DBSIZE')).toBe('(integer) 2')
    expect(walk().keys).toEqual(['b'])
    expect(run('DBSIZE')).toBe('(integer) 1')
  })

  it('takes for a cursor what strtoull takes', () => {
    run('SET a v')
    for (const cursor of ['0', '00', '+0', '-0', ' 0', '\t0', '0\0x']) {
      expect(server.client.raw('SCAN', cursor)).toBe('*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n')
    }
    for (const cursor of ['', 'x', '-1', '1.5', '0x1', '5 ', '+-1', '+ 1', '18446744073709551616']) {
      expect(server.client.raw('SCAN', cursor)).toBe('-ERR invalid cursor\r\n')
    }
    for (const cursor of [
      '4294967295',
      '4294967296',
      '9007199254740993',
      '9223372036854775808',
      '18446744073709551615',
    ]) {
      expect(server.client.raw('SCAN', cursor)).toMatch(/^\*2\r\n\$1\r\n0\r\n/)
    }
  })

  it('refuses counts below 1 and beyond 64 bits, and what it does not know, in the order of the words', () => {
    for (const [options, error] of [
      ['COUNT 0', 'ERR syntax error'],
      ['COUNT -1', 'ERR syntax error'],
      ['COUNT x', 'ERR value is not an integer or out of range'],
      ['COUNT 9223372036854775808', 'ERR value is not an integer or out of range'],
      ['COUNT', 'ERR syntax error'],
      ['MATCH', 'ERR syntax error'],
      ['TYPE', 'ERR syntax error'],
      ['foo', 'ERR syntax error'],
      ['NOVALUES', 'ERR NOVALUES option can only be used in HSCAN'],
      ['MATCH x novalues', 'ERR NOVALUES option can only be used in HSCAN'],
      ['TYPE foo COUNT x', "ERR unknown type name 'foo'"],
      ['COUNT x TYPE foo', 'ERR value is not an integer or out of range'],
    ]) {
      expect(run(`SCAN 0 ${options}`)).toBe(`(error) ${error}`)
    }
    expect(run('SCAN x COUNT y')).toBe('(error) ERR invalid cursor')
    expect(run('SCAN')).toBe("(error) ERR wrong number of arguments for 'scan' command")
  })
})
