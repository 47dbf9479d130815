import { API_LEVEL, arg, defineModule, type ModuleDefinition, reply } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestClock, type TestEngine } from '../commands/_test-client.ts'
import { TYPE_STRING } from '../keyspace/entry.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { NIL_AFTER_TIMEOUT, NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from './blocking.ts'
import { type Call, WRONG_TYPE } from './call.ts'
import { defineCoreCommand } from './core-command.ts'
import { EVENT_GENERIC } from './events.ts'

/** What the handler of TAKE takes. */
let handlerMs = 0

/** TAKE key [key ...] timeout: deletes the first string that there is and answers with its key, or waits for one. */
const take = defineCoreCommand({
  name: 'TAKE',
  summary: 'Takes a string away.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'blocking'],
  args: { key: arg.repeated(arg.key({ access: 'RW', flags: ['delete'] })), timeout: arg.string() },
  reply: reply.string('the key'),
  raw(call: Call) {
    ;(call.engine.clock as TestClock).now += handlerMs
    const timeoutMs = readTimeoutSeconds(call, call.argc - 1)
    if (Number.isNaN(timeoutMs)) return
    const keys = Array.from({ length: call.argc - 2 }, (_, i) => i + 1)
    for (const index of keys) {
      const address = call.lookupWriteString(index)
      if (address === WRONG_TYPE) return
      if (address === 0) continue
      call.deleteKey(address, index)
      return call.reply.bulkString(call.argLatin1(index))
    }
    call.engine.blocking.block(call, { keys, type: TYPE_STRING, timeoutMs, answer: NIL_AFTER_TIMEOUT })
  },
})

/** PASS from to: takes a string away and makes another; waits for the first, for ever. */
const pass = defineCoreCommand({
  name: 'PASS',
  summary: 'Takes a string away, makes another.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'blocking'],
  args: { from: arg.key({ access: 'RW', flags: ['delete'] }), to: arg.key({ access: 'OW' }) },
  reply: reply.simple('OK'),
  raw(call: Call) {
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    if (address === 0) {
      const options = {
        keys: [1],
        type: TYPE_STRING,
        timeoutMs: 0,
        answer: NULL_ARRAY_AFTER_TIMEOUT,
        wakesWithoutKey: true,
      } as const
      return call.engine.blocking.block(call, options)
    }
    call.deleteKey(address, 1)
    call.putString(call.lookupWrite(2), 2, 2, -1)
    call.changed(EVENT_GENERIC, 'set', 2)
    call.reply.ok()
  },
})

const waiting: ModuleDefinition = defineModule({
  name: 'waiting',
  version: '1.0.0',
  api: API_LEVEL,
  commands: [take, pass],
})

describe('a blocked client', () => {
  let server: TestEngine
  let a: TestClient
  let b: TestClient
  let c: TestClient
  beforeEach(() => {
    handlerMs = 0
    server = startTestEngine([waiting])
    a = server.connect()
    b = server.connect()
    c = server.connect()
  })

  it('has no answer until its key is there', () => {
    expect(a.raw('TAKE', 'k', '0')).toBe('')
    expect(server.engine.blocking.count).toBe(1)
    expect(b.raw('SET', 'other', 'v')).toBe('+OK\r\n')
    expect(a.received()).toBe('')
    expect(b.raw('SET', 'k', 'v')).toBe('+OK\r\n')
    expect(a.received()).toBe('$1\r\nk\r\n')
    expect(server.client.run('EXISTS k')).toBe('(integer) 0')
    expect(server.engine.blocking.count).toBe(0)
    expect(a.run('PING')).toBe('PONG')
  })

  it('is served in the order of waiting, each once', () => {
    a.raw('TAKE', 'k', '0')
    b.raw('TAKE', 'x', 'k', 'k', '0')
    c.raw('SET', 'k', '1')
    expect([a.received(), b.received()]).toEqual(['$1\r\nk\r\n', ''])
    a.raw('TAKE', 'k', '0')
    c.raw('SET', 'k', '2')
    expect([a.received(), b.received()]).toEqual(['', '$1\r\nk\r\n'])
    c.raw('SET', 'x', '3')
    expect([a.received(), b.received()]).toEqual(['', ''])
    expect(server.client.run('EXISTS x')).toBe('(integer) 1')
    expect(server.engine.blocking.keyCount).toBe(1)
  })

  it('wakes others by what it does', () => {
    a.raw('PASS', '1', '2')
    b.raw('PASS', '2', '3')
    c.raw('TAKE', '3', '0')
    server.client.raw('SET', '1', 'x')
    expect([a.received(), b.received(), c.received()]).toEqual(['+OK\r\n', '+OK\r\n', '$1\r\n3\r\n'])
    expect(server.client.run('DBSIZE')).toBe('(integer) 0')
  })

  it('gets the answer for a time that is over, to the millisecond', () => {
    a.raw('TAKE', 'k', '0.25')
    b.raw('TAKE', 'k', '0')
    server.clock.advance(249)
    expect(a.received()).toBe('')
    server.clock.advance(1)
    expect([a.received(), b.received()]).toEqual(['$-1\r\n', ''])
    c.raw('SET', 'k', '1')
    expect([a.received(), b.received()]).toEqual(['', '$1\r\nk\r\n'])
  })

  it('runs what it sent meanwhile once it is served, in order, whole or cut', () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(a.bytes(bytes('PING\r\nTAKE k 0\r\nSET n 1\r\nIN'))).toBe('+PONG\r\n')
    expect(a.bytes(bytes('CR n\r\nGET n\r\n'))).toBe('')
    expect(server.client.run('EXISTS n')).toBe('(integer) 0')
    server.client.raw('SET', 'k', 'v')
    expect(a.received()).toBe('$1\r\nk\r\n+OK\r\n:2\r\n$1\r\n2\r\n')
  })

  it('blocks again with what it had sent behind', () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
    a.bytes(bytes('TAKE k 0\r\nTAKE k 0\r\nPING\r\n'))
    server.client.raw('SET', 'k', '1')
    expect(a.received()).toBe('$1\r\nk\r\n')
    server.client.raw('SET', 'k', '2')
    expect(a.received()).toBe('$1\r\nk\r\n+PONG\r\n')
  })

  it('is not woken by a key of another type, unless it wants to know', () => {
    a.raw('TAKE', 'k', '0')
    b.raw('PASS', 'k', 'x')
    server.putStream('k')
    server.client.run('EXPIRE k 100')
    expect(a.received()).toBe('')
    expect(b.received()).toMatch(/^-WRONGTYPE/)
    expect(server.client.run('INFO errorstats')).toContain('errorstat_WRONGTYPE:count=1')
  })

  it('goes away with its connection', () => {
    a.raw('TAKE', 'k', '1')
    a.session.close(true)
    expect(server.engine.blocking.count).toBe(0)
    server.client.raw('SET', 'k', '1')
    expect(server.client.run('GET k')).toBe('1')
    server.clock.advance(5000)
    expect(a.received()).toBe('')
  })

  it('is woken by SWAPDB, and by keys that expire between commands', () => {
    a.raw('TAKE', 'k', '0')
    b.run('SELECT 1')
    b.raw('SET', 'k', 'v')
    expect(a.received()).toBe('')
    b.raw('SWAPDB', '0', '1')
    expect(a.received()).toBe('$1\r\nk\r\n')
    c.raw('PASS', 'e', 'f')
    server.client.run('SET e v PX 100')
    expect(c.received()).toBe('+OK\r\n')
  })

  it('is counted once it has its answer, and seen by CLIENT LIST and INFO', () => {
    a.raw('TAKE', 'k', '0')
    const line = server.client
      .run('CLIENT LIST')
      .split('\n')
      .find((text) => text.includes('cmd=take'))
    expect(line).toContain(' flags=b ')
    expect(server.client.run('INFO clients')).toContain('blocked_clients:1\r\n')
    expect(server.client.run('INFO commandstats')).not.toContain('cmdstat_take')
    server.client.raw('SET', 'k', '1')
    expect(server.client.run('INFO commandstats')).toContain('cmdstat_take:calls=1,')
  })

  it('has the time of its runs in all figures, and not that of its waiting, however the waiting ends', () => {
    const { client, clock, engine } = server
    client.run('CONFIG SET slowlog-log-slower-than 0')
    handlerMs = 3
    const figures = (): string[] => {
      const stats = /cmdstat_take:(calls=\d+,usec=\d+)/.exec(client.run('INFO commandstats'))?.[1] ?? ''
      const latencies = engine.commands.find(fromLatin1('take'), 0, 4)?.latencies
      const logged = engine.observer.slow
        .newest(100)
        .filter(({ words }) => words.length === 3 && words[0]?.length === 4)
      const measured = `${latencies?.count ?? 0} measured`
      client.run('SLOWLOG RESET')
      client.run('CONFIG RESETSTAT')
      return [stats, measured, ...logged.map(({ amount }) => `slow ${amount}`)]
    }
    a.raw('TAKE', 'k', '1')
    clock.advance(1500)
    expect(a.received()).toBe('$-1\r\n')
    expect(figures()).toEqual(['calls=1,usec=3000', '1 measured', 'slow 3000'])
    for (const how of ['', ' ERROR']) {
      a.raw('TAKE', 'k', '0')
      expect(figures()).toEqual(['', '0 measured'])
      client.run(`CLIENT UNBLOCK ${a.session.id}${how}`)
      expect(figures()).toEqual(['calls=1,usec=3000', '1 measured', 'slow 3000'])
    }
    a.raw('TAKE', 'k', '0')
    client.run('SET k v')
    expect(figures()).toEqual(['calls=1,usec=6000', '1 measured', 'slow 6000'])
    a.raw('TAKE', 'k', '0')
    a.session.close(true)
    expect(figures()).toEqual(['', '0 measured'])
  })

  it('goes on with what it sent meanwhile, however many are let go at once', () => {
    const clients = Array.from({ length: 10_000 }, () => server.connect())
    for (const client of clients) {
      client.raw('BLPOP', 'list', '0')
      client.raw('PING')
    }
    server.client.raw('RPUSH', 'list', ...clients.map((_, i) => String(i)))
    const expected = clients.map((_, i) => `*2\r\n$4\r\nlist\r\n$${String(i).length}\r\n${i}\r\n+PONG\r\n`)
    expect(clients.map((client) => client.received())).toEqual(expected)
    server.client.run('CLIENT PAUSE 60000 WRITE')
    for (const [i, client] of clients.entries()) client.raw('SET', `key:${i}`, 'value')
    server.client.run('CLIENT UNPAUSE')
    expect(clients.every((client) => client.received() === '+OK\r\n')).toBe(true)
  })

  it('has not been idle while it waited: that begins with its answer', () => {
    a.raw('BLPOP', 'list', '0')
    server.clock.advance(60_000)
    server.client.raw('RPUSH', 'list', 'job')
    expect(server.client.run(`CLIENT LIST ID ${a.session.id}`)).toContain(' idle=0 ')
    a.raw('BLPOP', 'list', '5')
    server.clock.advance(5000)
    expect(server.client.run(`CLIENT LIST ID ${a.session.id}`)).toContain(' idle=0 ')
  })

  it('is let go by CLIENT UNBLOCK', () => {
    a.raw('TAKE', 'k', '0')
    expect(server.client.run(`CLIENT UNBLOCK ${a.session.id}`)).toBe('(integer) 1')
    expect(a.received()).toBe('$-1\r\n')
    a.raw('TAKE', 'k', '0')
    expect(server.client.run(`CLIENT UNBLOCK ${a.session.id} ERROR`)).toBe('(integer) 1')
    expect(a.received()).toBe('-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n')
    expect(server.client.run(`CLIENT UNBLOCK ${a.session.id}`)).toBe('(integer) 0')
  })

  it('cannot fill memory with requests behind', () => {
    server.engine.queryBufferBytesMax = 1000
    a.raw('TAKE', 'k', '0')
    for (let i = 0; i < 20; i++) a.raw('SET', 'x', 'y'.repeat(50))
    expect(a.closed).toBe(true)
    expect(server.engine.blocking.count).toBe(0)
  })

  it('is refused wrong times', () => {
    expect(a.run('TAKE k -1')).toBe('(error) ERR timeout is negative')
    expect(a.run('TAKE k x')).toBe('(error) ERR timeout is not a float or out of range')
    expect(a.run('TAKE k inf')).toBe('(error) ERR timeout is out of range')
    expect(a.run('TAKE k 1e300')).toBe('(error) ERR timeout is out of range')
    expect(server.engine.blocking.count).toBe(0)
  })
})
