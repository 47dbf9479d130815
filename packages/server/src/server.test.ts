import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { API_LEVEL, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { ReplyError } from '@kvasir/protocol'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { ConfigError, createEngine } from './embedded-engine.ts'
import { ListenError } from './listener.ts'
import { createServer, type Server } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kvasir-server-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let sockets = 0
const socketPath = (): string => join(folder, `${++sockets}.sock`)

/** A client over a socket of its own. */
function dial(server: Server): Client {
  return new Client(connect(server.port, server.address.host), { resp: 2 })
}

/** What keeps the process alive, once nothing more goes away by itself. */
async function settledResources(): Promise<string[]> {
  for (let last = ''; ; ) {
    const now = process.getActiveResourcesInfo().sort()
    if (now.join() === last) return now
    last = now.join()
    await new Promise((done) => setTimeout(done, 50))
  }
}

const greeter = defineModule({
  name: 'greeter',
  version: '1.0.0',
  api: API_LEVEL,
  config: { word: { type: 'text', summary: 'what is said', default: 'hello' } },
  commands: [
    defineCommand({
      name: 'GREETER.SAY',
      summary: 'Greets.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: ['fast'],
      args: {},
      reply: reply.string('the greeting'),
      handler: (ctx) => ctx.config('word') as string,
    }),
  ],
})

describe('client libraries', () => {
  it('ioredis works in memory, by a connector of one method', async () => {
    await using server = await createServer({ port: null })
    class MemoryConnector {
      check(): boolean {
        return true
      }
      disconnect(): void {}
      async connect(): Promise<unknown> {
        return server.connect()
      }
    }
    const redis = new Redis({ Connector: MemoryConnector as never, lazyConnect: true })
    await redis.connect()
    await redis.set('key', 'value')
    expect(await redis.get('key')).toBe('value')
    redis.disconnect()
  })
})

describe('requests', () => {
  it('are run however they are cut', async () => {
    await using server = await createServer({ port: 0 })
    const socket = connect(server.port, '127.0.0.1')
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes
    })
    const request = '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhello\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n'
    for (const char of request) {
      socket.write(char)
      await new Promise((done) => setTimeout(done, 1))
    }
    await expect.poll(() => received).toBe('+OK\r\n$5\r\nhello\r\n+PONG\r\n')
    socket.destroy()
  })

  it('of a client that goes away in the middle leave nothing behind', async () => {
    await using server = await createServer({ port: 0 })
    const socket = connect(server.port, '127.0.0.1')
    socket.write('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$500\r\nhello')
    await expect.poll(() => server.engine.sessions.size).toBe(1)
    socket.destroy()
    await expect.poll(() => server.engine.sessions.size).toBe(0)
    expect(server.call('GET', 'a')).toBeNull()
  })

  it('that break the protocol end the connection after an error', async () => {
    await using server = await createServer({ port: 0 })
    const socket = connect(server.port, '127.0.0.1')
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes
    })
    const ended = new Promise((done) => socket.on('close', done))
    socket.write('*1\r\n@1\r\n')
    await ended
    expect(received).toBe("-ERR Protocol error: expected '$', got '@'\r\n")
  })
})

describe('createServer', () => {
  it('finds a free port for port 0 and shows it', async () => {
    await using server = await createServer({ port: 0 })
    expect(server.port).toBeGreaterThan(0)
    expect(server.address).toEqual({ host: '127.0.0.1', port: server.port })
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`)
    expect(server.call('CONFIG', 'GET', 'port')).toEqual(new Map([['port', String(server.port)]]))
  })

  it('takes every parameter with its type', async () => {
    await using server = await createServer({ port: null, maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' })
    expect(server.call('CONFIG', 'GET', 'maxmemory', 'maxmemory-policy')).toEqual(
      new Map([
        ['maxmemory', '104857600'],
        ['maxmemory-policy', 'allkeys-lru'],
      ]),
    )
    expect(server.engine.maxmemoryBytes).toBe(104_857_600)
  })

  it('refuses a wrong value, and one that no parameter has', async () => {
    await expect(createServer({ port: null, maxmemory: 'much' as never })).rejects.toThrow(ConfigError)
    await expect(createServer({ port: null, nonsense: 1 } as never)).rejects.toThrow(/Bad directive/)
  })

  it('loads modules, with their parameters', async () => {
    await using server = await createServer({ port: null, modules: [greeter], 'greeter.word': 'good day' })
    expect(server.call('GREETER.SAY')).toBe('good day')
  })

  it('refuses a port in use, and leaves nothing behind', async () => {
    await using server = await createServer({ port: 0 })
    const error = await createServer({ port: server.port }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ListenError)
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      message: `Failed listening on port ${server.port} (tcp), aborting.`,
    })
  })

  it('leaves no handle behind when it closes, whoever is connected', async () => {
    const before = await settledResources()
    const servers = await Promise.all(
      Array.from({ length: 5 }, () => createServer({ port: 0, unixsocket: socketPath() })),
    )
    const clients = servers.flatMap((server) => [dial(server), dial(server), server.client({ resp: 2 })])
    await Promise.all(clients.map((client) => client.send('SET', 'a', '1')))
    expect(process.getActiveResourcesInfo().length).toBeGreaterThan(before.length)
    await Promise.all(servers.map((server) => server.close()))
    await Promise.all(clients.map((client) => expect(client.send('PING')).rejects.toThrow('the connection is closed')))
    // What other tests left behind may end meanwhile.
    const left = [...before]
    const added = (await settledResources()).filter((name) => {
      const index = left.indexOf(name)
      if (index >= 0) left.splice(index, 1)
      return index < 0
    })
    expect(added).toEqual([])
  })

  it('keeps servers of one process apart', async () => {
    await using one = await createServer({ port: 0 })
    await using two = await createServer({ port: 0 })
    using first = dial(one)
    using second = dial(two)
    await first.send('SET', 'a', '1')
    expect(await second.send('GET', 'a')).toBeNull()
  })

  it('lets replies leave that were sent before it closed', async () => {
    const server = await createServer({ port: 0 })
    const socket = connect(server.port, '127.0.0.1')
    let received = 0
    socket.on('data', (bytes) => {
      received += bytes.length
    })
    server.call('SET', 'a', 'x'.repeat(1_000_000))
    const ended = new Promise((done) => socket.on('close', done))
    socket.write('GET a\r\n')
    await expect.poll(() => server.engine.stats.netOutputBytes).toBeGreaterThan(1_000_000)
    await server.close()
    await ended
    expect(received).toBe('$1000000\r\n\r\n'.length + 1_000_000)
  })

  it('closes by SHUTDOWN', async () => {
    const server = await createServer({ port: 0 })
    const client = dial(server)
    await expect(client.send('SHUTDOWN', 'NOSAVE')).rejects.toThrow('the connection is closed')
    await server.closed
  })
})

describe('createEngine', () => {
  it('runs commands at once', async () => {
    await using engine = createEngine({ modules: [greeter] })
    expect(engine.call('SET', 'n', 41)).toBe('OK')
    expect(engine.call('INCR', 'n')).toBe(42)
    expect(engine.call('GET', 'n')).toBe('42')
    expect(engine.call('GREETER.SAY')).toBe('hello')
    expect(() => engine.call('GET')).toThrow("ERR wrong number of arguments for 'get' command")
  })

  it('takes no arguments but text, numbers and bytes', async () => {
    await using engine = createEngine()
    const call = engine.call.bind(engine) as (...words: readonly unknown[]) => unknown
    for (const [wrong, got] of [
      [null, 'null'],
      [undefined, 'undefined'],
      [{}, 'object'],
      [true, 'boolean'],
    ] as const) {
      const message = `argument 2 must be a string, a number, a bigint or a Uint8Array, got ${got}`
      expect(() => call('SET', 'k', wrong)).toThrow(new TypeError(message))
    }
    expect(() => call()).toThrow(new TypeError('call() takes at least the name of a command'))
    expect(engine.call('EXISTS', 'k')).toBe(0)
    expect(call('SET', 'k', new Uint8Array([65]))).toBe('OK')
    expect(call('SET', 'n', 2n ** 64n)).toBe('OK')
  })

  it('is done with a call that was refused for its arguments', async () => {
    await using engine = createEngine()
    expect(() => engine.call('SET', 'key', undefined as unknown as string)).toThrow(TypeError)
    expect(engine.engine.dispatcher.isInTurn).toBe(false)
    expect(engine.call('SET', 'key', 'value')).toBe('OK')
  })

  it('says so when it is closed', async () => {
    const engine = createEngine()
    await engine.close()
    expect(() => engine.call('GET', 'k')).toThrow(new ReplyError('ERR the server is closed'))
  })

  it('may run protected commands, which clients may not', async () => {
    await using engine = createEngine()
    expect(engine.call('DEBUG', 'SET-ACTIVE-EXPIRE', '1')).toBe('OK')
    expect(() => engine.call('MODULE', 'UNLOAD', 'none')).not.toThrow('not allowed')
    using client = engine.client()
    await expect(client.send('DEBUG', 'SET-ACTIVE-EXPIRE', '1')).rejects.toThrow('DEBUG command not allowed')
  })

  it('gives strings as bytes, whatever they are, by callBytes', async () => {
    await using engine = createEngine()
    const value = new Uint8Array([0xff, 0, 0xc3, 0x28])
    const key = new Uint8Array([0xfe])
    expect(engine.callBytes('SET', key, value)).toBe('OK')
    expect(engine.callBytes('GET', key)).toEqual(value)
    expect(engine.callBytes('MGET', key, 'none')).toEqual([value, null])
    expect(engine.callBytes('KEYS', '*')).toEqual([key])
    expect(engine.callBytes('STRLEN', key)).toBe(4)
    expect(() => engine.callBytes('GET')).toThrow("ERR wrong number of arguments for 'get' command")
  })

  it('keeps nothing of large requests and replies, in whatever form they pass through it', async () => {
    await using engine = createEngine()
    const text = 'x'.repeat(20 * 2 ** 20)
    const before = process.memoryUsage().arrayBuffers
    const keptBytes = (): number => process.memoryUsage().arrayBuffers - before
    engine.call('SET', 'key', text)
    expect(keptBytes()).toBeLessThan(22 * 2 ** 20)
    expect(engine.call<string>('GET', 'key')).toBe(text)
    expect(keptBytes()).toBeLessThan(22 * 2 ** 20)
    engine.call('DEL', 'key')
    await expect.poll(keptBytes).toBeLessThan(2 ** 20)
  })

  it('sees the time of each call', async () => {
    let now = 1_700_000_000_000
    const clock = { nowMs: () => now, monotonicUs: () => now * 1000, every: () => () => {}, soon: () => {} }
    await using engine = createEngine({ clock })
    engine.call('SET', 'a', '1', 'PX', 100)
    now += 99
    expect(engine.call('GET', 'a')).toBe('1')
    now += 1
    expect(engine.call('GET', 'a')).toBeNull()
  })

  it('reads what is written to a connection in memory before the writer may use its buffer again', async () => {
    await using engine = createEngine()
    const stream = engine.connect()
    stream.resume()
    const buffer = Buffer.from('SET a 1\r\n')
    await new Promise<void>((done) => stream.write(buffer, () => done()))
    buffer.fill('X')
    await new Promise((done) => setImmediate(done))
    expect(engine.call('GET', 'a')).toBe('1')
  })

  it('holds back a writer in memory that is faster than the engine', async () => {
    await using engine = createEngine()
    const stream = engine.connect()
    stream.resume()
    const request = Buffer.from(`SET a ${'x'.repeat(1000)}\r\n`)
    let written = 0
    while (stream.write(request) && written < 10_000) written++
    expect(written * request.length).toBeLessThanOrEqual(stream.writableHighWaterMark)
    await new Promise((done) => stream.once('drain', done))
    expect(engine.engine.stats.commandsProcessed).toBe(written + 1)
  })

  it('runs what was written before the end of a connection in memory', async () => {
    await using engine = createEngine()
    const stream = engine.connect()
    stream.resume()
    for (let i = 0; i < 100; i++) stream.write('INCR n\r\n')
    stream.end('INCR n\r\n')
    await new Promise((done) => stream.once('close', done))
    expect(engine.call('GET', 'n')).toBe('101')
  })

  it('has connections in memory, and ends them with itself', async () => {
    const engine = createEngine()
    const client = engine.client({ resp: 2 })
    expect(await client.send('SET', 'a', '1')).toBe('OK')
    await engine.close()
    await expect(client.send('PING')).rejects.toThrow('the connection is closed')
    const late = engine.client({ resp: 2 })
    await expect(late.send('PING')).rejects.toThrow()
  })
})
