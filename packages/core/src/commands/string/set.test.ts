import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const HELLO_DIGEST = '9555e8555c62dcfd'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('SET', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets any bytes, whatever the key held', () => {
    server.putStream('k')
    expect(server.client.raw('SET', 'k', new Uint8Array([0, 13, 10, 255]))).toBe('+OK\r\n')
    expect(server.client.raw('GET', 'k')).toBe('$4\r\n\0\r\n\xff\r\n')
    expect(server.client.raw('SET', 'k', '')).toBe('+OK\r\n')
    expect(server.client.raw('GET', 'k')).toBe('$0\r\n\r\n')
    expect(server.events()).toEqual(['set k 0', 'set k 0'])
  })

  it('tells of a new key first', () => {
    const seen: string[] = []
    server.engine.events.subscribe({ classes: -1, onKeyEvent: (_class, event) => seen.push(event) })
    run('SET k v')
    run('SET k w EX 10')
    expect(seen).toEqual(['new', 'set', 'set', 'expire'])
  })

  it('changes length and size class without a trace of the value before', () => {
    const lengths = [0, 1, 20, 21, 44, 200, 255, 256, 4000, 16_384, 100_000]
    for (const from of lengths) {
      for (const to of lengths) {
        server.client.raw('SET', 'k', 'x'.repeat(from))
        server.client.raw('SET', 'k', 'y'.repeat(to))
        expect(run('GET k')).toBe('y'.repeat(to))
      }
    }
    expect(server.engine.db(0).size).toBe(1)
  })

  it('removes the time to live, but not with KEEPTTL', () => {
    run('SET k v EX 100')
    run('SET k w KEEPTTL')
    expect(run('TTL k')).toBe('(integer) 100')
    expect(server.events()).toEqual(['set k 0', 'expire k 0', 'set k 0'])
    run('SET k w')
    expect(run('TTL k')).toBe('(integer) -1')
  })

  it('sets the time to live by EX, PX, EXAT and PXAT', () => {
    const nowMs = server.clock.now
    for (const [words, ms] of [
      ['EX 10', 10_000],
      ['px 10', 10],
      [`EXAT ${nowMs / 1000 + 20}`, 20_000],
      [`PXAT ${nowMs + 30}`, 30],
      ['EX 10 EX 20', 20_000],
      [`PX ${2 ** 31}`, 2 ** 31],
      [`PX ${2 ** 32}`, 2 ** 32],
    ] as const) {
      expect(run(`SET k v ${words}`)).toBe('OK')
      expect(run('PTTL k')).toBe(`(integer) ${ms}`)
    }
    expect(run('SET k v PXAT 9223372036854775807')).toBe('OK')
  })

  it('refuses times that are not positive or too far away, before it looks at the key', () => {
    server.putStream('s')
    for (const words of ['EX 0', 'EX -1', 'EXAT 0', 'EX 9223372036854775807', 'PX 9223372036854775807']) {
      expect(run(`SET s v GET ${words}`), words).toBe("(error) ERR invalid expire time in 'set' command")
    }
    expect(run('SET s v EX abc')).toBe(NOT_INTEGER)
    expect(run('SET s v EX 9223372036854775808')).toBe(NOT_INTEGER)
  })

  it('lets the key expire at once by a time in the past, and makes no new one', () => {
    expect(run('SET k v PXAT 1')).toBe('OK')
    expect(server.events()).toEqual([])
    run('SET k v')
    server.events()
    expect(run('SET k w EXAT 1')).toBe('OK')
    expect(server.events()).toEqual(['expired k 0'])
    run('SET k v')
    expect(run('SET k w EXAT 1 NX')).toBe('(nil)')
    expect(run('SET k w EXAT 1 XX GET')).toBe('v')
    expect(server.engine.db(0).size).toBe(0)
  })

  it('sets under NX only missing keys, under XX only existing ones, of any type', () => {
    expect(run('SET k a XX')).toBe('(nil)')
    expect(run('SET k a NX')).toBe('OK')
    expect(run('SET k b nx')).toBe('(nil)')
    expect(run('SET k c xx')).toBe('OK')
    expect(run('GET k')).toBe('c')
    server.putStream('s')
    expect(run('SET s v NX')).toBe('(nil)')
    expect(run('SET s v XX')).toBe('OK')
  })

  it('sets under IFEQ only a key that holds the value given', () => {
    expect(run('SET k b IFEQ a')).toBe('(nil)')
    expect(run('EXISTS k')).toBe('(integer) 0')
    run('SET k a')
    expect(run('SET k b IFEQ A')).toBe('(nil)')
    expect(run('SET k b IFEQ a EX 10')).toBe('OK')
    expect(run('GET k')).toBe('b')
    expect(run('TTL k')).toBe('(integer) 10')
    expect(server.client.raw('SET', 'k', 'c', 'IFEQ', '')).toBe('$-1\r\n')
  })

  it('sets under IFNE a key that is missing or holds another value', () => {
    expect(run('SET k a IFNE a')).toBe('OK')
    expect(run('SET k b IFNE a')).toBe('(nil)')
    expect(run('SET k b ifne A EX 10')).toBe('OK')
    expect(run('GET k')).toBe('b')
    expect(run('TTL k')).toBe('(integer) 10')
    expect(run('SET k c IFNE b GET')).toBe('b')
    expect(run('SET k c IFNE a GET')).toBe('b')
    expect(run('SET new c IFNE a GET')).toBe('(nil)')
    expect(run('MGET k new')).toBe('[c, c]')
  })

  it('sets under IFDEQ and IFDNE by the digest of the value, in any case', () => {
    expect(run(`SET k a IFDEQ ${HELLO_DIGEST}`)).toBe('(nil)')
    expect(run(`SET k hello IFDNE ${HELLO_DIGEST}`)).toBe('OK')
    expect(run(`SET k a IFDNE ${HELLO_DIGEST.toUpperCase()}`)).toBe('(nil)')
    expect(run(`SET k a IFDEQ ${HELLO_DIGEST.toUpperCase()} GET`)).toBe('hello')
    expect(run(`SET k b IFDEQ ${HELLO_DIGEST} GET`)).toBe('a')
    expect(run('GET k')).toBe('a')
    expect(run(`SET k b IFDNE ${HELLO_DIGEST}`)).toBe('OK')
  })

  it('refuses a digest of any other length than 16, unless the key is missing', () => {
    run('SET k a')
    server.events()
    for (const words of ['IFDEQ 123', 'IFDNE 123', `IFDNE 0${HELLO_DIGEST}`, 'GET IFDEQ 123', 'IFDNE 123 GET']) {
      expect(run(`SET k b ${words}`), words).toBe('(error) ERR must be exactly 16 hexadecimal characters')
    }
    expect(server.events()).toEqual([])
    expect(run('SET none b IFDEQ 123 GET')).toBe('(nil)')
    expect(run('EXISTS none')).toBe('(integer) 0')
    expect(run('SET none b IFDNE 123')).toBe('OK')
    expect(run(`SET k b IFDEQ ${'z'.repeat(16)}`)).toBe('(nil)')
    expect(run(`SET k b IFDNE ${'z'.repeat(16)}`)).toBe('OK')
  })

  it('replies with the value before by GET, whether it sets or not', () => {
    expect(run('SET k a GET')).toBe('(nil)')
    expect(run('SET k b GET')).toBe('a')
    expect(run('SET k c NX GET')).toBe('b')
    expect(run('SET none c XX GET')).toBe('(nil)')
    expect(run('SET k c IFEQ x GET')).toBe('b')
    expect(run('SET k c IFEQ b GET')).toBe('b')
    expect(run('GET k')).toBe('c')
    expect(run('SET new v NX GET')).toBe('(nil)')
    expect(run('GET new')).toBe('v')
  })

  it('counts GET as a read, but not IFEQ', () => {
    run('SET none v XX GET')
    run('SET none v IFEQ a')
    expect(server.events()).toEqual(['keymiss none 0'])
    expect(server.engine.stats.keyspaceMisses).toBe(1)
  })

  it('has the nil of RESP3', () => {
    server.client.session.resp = 3
    expect(server.client.raw('SET', 'k', 'v', 'XX')).toBe('_\r\n')
    expect(server.client.raw('SET', 'k', 'v', 'GET')).toBe('_\r\n')
  })

  it('refuses under GET and comparisons a key that holds no string', () => {
    server.putStream('s')
    for (const words of [
      'GET',
      'NX GET',
      'XX GET',
      'IFEQ a',
      'IFEQ a GET',
      'IFNE a',
      'IFDEQ a',
      'IFDNE a GET',
      `IFDNE ${HELLO_DIGEST}`,
    ]) {
      expect(run(`SET s v ${words}`), words).toBe(WRONG_TYPE)
    }
    expect(server.events()).toEqual([])
  })

  it('refuses options that exclude each other or that it does not have', () => {
    for (const words of [
      'NX XX',
      'NX IFEQ a',
      'IFEQ a XX',
      'IFEQ a IFEQ a',
      'IFEQ',
      'IFNE',
      'IFDEQ',
      'IFDNE',
      'NX IFNE a',
      'IFDEQ a XX',
      'IFEQ a IFNE a',
      'IFDEQ a IFDNE a',
      'IFNE a IFNE a',
      'EX',
      'EX 1 PX 1',
      'EX 1 KEEPTTL',
      'KEEPTTL EX 1',
      'PERSIST',
      'FOO',
    ]) {
      expect(run(`SET k v ${words}`), words).toBe('(error) ERR syntax error')
    }
    expect(run('EXISTS k')).toBe('(integer) 0')
    expect(run('SET k v NX NX GET GET')).toBe('(nil)')
    expect(run('SET k v XX XX KEEPTTL KEEPTTL')).toBe('OK')
  })

  it('wants a key and a value', () => {
    expect(run('SET k')).toBe("(error) ERR wrong number of arguments for 'set' command")
  })
})
