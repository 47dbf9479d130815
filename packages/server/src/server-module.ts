/**
 * The network server as a module: it comes and goes with the engine, and its timer is the module API's. Sessions,
 * parameters of the server and the clients it takes from the engine that it is made for: the API does not offer them.
 */

import { type Engine, KVASIR_VERSION } from '@kvasir/core'
import { API_LEVEL, defineModule, type ModuleDefinition } from '@kvasir/module-api'
import type { Clients } from './clients.ts'
import type { Listener } from './listener.ts'
import { addressesExist, portIsFree, TcpListener } from './tcp-listener.ts'
import { UnixListener } from './unix-listener.ts'

const CRON_INTERVAL_MS = 1000

export class Network {
  readonly listeners: Listener[] = []
  readonly #engine: Engine
  readonly #clients: Clients
  /** Listeners that are about to open or close. */
  #changes: Promise<void> = Promise.resolve()

  constructor(engine: Engine, clients: Clients) {
    this.#engine = engine
    this.#clients = clients
  }

  /** The module that ties the server to the engine. */
  readonly module = (): ModuleDefinition => {
    let stop = (): void => {}
    return defineModule({
      name: 'server',
      version: KVASIR_VERSION,
      api: API_LEVEL,
      load: (ctx) => {
        ctx.every(CRON_INTERVAL_MS, () => this.#clients.cron())
        stop = this.#engine.config.onChange(['port', 'bind'], () => this.#moveTcp())
      },
      unload: () => {
        stop()
        void this.close()
      },
    })
  }

  get tcp(): TcpListener | undefined {
    return this.listeners.find((listener) => listener instanceof TcpListener)
  }

  get unix(): UnixListener | undefined {
    return this.listeners.find((listener) => listener instanceof UnixListener)
  }

  /**
   * Listens on all that the configuration names. Rejects with ListenError.
   * @param freePort whether port 0 stands for a free one, which becomes the configuration's; for redis-server it means
   * none
   */
  async listen(freePort: boolean): Promise<void> {
    const { config } = this.#engine
    const addresses = config.parameter('bind').value
    const port = config.parameter('port').value
    if ((port > 0 || freePort) && addresses.length > 0) {
      const tcp = new TcpListener(this.#engine, this.#clients, addresses, port)
      await tcp.listen()
      this.listeners.push(tcp)
      if (tcp.port !== port) config.assign('port', tcp.port)
    }
    const path = config.parameter('unixsocket').value
    if (path === '') return
    const unix = new UnixListener(this.#engine, this.#clients, Buffer.from(path, 'latin1').toString('utf8'))
    try {
      await unix.listen()
    } catch (error) {
      await this.close()
      throw error
    }
    this.listeners.push(unix)
  }

  /** CONFIG SET port or bind. @returns why that cannot be */
  #moveTcp(): string | undefined {
    const { config } = this.#engine
    const old = this.tcp
    const port = config.parameter('port').value
    const addresses = config.parameter('bind').value
    if (port === (old?.port ?? 0) && addresses.join() === (old?.addresses.join() ?? '')) return undefined
    if (!addressesExist(addresses)) return 'Failed to bind to specified addresses.'
    if (port !== 0 && port !== old?.port && !portIsFree(port)) {
      return 'Unable to listen on this port. Check server logs.'
    }
    this.#changes = this.#replaceTcp(old, addresses, port)
    return undefined
  }

  /** Frees the old port and binds the new one before the client can have its reply. */
  #replaceTcp(old: TcpListener | undefined, addresses: readonly string[], port: number): Promise<void> {
    const closing = old?.close()
    if (old !== undefined) this.listeners.splice(this.listeners.indexOf(old), 1)
    const pending = [this.#changes, closing]
    if (port > 0 && addresses.length > 0) {
      const tcp = new TcpListener(this.#engine, this.#clients, addresses, port)
      this.listeners.unshift(tcp)
      pending.push(tcp.listen().catch((error: Error) => this.#listenAgain(old, tcp, error)))
    }
    return Promise.all(pending).then(() => {})
  }

  /** An address in use shows only here, after the reply: the server goes back to where it could be reached. */
  async #listenAgain(old: TcpListener | undefined, failed: TcpListener, error: Error): Promise<void> {
    const { config } = this.#engine
    this.#engine.log('warning', error.message)
    const position = this.listeners.indexOf(failed)
    if (position < 0) return
    this.listeners.splice(position, 1)
    if (old === undefined) return
    const tcp = new TcpListener(this.#engine, this.#clients, old.addresses, old.port)
    this.listeners.unshift(tcp)
    config.assign('bind', old.addresses)
    config.assign('port', old.port)
    await tcp.listen().catch((again: Error) => this.#engine.log('warning', again.message))
  }

  async close(): Promise<void> {
    await this.#changes
    await Promise.all(this.listeners.splice(0).map((listener) => listener.close()))
  }
}
