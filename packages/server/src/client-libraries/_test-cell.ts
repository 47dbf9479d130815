/**
 * One server and the clients of a library, for tests: every combination of the ways to connect and of the versions of
 * the protocol is a cell.
 *
 * `KVASIR_CLIENTS_PEER=/path/to/valkey-server` runs the same tests against that server, except those over TLS.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { type EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { Redis, type RedisOptions } from 'ioredis'
import { createClient, type RedisClientOptions } from 'redis'
import { expect } from 'vitest'
import { freePort, pem, tlsServer } from '../_test-tls.ts'
import { Client, type Value } from '../client.ts'
import { ListenError } from '../listener.ts'
import { createServer, type Server, type ServerOptions } from '../server.ts'

export type Way = 'tcp' | 'TLS' | 'unix'
export type Protocol = 2 | 3

const peer = process.env.KVASIR_CLIENTS_PEER
const ways: readonly Way[] = peer === undefined ? ['tcp', 'TLS', 'unix'] : ['tcp', 'unix']

export const cells = ways.flatMap((way) => [
  { way, protocol: 2 as Protocol },
  { way, protocol: 3 as Protocol },
])
/** For what a library does with RESP3 alone. */
export const cellsOfResp3 = cells.filter(({ protocol }) => protocol === 3)
export const cellTitle = 'over $way with RESP$protocol'

/** Parameters of the configuration, in words that either server takes. */
export type Parameters = Readonly<Record<string, string | number>>

type Nothing = Record<never, never>
export type NodeRedis = ReturnType<typeof createClient<Nothing, Nothing, Nothing, Protocol>>
export type NodeRedisOptions = Omit<RedisClientOptions<Nothing, Nothing, Nothing, Protocol>, 'RESP' | 'socket'> & {
  readonly socket?: {
    readonly reconnectStrategy?: false | number | ((retries: number, cause: Error) => false | Error | number)
    readonly socketTimeout?: number
  }
}

/** node-redis makes a class of each new set of options, in 20 ms and more; duplicates share one. */
const models: Readonly<Record<Protocol, NodeRedis>> = { 2: createClient({ RESP: 2 }), 3: createClient({ RESP: 3 }) }

/** As `once` of node:events, which gives up when there is an error first. */
export function event<T extends unknown[] = unknown[]>(emitter: EventEmitter, name: string): Promise<T> {
  return new Promise((resolve) => emitter.once(name, (...words: unknown[]) => resolve(words as T)))
}

/** Asks again and again, as `expect.poll`, but soon. */
export const soon = <T>(read: () => T): ReturnType<typeof expect.poll<T>> => expect.poll(read, { interval: 2 })

/**
 * A server of its own for a test, and the clients that it makes, which go with it:
 *
 *     await using cell = await Cell.open({ way: 'unix', protocol: 3 }, { requirepass: 'secret' })
 *     const redis = cell.ioredis({ password: 'secret' })
 */
export class Cell {
  readonly way: Way
  readonly protocol: Protocol
  readonly #parameters: Parameters
  readonly #folder = mkdtempSync(join(tmpdir(), 'kvasir-cell-'))
  readonly #closers: (() => void)[] = []
  #port = 0
  #server: Server | ChildProcess | undefined

  private constructor(way: Way, protocol: Protocol, parameters: Parameters) {
    this.way = way
    this.protocol = protocol
    this.#parameters = parameters
  }

  static async open({ way, protocol }: { way: Way; protocol: Protocol }, parameters: Parameters = {}): Promise<Cell> {
    const cell = new Cell(way, protocol, parameters)
    await cell.start()
    return cell
  }

  /** Starts the server, where it was when it is started again. */
  async start(): Promise<void> {
    if (peer !== undefined) return this.#startPeer(peer)
    for (;;) {
      try {
        this.#server = await this.#createServer()
        if (this.way !== 'unix') this.#port = this.way === 'TLS' ? this.#server.tlsPort : this.#server.port
        return
      } catch (error) {
        // The port for TLS was free a moment ago; somebody else may have got it.
        if (!(error instanceof ListenError) || this.#port !== 0) throw error
      }
    }
  }

  #createServer(): Promise<Server> {
    const parameters = this.#parameters as ServerOptions
    if (this.way === 'tcp') return createServer({ ...parameters, port: this.#port })
    if (this.way === 'unix') return createServer({ ...parameters, port: null, unixsocket: this.#path })
    return tlsServer({ ...parameters, ...(this.#port === 0 ? {} : { 'tls-port': this.#port }) })
  }

  async #startPeer(command: string): Promise<void> {
    if (this.#port === 0 && this.way === 'tcp') this.#port = await freePort()
    const own = {
      save: '',
      dir: this.#folder,
      port: this.#port,
      ...(this.way === 'unix' ? { unixsocket: this.#path } : {}),
    }
    const words = Object.entries({ ...own, ...this.#parameters }).flatMap(([name, value]) => [`--${name}`, `${value}`])
    this.#server = spawn(command, words, { stdio: 'ignore' })
    for (;;) {
      const socket = this.#dial()
      const isOpen = await new Promise((resolve) =>
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
      )
      socket.destroy()
      if (isOpen) return
    }
  }

  /** Ends the server, and with it every connection. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    if ('closed' in server) return server.close()
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  get #path(): string {
    return join(this.#folder, 'kvasir.sock')
  }

  #dial() {
    if (this.way === 'unix') return connect(this.#path)
    if (this.way === 'tcp') return connect(this.#port, '127.0.0.1')
    return connectTls({ host: '127.0.0.1', port: this.#port, ca: pem('ca.crt') })
  }

  /** Where the server is, as a URL; over a unix socket, the path. */
  url(login = ''): string {
    if (this.way === 'unix') return this.#path
    return `${this.way === 'TLS' ? 'rediss' : 'redis'}://${login}127.0.0.1:${this.#port}`
  }

  /** Calls a command over a connection of its own, as the default user. An error reply rejects. */
  async call<T extends Value = Value>(...words: [string, ...(string | number)[]]): Promise<T> {
    const password = this.#parameters.requirepass
    using client = new Client(this.#dial(), { resp: 2, ...(password === undefined ? {} : { password: `${password}` }) })
    return await client.send<T>(...words)
  }

  /** Closes with the cell. */
  keep(close: () => void): void {
    this.#closers.push(close)
  }

  ioredisOptions(options: RedisOptions = {}): RedisOptions {
    const at = this.way === 'unix' ? { path: this.#path } : { host: '127.0.0.1', port: this.#port }
    const tls = this.way === 'TLS' ? { tls: { ca: pem('ca.crt') } } : {}
    return { ...at, ...tls, protocol: this.protocol, retryStrategy: () => 1, ...options }
  }

  ioredis(options: RedisOptions = {}): Redis {
    const redis = new Redis(this.ioredisOptions(options) as object)
    // An error event that nobody listens to is written to the console.
    redis.on('error', () => {})
    this.keep(() => redis.disconnect())
    return redis
  }

  nodeRedisOptions(options: NodeRedisOptions = {}): RedisClientOptions<Nothing, Nothing, Nothing, Protocol> {
    const wanted = { reconnectStrategy: () => 1, ...options.socket }
    const tcp = { host: '127.0.0.1', port: this.#port, ...wanted }
    const tls = { ...tcp, tls: true as const, ca: pem('ca.crt') }
    const unix = { path: this.#path, tls: false as const, ...wanted }
    return { ...options, RESP: this.protocol, socket: { tcp, TLS: tls, unix }[this.way] }
  }

  /** Not connected yet. */
  nodeRedisClient(options: NodeRedisOptions = {}): NodeRedis {
    const client = models[this.protocol].duplicate(this.nodeRedisOptions(options)) as NodeRedis
    client.on('error', () => {})
    this.keep(() => client.isOpen && client.destroy())
    return client
  }

  async nodeRedis(options: NodeRedisOptions = {}): Promise<NodeRedis> {
    return await this.nodeRedisClient(options).connect()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers) close()
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
