/**
 * An engine with its configuration and its modules in a Node.js process: all of a server but the listeners.
 *
 *     prepareEngine: engine -> parameters      loadModules: modules -> their parameters -> ACL users
 *
 * server.ts goes on from here with listeners.
 */

import { resolve } from 'node:path'
import {
  type Clock,
  type ConfigRegistry,
  createEngine as createCoreEngine,
  type Engine,
  type HostInfo,
  KVASIR_VERSION,
  type LogSink,
  ModuleLoadError,
  type Random,
  type Session,
} from '@kvasir/core'
import type { CommandArgument, ModuleDefinition, ReplyValue } from '@kvasir/module-api'
import { dropLargeBuffer, ReplyError, type SimpleValue } from '@kvasir/protocol'
import { aclStorage } from './acl-storage.ts'
import { Client, type ClientOptions, type Value } from './client.ts'
import { Clients } from './clients.ts'
import { type ConfigFailure, failureText, openConfigFile, pathOf } from './config-file.ts'
import type { Configuration } from './configuration.ts'
import { convertConfig, type KvasirConfig } from './define-config.ts'
import { systemClock, systemHost, systemRandom } from './host.ts'
import { LeveledLog } from './log.ts'
import { type MemoryStream, MemoryTransport } from './memory-transport.ts'
import { createModuleResolver } from './module-resolver.ts'
import { checkOptions } from './option-types.ts'
import { applyDirectives, applyModuleParameters, type StartupPlan, unsupportedWarnings } from './startup-directives.ts'

/** What the engine takes from outside; the process's own unless given. */
export interface Surroundings {
  readonly clock?: Clock
  readonly random?: Random
  /** Gets what `loglevel` lets through; without it nothing is logged. */
  readonly log?: LogSink
  /** Where relative paths of modules start; the working directory unless given. */
  readonly directory?: string
}

export type EngineOptions = KvasirConfig & Surroundings

/** What a reply is in JavaScript; strings are bytes, statuses text. */
export type BytesValue = SimpleValue<Uint8Array>

/** The configuration is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly failure: ConfigFailure

  constructor(failure: ConfigFailure) {
    super(shortText(failure))
    this.failure = failure
  }
}

function shortText(failure: ConfigFailure): string {
  if (failure.kind === 'directive') return `${failure.origin.text}: ${failure.reason}`
  return failure.kind === 'whole' ? failure.reason : failureText(failure, KVASIR_VERSION)
}

/** For connections to take what was sent to them, when everything closes. */
const CLOSE_GRACE_MS = 1000
const CRON_INTERVAL_MS = 1000

export class EmbeddedEngine {
  /** The engine itself, with everything that a host of it can do. */
  readonly engine: Engine
  /** Resolves once everything is closed, whoever asked for it. */
  readonly closed: Promise<void>
  protected readonly clients: Clients
  readonly #configuration: Configuration
  readonly #plan: StartupPlan
  readonly #session: Session
  readonly #stopCron: () => void
  #closing: Promise<void> | undefined
  #setClosed: () => void = () => {}

  constructor(prepared: PreparedEngine) {
    const { engine, configuration, plan } = prepared
    this.engine = engine
    this.#configuration = configuration
    this.#plan = plan
    this.clients = new Clients(engine)
    this.#stopCron = engine.clock.every(CRON_INTERVAL_MS, () => this.clients.cron())
    this.#session = engine.internalSession()
    this.#session.mayRunProtected = true
    this.closed = new Promise((done) => {
      this.#setClosed = done
    })
    engine.onShutdownRequest = () => {
      setImmediate(() => void this.close())
      return undefined
    }
  }

  /**
   * Loads the modules that the configuration names, and sets their parameters; then the users, whose rules may name
   * the modules' commands. Throws ModuleLoadError or ConfigError.
   */
  loadModules(): void {
    for (const entry of this.#configuration.modules) {
      if (isModuleLine(entry)) this.#loadLine(entry)
      else this.engine.modules.load(entry)
    }
    for (const line of this.#plan.modules) this.#loadLine(line.map(pathOf) as [string, ...string[]])
    const failure = applyModuleParameters(this.#plan, this.engine.config)
    if (failure !== undefined) throw new ConfigError(failure)
    const reason = this.engine.acl.configure(this.#plan.users)
    if (reason !== undefined) throw new ConfigError({ kind: 'whole', reason })
  }

  #loadLine([specifier, ...args]: readonly [string, ...string[]]): void {
    const { engine } = this
    try {
      const definition = engine.modules.resolve?.(specifier, args)
      if (definition === undefined) return
      engine.modules.load(definition, { args, path: specifier })
      engine.log('notice', `Module '${definition.name}' loaded from ${specifier}`)
    } catch (error) {
      if (error instanceof ModuleLoadError) {
        engine.log('warning', `Module ${specifier} failed to load: ${error.message}`)
        engine.log('warning', `Can't load module from ${specifier}: server aborting`)
      }
      throw error
    }
  }

  /**
   * Runs a command at once, with all permissions: no AUTH, no ACL, and protected commands such as DEBUG too. Strings
   * come back as text, in which bytes that are no UTF-8 are U+FFFD.
   * @returns its reply; an error reply is thrown as ReplyError, and so is a call after `close`
   */
  call<T extends Value = Value>(...words: readonly [name: string, ...CommandArgument[]]): T {
    return this.#run(words, textOf) as T
  }

  /** As `call`, with strings as bytes; statuses such as `OK` are text. */
  callBytes<T extends BytesValue = BytesValue>(...words: readonly [name: string, ...CommandArgument[]]): T {
    return this.#run(words, (bytes) => bytes) as T
  }

  #run<S extends string | Uint8Array>(
    words: readonly [name: string, ...CommandArgument[]],
    stringOf: (bytes: Uint8Array) => S,
  ): SimpleValue<S> {
    const { engine } = this
    if (engine.closed) throw new ReplyError(CLOSED)
    if ((words as readonly unknown[]).length === 0) throw new TypeError('call() takes at least the name of a command')
    const value = this.#inTurn(() => plainValue(engine.dispatcher.callCommand(this.#session, words), stringOf))
    if (value instanceof ReplyError) throw value
    return value
  }

  #inTurn<T>(run: () => T): T {
    const { dispatcher } = this.engine
    dispatcher.beginTurn()
    try {
      return run()
    } finally {
      dispatcher.endTurn()
    }
  }

  /** A connection in memory: a stream for a client library, or for `new Client`. */
  connect(): MemoryStream {
    const transport = new MemoryTransport()
    const refusal = this.engine.closed ? `-${CLOSED}\r\n` : this.clients.refusal(true)
    if (refusal === undefined) this.clients.welcome(transport)
    else {
      transport.stream.push(refusal)
      transport.close(false)
    }
    return transport.stream
  }

  /** A client on a connection in memory. */
  client(options: ClientOptions = {}): Client {
    return new Client(this.connect(), options)
  }

  /** Ends everything, and resolves once nothing is left of it. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stopCron()
    await this.closeListeners()
    this.engine.close()
    await this.clients.gone(CLOSE_GRACE_MS)
    this.#setClosed()
  }

  protected async closeListeners(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

const CLOSED = 'ERR the server is closed'

/**
 * An engine without network.
 *
 *     const engine = createEngine({ maxmemory: '100mb' })
 *     engine.call('SET', 'greeting', 'hello')
 */
export function createEngine(options: EngineOptions = {}): EmbeddedEngine {
  checkOptions(options, 'createEngine')
  const prepared = prepareEngine(configurationOf(options), options)
  const embedded = new EmbeddedEngine(prepared)
  try {
    embedded.loadModules()
  } catch (error) {
    void embedded.close()
    throw error
  }
  return embedded
}

/** Options as a configuration, without what is none. */
export function configurationOf(options: EngineOptions): Configuration {
  const { clock: _clock, random: _random, log: _log, directory: _directory, ...config } = options
  const { directives, modules } = convertConfig(config as KvasirConfig, 'options')
  return { reading: { directives }, modules }
}

export interface PreparedEngine {
  readonly engine: Engine
  readonly configuration: Configuration
  readonly plan: StartupPlan
}

/** @param host what the process says of itself */
export function prepareEngine(
  configuration: Configuration,
  surroundings: Surroundings,
  host: HostInfo = systemHost,
  followDirectory: FollowDirectory = rememberDirectory,
): PreparedEngine {
  const log = new LeveledLog(surroundings.log ?? (() => {}))
  const directory = surroundings.directory ?? process.cwd()
  const engine = createCoreEngine({
    clock: surroundings.clock ?? systemClock,
    random: surroundings.random ?? systemRandom(),
    log: log.write,
    host,
  })
  const { config } = engine
  engine.modules.resolve = createModuleResolver(
    configuration.file === undefined ? directory : resolve(configuration.file, '..'),
  )
  if (configuration.file !== undefined) config.file = openConfigFile(configuration.file)
  config.follow('loglevel', (level) => {
    log.level = level
  })
  followDirectory(config, directory)
  engine.acl.storage = aclStorage(config)
  const { plan, failure } = applyDirectives(configuration.reading, config, {
    user: (name, rules) => engine.acl.checkLine(name, rules),
    renameCommand: (from, to) => renameCommand(engine, from, to),
  })
  if (failure !== undefined) {
    engine.close()
    throw new ConfigError(failure)
  }
  for (const warning of unsupportedWarnings(config)) engine.log('warning', warning)
  return { engine, configuration, plan }
}

/** Gives `dir` its meaning. @param start where relative paths start before it is set */
export type FollowDirectory = (config: ConfigRegistry, start: string) => void

/** Within a program `dir` is shown as an absolute path, and the program's working directory is its own. */
function rememberDirectory(config: ConfigRegistry, start: string): void {
  let directory = start
  const show = (): void => config.assign('dir', Buffer.from(directory, 'utf8').toString('latin1'))
  show()
  config.onChange('dir', (path) => {
    directory = resolve(directory, pathOf(path))
    show()
  })
}

/** ACL rules and statistics know the command by its own name all the same. */
function renameCommand(engine: Engine, from: string, to: string): string | undefined {
  const command = engine.commands.get(from.toLowerCase())
  if (command === undefined) return 'No such command in rename-command'
  if (to === '') engine.commands.delete(from.toLowerCase())
  else if (!engine.commands.rename(from.toLowerCase(), to.toLowerCase())) return 'Target command name already exists'
  return undefined
}

function isModuleLine(
  entry: ModuleDefinition | readonly [string, ...(readonly string[])],
): entry is readonly [string, ...string[]] {
  return Array.isArray(entry)
}

const decoder = new TextDecoder()

/** @param bytes nobody else's */
function textOf(bytes: Uint8Array): string {
  const text = decoder.decode(bytes)
  dropLargeBuffer(bytes)
  return text
}

/** A reply of the engine as plain JavaScript. */
function plainValue<S extends string | Uint8Array>(
  value: ReplyValue,
  stringOf: (bytes: Uint8Array) => S,
): SimpleValue<S> {
  const plain = (item: ReplyValue): SimpleValue<S> => plainValue(item, stringOf)
  if (value === undefined || value === null) return null
  if (typeof value !== 'object') return value
  if (value instanceof Uint8Array) return stringOf(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) {
    const entries = value as ReadonlyMap<ReplyValue, ReplyValue>
    return new Map([...entries].map(([key, item]) => [plain(key), plain(item)]))
  }
  if (value instanceof Set) return new Set([...(value as ReadonlySet<ReplyValue>)].map(plain))
  if (!('kind' in value)) return null
  if (value.kind === 'error') return new ReplyError(value.text)
  return value.kind === 'status' ? value.text : value.value
}
