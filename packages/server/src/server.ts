/**
 * The server: an engine with its configuration, its modules and its listeners. See the package's README for its use.
 */

import type { HostInfo } from '@kvasir/core'
import type { Configuration } from './configuration.ts'
import type { KvasirConfig } from './define-config.ts'
import {
  configurationOf,
  EmbeddedEngine,
  type EngineOptions,
  type FollowDirectory,
  type PreparedEngine,
  prepareEngine,
  type Surroundings,
} from './embedded-engine.ts'
import { systemHost } from './host.ts'
import { checkOptions } from './option-types.ts'
import { Network } from './server-module.ts'

export type ServerOptions = Omit<KvasirConfig, 'port'> &
  Surroundings & {
    /** 6379 unless given; 0 for a free one, null for none. */
    readonly port?: number | null
  }

/** Where a server can be reached: what `new Redis(address)` and `createClient({ socket: address })` take. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** What the engine asks the network for INFO; filled in once there is one. */
type NetworkFigures = Required<Pick<{ -readonly [K in keyof HostInfo]: HostInfo[K] }, 'listeners' | 'tls'>>

export class Server extends EmbeddedEngine {
  readonly #network: Network

  constructor(prepared: PreparedEngine, figures: NetworkFigures) {
    super(prepared)
    this.#network = new Network(this.engine, this.clients)
    figures.listeners = () => this.#network.listeners.map((listener) => listener.describe())
    figures.tls = () => this.#network.handshakes.figures()
  }

  override loadModules(): void {
    super.loadModules()
    this.engine.modules.loadOwn(this.#network.module())
  }

  /** @param freePort whether port 0 stands for a free one */
  async listen(freePort: boolean): Promise<void> {
    await this.#network.listen(freePort)
  }

  /** Words for the log: `tcp`, `tls`, `unix`. */
  get listenerKinds(): readonly string[] {
    return this.#network.listeners.map(({ kind }) => kind)
  }

  /** Its TCP address; throws when there is none. */
  get address(): ServerAddress {
    const { tcp } = this.#network
    if (tcp === undefined) throw new Error('the server has no TCP port: use path, connect() or client()')
    return { host: tcp.host, port: tcp.port }
  }

  /** Its unix socket; throws when there is none. */
  get path(): string {
    const { unix } = this.#network
    if (unix === undefined) throw new Error('the server has no unix socket: use address, connect() or client()')
    return unix.path
  }

  /** 0 without TCP. */
  get port(): number {
    return this.#network.tcp?.port ?? 0
  }

  /** 0 without TLS. */
  get tlsPort(): number {
    return this.#network.tls?.port ?? 0
  }

  /** `redis://127.0.0.1:6379`; throws when there is no TCP port. */
  get url(): string {
    const { host, port } = this.address
    return `redis://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  protected override closeListeners(): Promise<void> {
    return this.#network.close()
  }
}

/** A server that does not listen yet. Throws ConfigError. */
export function prepareServer(
  configuration: Configuration,
  surroundings: Surroundings,
  followDirectory?: FollowDirectory,
): Server {
  const figures: NetworkFigures = { listeners: () => [], tls: () => ({}) }
  const host: HostInfo = {
    ...systemHost,
    ...(configuration.file === undefined ? {} : { configFile: configuration.file }),
    listeners: () => figures.listeners(),
    tls: () => figures.tls(),
  }
  return new Server(prepareEngine(configuration, surroundings, host, followDirectory), figures)
}

/**
 * Starts a server in this process; it listens on this machine's loopback addresses unless `bind` says otherwise.
 *
 *     const server = await createServer({ port: 0, maxmemory: '100mb', modules: [json] })
 *     const redis = new Redis(server.address)
 *     await server.close()
 *
 * Rejects with TypeError, ConfigError, ModuleLoadError or ListenError; nothing is left behind then.
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  checkOptions(options, 'createServer')
  const { port, ...rest } = options
  const config = {
    bind: ['127.0.0.1', '-::1'],
    ...rest,
    ...(port === undefined ? {} : { port: port ?? 0 }),
  } as EngineOptions
  const server = prepareServer(configurationOf(config), options)
  try {
    server.loadModules()
    await server.listen(port === 0)
  } catch (error) {
    await server.close()
    throw error
  }
  return server
}
