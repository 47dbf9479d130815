import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import type { Clock, LogLevel } from '@kvasir/core'
import { NEED_MORE, REPLY, ReplyParser, simpleValue } from '@kvasir/protocol'
import { describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { createEngine } from './embedded-engine.ts'
import { systemClock } from './host.ts'
import { createServer, type Server, type ServerOptions } from './server.ts'

interface Line {
  readonly level: LogLevel
  readonly message: string
}

async function startServer(options: ServerOptions = {}): Promise<{ server: Server; log: Line[] }> {
  const log: Line[] = []
  const server = await createServer({
    port: 0,
    loglevel: 'verbose',
    log: (level, message) => void log.push({ level, message }),
    ...options,
  })
  return { server, log }
}

function dial(server: Server, host = '127.0.0.1'): { socket: Socket; received: () => string; ended: Promise<void> } {
  const socket = connect({ host, port: server.port })
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
  })
  socket.on('error', () => {})
  const ended = new Promise<void>((done) => socket.on('close', () => done()))
  return { socket, received: () => received, ended }
}

/** Stands still until it is turned. */
class TurnedClock implements Clock {
  #nowMs = 1_700_000_000_000
  readonly #tasks = new Map<() => void, { readonly intervalMs: number; nextMs: number }>()
  readonly soon = systemClock.soon

  nowMs(): number {
    return this.#nowMs
  }

  monotonicUs(): number {
    return this.#nowMs * 1000
  }

  get taskCount(): number {
    return this.#tasks.size
  }

  every(intervalMs: number, task: () => void): () => void {
    this.#tasks.set(task, { intervalMs, nextMs: this.#nowMs + intervalMs })
    return () => this.#tasks.delete(task)
  }

  /** @param ms at once: what was due more than once meanwhile runs once */
  turn(ms: number): void {
    this.#nowMs += ms
    for (const [task, timer] of [...this.#tasks]) {
      if (timer.nextMs > this.#nowMs) continue
      timer.nextMs = this.#nowMs + timer.intervalMs
      task()
    }
  }
}

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

describe('maxclients', () => {
  it('refuses connections over the limit, and takes new ones when others have gone', async () => {
    const { server } = await startServer({ maxclients: 2 })
    const first = dial(server)
    const second = dial(server)
    await expect.poll(() => server.engine.sessions.size).toBe(2)
    const third = dial(server)
    await third.ended
    expect(third.received()).toBe('-ERR max number of clients reached\r\n')
    expect(server.engine.stats.rejectedConnections).toBe(1)
    expect(server.engine.stats.connectionsReceived).toBe(2)
    first.socket.destroy()
    await expect.poll(() => server.engine.sessions.size).toBe(1)
    const fourth = new Client(connect({ host: '127.0.0.1', port: server.port }), { resp: 2 })
    expect(await fourth.send('PING')).toBe('PONG')
    const info = await fourth.send<string>('INFO')
    expect(info).toMatch(/connected_clients:2\r\n/)
    expect(info).toMatch(/rejected_connections:1\r\n/)
    second.socket.destroy()
    fourth.close()
    await server.close()
  })

  it('holds for connections in memory too', async () => {
    const { server } = await startServer({ port: null, maxclients: 1 })
    using first = server.client({ resp: 2 })
    expect(await first.send('PING')).toBe('PONG')
    using second = server.client({ resp: 2 })
    await expect(second.send('PING')).rejects.toThrow('ERR max number of clients reached')
    await server.close()
  })
})

describe.skipIf(outside === undefined)('protected mode', () => {
  it('refuses clients from outside while there is no password', async () => {
    const { server } = await startServer({ bind: '0.0.0.0' })
    const stranger = dial(server, outside)
    await stranger.ended
    const reason = 'because protected mode is enabled and no password is set for the default user'
    expect(stranger.received()).toMatch(new RegExp(`^-DENIED Running in protected mode ${reason}\\. [^\r\n]+\r\n$`))
    expect(server.engine.stats.rejectedConnections).toBe(1)
    const local = dial(server)
    local.socket.write('PING\r\n')
    await expect.poll(local.received).toBe('+PONG\r\n')
    await server.close()
  })

  it('lets them in with a password, and when it is off', async () => {
    for (const options of [{ requirepass: 'secret' }, { 'protected-mode': false }] as const) {
      const { server } = await startServer({ bind: '0.0.0.0', ...options })
      const stranger = dial(server, outside)
      stranger.socket.write('PING\r\n')
      await expect.poll(stranger.received).toMatch(/^(\+PONG|-NOAUTH Authentication required\.)\r\n$/)
      await server.close()
    }
  })
})

describe('DEBUG PROTECT-CLIENT', () => {
  it('holds until the connection is gone, on a socket and in memory', async () => {
    const { server } = await startServer({ maxclients: 1 })
    const ids = (): number[] => [...server.engine.sessions.keys()]
    const inMemory = (): Duplex => server.connect().resume()
    for (const [open, end] of [
      [() => dial(server).socket, (stream: Duplex) => stream.destroy()],
      [inMemory, (stream: Duplex) => stream.destroy()],
      [inMemory, (stream: Duplex) => stream.end()],
    ] as const) {
      const stream = open()
      await expect.poll(ids).toHaveLength(1)
      const [id] = ids()
      expect(server.call('DEBUG', 'PROTECT-CLIENT', `${id}`)).toBe('OK')
      expect(server.call('CLIENT', 'KILL', 'ID', `${id}`)).toBe(1)
      expect(ids()).toEqual([id])
      end(stream)
      await expect.poll(ids).toEqual([])
    }
    expect(server.engine.clientBytes).toBe(0)
    await server.close()
  })
})

describe('timeout', () => {
  it('ends clients that have been silent for longer, and only them', async () => {
    const { server, log } = await startServer({ timeout: 1 })
    const silent = dial(server)
    const lively = dial(server)
    const ping = setInterval(() => lively.socket.write('PING\r\n'), 100)
    await silent.ended
    clearInterval(ping)
    expect(log).toContainEqual({ level: 'verbose', message: 'Closing idle client' })
    expect(lively.socket.destroyed).toBe(false)
    await server.close()
  })
})

describe('An engine without network', () => {
  it('ends clients in memory that have been silent, and leaves nothing behind when it closes', async () => {
    const clock = new TurnedClock()
    const embedded = createEngine({ timeout: 1, clock })
    const silent = embedded.connect()
    const ended = new Promise((done) => silent.on('close', done))
    silent.resume()
    clock.turn(1000)
    expect(embedded.engine.sessions.size).toBe(1)
    clock.turn(1000)
    await ended
    expect(embedded.engine.sessions.size).toBe(0)
    await embedded.close()
    expect(clock.taskCount).toBe(0)
  })

  it('ends clients in memory that stay over the soft limit', async () => {
    const clock = new TurnedClock()
    await using embedded = createEngine({ clock, 'client-output-buffer-limit': { normal: [0, '1mb', 2] } })
    embedded.call('SET', 'large', 'x'.repeat(2_000_000))
    const stream = embedded.connect()
    stream.write('GET large\r\n')
    const [session] = embedded.engine.sessions.values()
    await expect.poll(() => session?.transport.queuedBytes).toBeGreaterThan(2_000_000)
    clock.turn(2000)
    expect(session?.closed).toBe(false)
    clock.turn(1000)
    expect(session?.closed).toBe(true)
    expect(embedded.engine.stats.outputBufferLimitDisconnections).toBe(1)
  })

  it('leaves no clockwork behind when its modules cannot be loaded', async () => {
    const clock = new TurnedClock()
    const load = (): void => {
      throw new Error('not today')
    }
    const module = { name: 'broken', version: '1.0.0', api: 1, load } as const
    expect(() => createEngine({ clock, modules: [module] })).toThrow('not today')
    await expect.poll(() => clock.taskCount).toBe(0)
  })
})

describe('client-output-buffer-limit', () => {
  /** Asks for ten megabytes and reads none of it. */
  async function slowReader(server: Server): Promise<ReturnType<typeof dial>> {
    server.call('SET', 'large', 'x'.repeat(1_000_000))
    const { stats } = server.engine
    const before = stats.commandsProcessed
    const reader = dial(server)
    reader.socket.pause()
    reader.socket.write('GET large\r\n'.repeat(10))
    const isDone = (): boolean => stats.commandsProcessed >= before + 10 || stats.outputBufferLimitDisconnections > 0
    await expect.poll(isDone).toBe(true)
    return reader
  }

  it('lets a slow reader take its time without a limit', async () => {
    const { server } = await startServer()
    const reader = await slowReader(server)
    const [session] = server.engine.sessions.values()
    expect(session?.transport.queuedBytes).toBeGreaterThan(1_000_000)
    expect(server.engine.clientBuffers.bytes).toBe(session?.transport.queuedBytes)
    reader.socket.resume()
    await expect.poll(() => reader.received().length).toBe(10 * ('$1000000\r\n\r\n'.length + 1_000_000))
    expect(server.engine.clientBuffers.bytes).toBe(0)
    await server.close()
  })

  it('ends a slow reader over the hard limit at once', async () => {
    const { server, log } = await startServer({ 'client-output-buffer-limit': { normal: ['4mb', 0, 0] } })
    await slowReader(server)
    await expect.poll(() => server.engine.sessions.size).toBe(0)
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(1)
    expect(log.at(-1)?.level).toBe('warning')
    expect(log.at(-1)?.message).toMatch(
      /^Client id=\d+ addr=127\.0\.0\.1:\d+ .* closed for overcoming of output buffer limits\.$/,
    )
    await server.close()
  })

  it('ends a client whose one reply is over the hard limit, and sends nothing of it', async () => {
    const { server } = await startServer({ 'client-output-buffer-limit': { normal: [100_000, 0, 0] } })
    server.call('SET', 'value', 'x'.repeat(99_000))
    const reader = dial(server)
    reader.socket.write('GET value\r\n')
    await expect.poll(() => reader.received().length).toBeGreaterThan(99_000)
    const before = reader.received()
    reader.socket.write('GET value\r\n'.repeat(2))
    await reader.ended
    expect(reader.received()).toBe(before)
    await server.close()
  })

  it('ends a client within one command whose reply is over the hard limit, and makes no more of it', async () => {
    const { server, log } = await startServer({ 'client-output-buffer-limit': { normal: ['8mb', 0, 0] } })
    server.call('SET', 'large', 'x'.repeat(1_000_000))
    const reader = dial(server)
    const before = process.memoryUsage().arrayBuffers
    reader.socket.write(`MGET${' large'.repeat(400)}\r\nSET after 1\r\n`)
    await reader.ended
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000)
    expect(log.at(-1)?.message).toMatch(/ omem=\d{7} .* closed for overcoming of output buffer limits\.$/)
    expect(server.call('EXISTS', 'after')).toBe(0)
    await server.close()
  })

  it('without a limit sends a reply in parts, each of which is copied once', async () => {
    const { server } = await startServer()
    server.call('SET', 'large', 'x'.repeat(1_000_000))
    server.call('SET', 'small', 'y'.repeat(1000))
    const reader = dial(server)
    const { reply } = server.engine
    reader.socket.write(`MGET${' large'.repeat(20)}${' small'.repeat(5000)}\r\nNONSENSE\r\nPING\r\n`)
    await expect.poll(() => reader.received().endsWith('+PONG\r\n')).toBe(true)
    const values =
      `$1000000\r\n${'x'.repeat(1_000_000)}\r\n`.repeat(20) + `$1000\r\n${'y'.repeat(1000)}\r\n`.repeat(5000)
    expect(reader.received().startsWith(`*5020\r\n${values}-ERR unknown command 'NONSENSE'`)).toBe(true)
    expect(reply.spilledBytes).toBeGreaterThan(20)
    expect(reply.buf.length).toBeLessThan(2_000_000)
    expect(server.engine.stats.errorReplies).toBe(1)
    await server.close()
  })

  it('ends a client when a command fails of whose reply a part has left', async () => {
    const { server } = await startServer({
      modules: [
        {
          name: 'torn',
          version: '1.0.0',
          api: 1,
          commands: [
            {
              ...{
                name: 'TORN',
                summary: 'Fails late.',
                since: '1.0.0',
                complexity: 'O(1)',
                flags: [],
                args: {},
                reply: { type: 'any' },
              },
              raw(call) {
                call.reply.array(3)
                for (let i = 0; i < 3; i++) call.reply.bulk(new Uint8Array(1_000_000))
                throw new Error('a bug')
              },
            },
          ],
        },
      ],
    })
    const reader = dial(server)
    reader.socket.write('TORN\r\nPING\r\n')
    await reader.ended
    expect(reader.received()).not.toContain('ERR')
    expect(reader.received()).not.toContain('PONG')
    expect(server.engine.sessions.size).toBe(0)
    await server.close()
  })

  it('ends a slow reader that stays over the soft limit, and spares one that comes back under it', async () => {
    const { server } = await startServer({ 'client-output-buffer-limit': { normal: [0, '1mb', 2] } })
    const patient = await slowReader(server)
    patient.socket.resume()
    await slowReader(server)
    expect(server.engine.sessions.size).toBe(2)
    await expect.poll(() => server.engine.sessions.size, { timeout: 6000 }).toBe(1)
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(1)
    expect(patient.socket.destroyed).toBe(false)
    await server.close()
  })

  it('holds for a stream in memory', async () => {
    const { server } = await startServer({ port: null, 'client-output-buffer-limit': { normal: ['4mb', 0, 0] } })
    server.call('SET', 'large', 'x'.repeat(1_000_000))
    const stream = server.connect()
    const ended = new Promise((done) => stream.on('close', done))
    stream.write('GET large\r\n'.repeat(10))
    await ended
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(1)
    await server.close()
  })
})

describe('before AUTH', () => {
  /** Asks and reads nothing, until the server has answered all or has had enough. */
  async function silentReader(server: Server, first: string): Promise<void> {
    const { stats } = server.engine
    const before = stats.errorReplies
    const { socket } = dial(server)
    socket.pause()
    socket.write(first + 'GET k\r\n'.repeat(300_000))
    const isDone = (): boolean => stats.errorReplies - before === 300_000 || stats.outputBufferLimitDisconnections > 0
    await expect.poll(isDone, { timeout: 20_000 }).toBe(true)
    socket.destroy()
  }

  it('a client that reads nothing is ended; not one that has been authenticated before', {
    timeout: 60_000,
  }, async () => {
    const { server } = await startServer({ requirepass: 'foobar' })
    await silentReader(server, 'AUTH foobar\r\nRESET\r\n')
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(0)
    await silentReader(server, '')
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(1)
    await server.close()
  })

  it('a client without a password that asks for very much at once is ended before the rest of it', async () => {
    const { server } = await startServer({ requirepass: 'foobar' })
    const { stats } = server.engine
    const patient = dial(server)
    patient.socket.write('PING\r\n'.repeat(400))
    await expect.poll(() => stats.errorReplies).toBe(400)
    await expect.poll(() => patient.received().length).toBe(400 * '-NOAUTH Authentication required.\r\n'.length)
    const eager = dial(server)
    eager.socket.write('PING\r\n'.repeat(10_000))
    await eager.ended
    expect(eager.received()).toBe('')
    expect(stats.errorReplies).toBeLessThan(1000)
    expect(stats.outputBufferLimitDisconnections).toBe(1)
    // Whoever need not say a password may hear as much as he likes.
    server.call('CONFIG', 'SET', 'requirepass', '')
    patient.socket.write('PING\r\n'.repeat(10_000))
    await expect.poll(patient.received).toMatch(/(\+PONG\r\n){10000}$/)
    await server.close()
  })

  it('DEBUG CLIENT-ENFORCE-REPLY-LIST: any reply counts as one that waits', async () => {
    const { server } = await startServer({ requirepass: 'foobar', 'enable-debug-command': 'yes' })
    const port = { host: '127.0.0.1', port: server.port }
    const once = new Client(connect(port), { resp: 2 })
    expect(await once.send('AUTH', 'foobar')).toBe('OK')
    expect(await once.send('RESET')).toBe('RESET')
    expect(server.call('DEBUG', 'CLIENT-ENFORCE-REPLY-LIST', '1')).toBe('OK')
    const stranger = dial(server)
    stranger.socket.write('GET k\r\n')
    await stranger.ended
    expect(stranger.received()).toBe('')
    await expect(once.send('GET', 'k')).rejects.toThrow('NOAUTH Authentication required.')
    const friend = new Client(connect(port), { resp: 2 })
    expect(await friend.send('AUTH', 'foobar')).toBe('OK')
    expect(server.call('DEBUG', 'CLIENT-ENFORCE-REPLY-LIST', '0')).toBe('OK')
    const other = new Client(connect(port), { resp: 2 })
    await expect(other.send('GET', 'k')).rejects.toThrow('NOAUTH Authentication required.')
    expect(server.engine.stats.outputBufferLimitDisconnections).toBe(1)
    await server.close()
  })
})

describe('A stream in memory', () => {
  it('gets a long reply whole, whatever its listener asks the engine meanwhile', async () => {
    const { server } = await startServer({ port: null })
    for (let i = 1; i <= 40_000; i++) server.call('XADD', 'long', `${i}-1`, 'field', `value:${i}`)
    server.call('XADD', 'other', '1-1', 'f', 'v')
    const stream = server.connect()
    const parser = new ReplyParser({ strings: 'text' })
    let reply: unknown = NEED_MORE
    stream.on('data', (chunk: Uint8Array) => {
      server.call('XRANGE', 'other', '-', '+')
      parser.write(chunk)
      if (reply === NEED_MORE) reply = parser.parse()
    })
    stream.write('XRANGE long - +\r\n')
    await expect.poll(() => reply).toBe(REPLY)
    const entries = simpleValue(parser.reply) as [string][]
    expect(entries).toHaveLength(40_000)
    expect(entries.every(([id], i) => id === `${i + 1}-1`)).toBe(true)
    expect(parser.parse()).toBe(NEED_MORE)
    await server.close()
  })
})

describe('close', () => {
  const REPLY_BYTES = 20_000_000
  async function asked(): Promise<{ server: Server; reader: ReturnType<typeof dial> }> {
    const { server } = await startServer()
    server.call('SET', 'large', 'x'.repeat(REPLY_BYTES))
    const reader = dial(server)
    reader.socket.pause()
    reader.socket.write('GET large\r\n')
    await expect.poll(() => [...server.engine.sessions.values()][0]?.transport.queuedBytes ?? 0).toBeGreaterThan(1e6)
    return { server, reader }
  }

  it('does not wait for a client that does not read', async () => {
    const { server, reader } = await asked()
    const startMs = performance.now()
    await server.close()
    expect(performance.now() - startMs).toBeLessThan(400)
    reader.socket.destroy()
  })

  it('waits for a client that takes its replies, slowly', async () => {
    const { server, reader } = await asked()
    let pause: NodeJS.Timeout | undefined
    const sip = setInterval(() => {
      reader.socket.resume()
      pause = setTimeout(() => reader.socket.pause(), 4)
    }, 20)
    await server.close()
    clearInterval(sip)
    clearTimeout(pause)
    reader.socket.resume()
    await reader.ended
    expect(reader.received().length).toBe(REPLY_BYTES + `$${REPLY_BYTES}\r\n\r\n`.length)
  })
})
