import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const NOT_ONE = '(error) WRONGTYPE Key is not a valid HyperLogLog string value.'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const elements = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `e${from + i}`)
beforeEach(() => {
  server = startTestEngine()
})

describe('PFADD, PFCOUNT and PFMERGE', () => {
  it('count different elements, sparse and dense', () => {
    expect(run('PFADD h')).toBe('(integer) 1')
    expect(run('PFADD h')).toBe('(integer) 0')
    expect(run('PFADD h a b c a')).toBe('(integer) 1')
    expect(run('PFADD h a')).toBe('(integer) 0')
    expect(run('PFCOUNT h')).toBe('(integer) 3')
    expect(run('PFDEBUG ENCODING h')).toBe('sparse')
    server.client.raw('PFADD', 'h', ...elements(0, 20_000))
    expect(run('PFDEBUG ENCODING h')).toBe('dense')
    const count = Number(run('PFCOUNT h').slice(10))
    expect(Math.abs(count - 20_003)).toBeLessThan(800)
    expect(run('PFCOUNT h missing')).toBe(`(integer) ${count}`)
    expect(run('PFCOUNT missing')).toBe('(integer) 0')
    expect(server.events().filter((event) => !event.startsWith('keymiss'))).toEqual(Array(3).fill('pfadd h 0'))
  })

  it('merge, into a new key, an old one, and as many as there are', () => {
    server.client.raw('PFADD', 'a', ...elements(0, 100))
    server.client.raw('PFADD', 'b', ...elements(50, 150))
    expect(run('PFMERGE c a b')).toBe('OK')
    expect(run('PFCOUNT c')).toBe(run('PFCOUNT a b'))
    expect(run('PFMERGE a b')).toBe('OK')
    expect(run('PFCOUNT a')).toBe(run('PFCOUNT c'))
    expect(run('PFDEBUG TODENSE b')).toBe('(integer) 1')
    expect(run('PFDEBUG TODENSE b')).toBe('(integer) 0')
    expect(run('PFMERGE d b')).toBe('OK')
    expect(run('PFDEBUG ENCODING d')).toBe('dense')
    expect(run('PFMERGE e')).toBe('OK')
    expect(run('PFCOUNT e')).toBe('(integer) 0')
  })

  it('keep the time to live, and forget the estimate when something is added', () => {
    run('PFADD h a b')
    run('EXPIRE h 100')
    expect([run('PFCOUNT h'), run('PFADD h c'), run('PFCOUNT h')]).toEqual(['2', '1', '3'].map((n) => `(integer) ${n}`))
    expect(run('TTL h')).toBe('(integer) 100')
  })

  it('become dense as hll-sparse-max-bytes says, at once', () => {
    run('CONFIG SET hll-sparse-max-bytes 30')
    server.client.raw('PFADD', 'h', ...elements(0, 10))
    expect(run('PFDEBUG ENCODING h')).toBe('dense')
    expect(run('PFCOUNT h')).toBe('(integer) 10')
  })

  it('refuse what is none, and what is broken, without a change', () => {
    run('SET s v')
    for (const line of ['PFADD s a', 'PFCOUNT s', 'PFCOUNT s s', 'PFMERGE d s', 'PFMERGE s', 'PFDEBUG ENCODING s']) {
      expect(run(line)).toBe(NOT_ONE)
    }
    server.putStream('x')
    expect(run('PFADD x a')).toMatch(/^\(error\) WRONGTYPE Operation/)
    server.client.raw('SET', 'broken', 'HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x7f\xf0')
    for (const line of ['PFCOUNT broken', 'PFCOUNT broken broken', 'PFMERGE d broken', 'PFDEBUG TODENSE broken']) {
      expect(run(line)).toBe('(error) INVALIDOBJ Corrupted HLL object detected')
    }
    expect(run('EXISTS d')).toBe('(integer) 0')
  })

  it('refuse a destination that a listener made something else while the sources were looked up', () => {
    const other = server.connect()
    let lines: readonly string[] = []
    server.engine.events.subscribe({
      classes: -1,
      onKeyEvent: (_class, event) => {
        if (event === 'keymiss') for (const line of lines) other.run(line)
      },
    })
    run('PFADD d a')
    lines = ['DEL d', 'RPUSH d x']
    expect(run('PFMERGE d missing')).toMatch(/^\(error\) WRONGTYPE Operation/)
    expect(run('LRANGE d 0 -1')).toBe('[x]')
    run('DEL d')
    run('PFADD d a')
    lines = ['SET d x']
    expect(run('PFMERGE d missing')).toBe(NOT_ONE)
    expect(run('GET d')).toBe('x')
  })
})

describe('PFDEBUG and PFSELFTEST', () => {
  it('make registers dense without a change to who watches the key', () => {
    run('PFADD h a')
    run('WATCH h')
    run('PFDEBUG TODENSE h')
    run('MULTI')
    expect(run('EXEC')).toBe('[]')
  })

  it('show what is inside', () => {
    server.client.raw('PFADD', 'h', 'a', 'b')
    expect(run('PFDEBUG DECODE h')).toMatch(/^Z:\d+ v:\d,1 Z:\d+ v:\d,1 Z:\d+$/)
    expect(run('PFDEBUG GETREG h').split(', ').length).toBe(16384)
    expect(run('PFDEBUG DECODE h')).toBe('(error) ERR HLL encoding is not sparse')
    expect(run('PFDEBUG FOO h')).toBe("(error) ERR Unknown PFDEBUG subcommand 'FOO'")
    expect(run('PFDEBUG DECODE missing')).toBe('(error) ERR The specified key does not exist')
    expect(run('PFSELFTEST')).toBe('OK')
  })
})
