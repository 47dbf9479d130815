import { beforeEach, describe, expect, it } from 'vitest'
import { quoteWord } from '../../engine/config/line.ts'
import { encodeCommand } from '../../engine/reply-value.ts'
import { latin1 } from '../../structures/bytes.ts'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

let server: TestEngine
let monitor: TestClient
beforeEach(() => {
  server = startTestEngine()
  monitor = server.connect()
  expect(monitor.run('MONITOR')).toBe('OK')
})

const run = (line: string): string => server.client.run(line)

/** What the monitor got, without times. */
const seen = (): string[] =>
  monitor
    .received()
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\+1700000000\.\d{6} /, ''))

describe('MONITOR', () => {
  it('shows each command with the database that it leaves selected, its client and its quoted words', () => {
    run('SET k v')
    run('SELECT 3')
    server.client.raw('ECHO', 'a"b\\\r\n\x07\xff')
    expect(seen()).toEqual([
      '[0 127.0.0.1:50000] "SET" "k" "v"',
      '[3 127.0.0.1:50000] "SELECT" "3"',
      '[3 127.0.0.1:50000] "ECHO" "a\\"b\\\\\\r\\n\\a\\xc3\\xbf"',
    ])
  })

  it('quotes every byte as a word of the configuration is quoted, in RESP2 and RESP3', () => {
    const bytes = Uint8Array.from({ length: 1024 }, (_, i) => i & 255)
    const other = server.connect()
    other.run('HELLO 3')
    other.run('MONITOR')
    monitor.received()
    server.client.bytes(Buffer.concat([Buffer.from('*2\r\n$4\r\nECHO\r\n$1024\r\n'), bytes, Buffer.from('\r\n')]))
    const line = `+1700000000.000000 [0 127.0.0.1:50000] "ECHO" ${quoteWord(latin1(bytes))}\r\n`
    expect([monitor.received(), other.received()]).toEqual([line, line])
  })

  it('shows large values in a time that others do not notice', () => {
    let bytes = 0
    Object.assign(monitor, {
      send(_buf: Uint8Array, _start: number, length: number): boolean {
        bytes += length
        return false
      },
    })
    for (const [value, shownBytes, msMax] of [
      ['x'.repeat(5e6), 5e6, 300],
      ['\x01'.repeat(5e6), 20e6, 800],
    ] as const) {
      const request = encodeCommand(['SET', 'k', value])
      bytes = 0
      const startMs = performance.now()
      server.client.bytes(request)
      expect(performance.now() - startMs).toBeLessThan(msMax)
      expect(bytes).toBeGreaterThan(shownBytes)
    }
  })

  it('shows no administration, nothing refused, and no secrets', () => {
    for (const line of ['CONFIG GET maxmemory', 'SLOWLOG LEN', 'GET', 'NONSENSE', 'AUTH a b', 'HELLO 2 AUTH a b'])
      run(line)
    expect(seen().map((line) => line.slice(line.indexOf('"')))).toEqual([
      '"AUTH" "(redacted)" "(redacted)"',
      '"HELLO" "2" "AUTH" "(redacted)" "(redacted)"',
    ])
  })

  it('shows the commands of a transaction when they run, ahead of EXEC', () => {
    for (const line of ['MULTI', 'SET a 1', 'GET a']) run(line)
    expect(seen()).toHaveLength(1)
    run('EXEC')
    expect(seen().map((line) => line.split('"')[1])).toEqual(['SET', 'GET', 'EXEC'])
  })

  it('shows a command that waits once', () => {
    server.connect().run('BLPOP list 0')
    run('RPUSH list a')
    expect(seen().map((line) => line.split('"')[1])).toEqual(['BLPOP', 'RPUSH'])
  })

  it('shows its own commands behind their replies', () => {
    expect(monitor.raw('PING')).toMatch(/^\+PONG\r\n\+1700000000\.\d{6} \[0 127\.0\.0\.1:50000\] "PING"\r\n$/)
  })

  it('keeps its client from keys and from publishing', () => {
    const wrong = "(error) ERR Replica can't interact with the keyspace"
    for (const line of ['GET a', 'SET a b', 'PUBLISH a b']) expect(monitor.run(line)).toBe(wrong)
    expect(run('CLIENT LIST')).toContain('flags=O')
  })

  it('answers once, and ends with RESET', () => {
    expect(monitor.raw('MONITOR')).toBe('')
    expect(monitor.raw('RESET')).toBe('+RESET\r\n')
    run('SET k v')
    expect(seen()).toEqual([])
    expect(monitor.run('GET k')).toBe('v')
  })

  it('ends with its connection', () => {
    monitor.run('QUIT')
    run('SET k v')
    expect(server.engine.observer.monitors.areThere).toBe(false)
  })

  it('is refused within a transaction', () => {
    run('MULTI')
    run('MONITOR')
    expect(run('EXEC')).toBe("[(error) ERR MONITOR isn't allowed for DENY BLOCKING client]")
  })
})
