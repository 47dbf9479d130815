/**
 * The network server as a module: it comes and goes with the engine, and its timer is the module API's. Sessions,
 * parameters of the server and the clients it takes from the engine that it is made for: the API does not offer them.
 */

import { type Engine, KVASIR_VERSION } from '@kvasir/core'
import { API_LEVEL, defineModule, type ModuleDefinition } from '@kvasir/module-api'
import type { Clients } from './clients.ts'
import { ListenError, type Listener } from './listener.ts'
import { addressesExist, portIsFree, TcpListener } from './tcp-listener.ts'
import { TlsHandshakes } from './tls-handshakes.ts'
import { TlsListener } from './tls-listener.ts'
import { TLS_PARAMETERS } from './tls-settings.ts'
import { UnixListener } from './unix-listener.ts'

const CRON_INTERVAL_MS = 1000

/** The parameter of each kind of port. */
const PORTS = { tcp: 'port', tls: 'tls-port' } as const
type PortKind = keyof typeof PORTS

interface Move {
  readonly kind: PortKind
  readonly old: TcpListener | undefined
  readonly addresses: readonly string[]
  readonly port: number
}

export class Network {
  readonly listeners: Listener[] = []
  readonly handshakes: TlsHandshakes
  readonly #engine: Engine
  readonly #clients: Clients
  /** Listeners that are about to open or close. */
  #changes: Promise<void> = Promise.resolve()

  constructor(engine: Engine, clients: Clients) {
    this.#engine = engine
    this.#clients = clients
    this.handshakes = new TlsHandshakes(engine, clients)
  }

  /** The module that ties the server to the engine. */
  readonly module = (): ModuleDefinition => {
    const stops: (() => void)[] = []
    return defineModule({
      name: 'server',
      version: KVASIR_VERSION,
      api: API_LEVEL,
      load: (ctx) => {
        const { config } = this.#engine
        ctx.every(CRON_INTERVAL_MS, () => this.handshakes.cron())
        stops.push(
          config.onChange(['tls-port', ...TLS_PARAMETERS], () => (this.#usesTls ? this.handshakes.check() : undefined)),
          config.onChange(['port', 'bind'], () => this.#moveRefusal('tcp')),
          config.onChange(['tls-port', 'bind'], () => this.#moveRefusal('tls')),
          config.onAccepted(['tls-port', ...TLS_PARAMETERS], () => void this.#configureTls()),
          config.onAccepted(['port', 'tls-port', 'bind'], () => this.#move()),
        )
      },
      unload: () => {
        for (const stop of stops.splice(0)) stop()
        void this.close()
      },
    })
  }

  #listenerOf(kind: PortKind): TcpListener | undefined {
    return this.listeners.find((listener): listener is TcpListener => listener.kind === kind)
  }

  get tcp(): TcpListener | undefined {
    return this.#listenerOf('tcp')
  }

  get tls(): TcpListener | undefined {
    return this.#listenerOf('tls')
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
    try {
      await this.#listenOnPort('tcp', freePort)
      await this.#listenOnPath()
      if (this.#configureTls() !== undefined)
        throw new ListenError('Failed to configure TLS. Check logs for more info.')
      await this.#listenOnPort('tls', false)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async #listenOnPort(kind: PortKind, freePort: boolean): Promise<void> {
    const { config } = this.#engine
    const addresses = config.parameter('bind').value
    const port = config.parameter(PORTS[kind]).value
    if ((port === 0 && !freePort) || addresses.length === 0) return
    const listener = this.#newListener(kind, addresses, port)
    await listener.listen()
    this.listeners.push(listener)
    if (listener.port !== port) config.assign(PORTS[kind], listener.port)
  }

  async #listenOnPath(): Promise<void> {
    const path = this.#engine.config.parameter('unixsocket').value
    if (path === '') return
    const unix = new UnixListener(this.#engine, this.#clients, Buffer.from(path, 'latin1').toString('utf8'))
    await unix.listen()
    this.listeners.push(unix)
  }

  #newListener(kind: PortKind, addresses: readonly string[], port: number): TcpListener {
    if (kind === 'tcp') return new TcpListener(this.#engine, this.#clients, addresses, port)
    return new TlsListener(this.#engine, this.#clients, addresses, port, this.handshakes)
  }

  get #usesTls(): boolean {
    return this.#engine.config.parameter('tls-port').value !== 0
  }

  /** @returns why that cannot be */
  #configureTls(): string | undefined {
    return this.#usesTls ? this.handshakes.configure() : undefined
  }

  /** Where CONFIG SET port, tls-port or bind wants the listener of a kind; undefined when it is there. */
  #moveOf(kind: PortKind): Move | undefined {
    const { config } = this.#engine
    const old = this.#listenerOf(kind)
    const port = config.parameter(PORTS[kind]).value
    const addresses = config.parameter('bind').value
    const isThere = port === (old?.port ?? 0) && (old === undefined || addresses.join() === old.addresses.join())
    return isThere ? undefined : { kind, old, addresses, port }
  }

  /** @returns why the listener cannot move */
  #moveRefusal(kind: PortKind): string | undefined {
    const place = this.#moveOf(kind)
    if (place === undefined) return undefined
    const { addresses, port } = place
    if (!addressesExist(addresses)) return 'Failed to bind to specified addresses.'
    if (port === 0 || port === this.#listenerOf(kind)?.port) return undefined
    const otherKind = kind === 'tcp' ? 'tls' : 'tcp'
    const isWantedTwice = port === this.#engine.config.parameter(PORTS[otherKind]).value
    const isOurs = port === this.#listenerOf(otherKind)?.port
    if (!isWantedTwice && (isOurs || portIsFree(port))) return undefined
    return 'Unable to listen on this port. Check server logs.'
  }

  /** Frees the old ports and binds the new ones, which may be each other's, before the client can have its reply. */
  #move(): void {
    const moves = (['tcp', 'tls'] as const).flatMap((kind) => this.#moveOf(kind) ?? [])
    const pending = [this.#changes]
    for (const { old } of moves) {
      if (old === undefined) continue
      pending.push(old.close())
      this.listeners.splice(this.listeners.indexOf(old), 1)
    }
    for (const { kind, old, addresses, port } of moves) {
      if (port === 0 || addresses.length === 0) continue
      const listener = this.#newListener(kind, addresses, port)
      this.#add(listener)
      pending.push(listener.listen().catch((error: Error) => this.#listenAgain(kind, old, listener, error)))
    }
    this.#changes = Promise.all(pending).then(() => {})
  }

  /** TCP, unix, TLS: the order of INFO. */
  #add(listener: TcpListener): void {
    if (listener.kind === 'tcp') this.listeners.unshift(listener)
    else this.listeners.push(listener)
  }

  /** An address in use shows only here, after the reply: the server goes back to where it could be reached. */
  async #listenAgain(kind: PortKind, old: TcpListener | undefined, failed: TcpListener, error: Error): Promise<void> {
    const { config } = this.#engine
    this.#engine.log('warning', error.message)
    const position = this.listeners.indexOf(failed)
    if (position < 0) return
    this.listeners.splice(position, 1)
    if (old === undefined) return
    const listener = this.#newListener(kind, old.addresses, old.port)
    this.#add(listener)
    config.assign('bind', old.addresses)
    config.assign(PORTS[kind], old.port)
    await listener.listen().catch((again: Error) => this.#engine.log('warning', again.message))
  }

  async close(): Promise<void> {
    await this.#changes
    this.handshakes.close()
    await Promise.all(this.listeners.splice(0).map((listener) => listener.close()))
  }
}
