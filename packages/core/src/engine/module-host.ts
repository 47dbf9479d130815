/**
 * Module host: loads modules, and takes them out again.
 *
 * Loading is a row of named checks, each with a code of its own and a text that says what to do; then everything
 * declared is registered, then `load` runs. Whatever fails, the engine is left as it was. Core's own commands come in
 * by the same door.
 */

import type {
  CommandDefinition,
  ConfigValue,
  ContainerDefinition,
  Context,
  DataType,
  EngineEvent,
  EventClass,
  EventSubscription,
  KeyEvent,
  ModuleContext,
  ModuleDefinition,
  ModuleInterface,
  PendingChange,
} from '@kvasir/module-api'
import { globMatch } from '../structures/glob.ts'
import { toBytes } from './argument-bytes.ts'
import { Command } from './command.ts'
import { helpDefinition } from './container-help.ts'
import type { Engine } from './engine.ts'
import { checkedClasses, EVENT_BITS } from './events.ts'
import { followPromise } from './late-failure.ts'
import { assertLoaded, type LoadedModule, untilUnloaded } from './loaded-module.ts'
import { checkDeclaration, compareVersions, ModuleLoadError, RESERVED_NAMES } from './module-checks.ts'

export interface LoadOptions {
  /** Arguments behind the module's name in `loadmodule`. */
  readonly args?: readonly string[]
  /** Values of its parameters, by their names without the module's. */
  readonly config?: Readonly<Record<string, string>>
  /** Where it came from, for MODULE LIST. */
  readonly path?: string
}

/** A listener whose change sets off another listener, and so on; deeper, it is taken for a circle. */
const LISTENER_DEPTH_MAX = 16

export class ModuleHost {
  readonly #engine: Engine
  readonly #loaded = new Map<string, LoadedModule>()
  readonly #types = new Map<string, DataType<unknown>>()
  /** What modules provide, by name and version, with the module that does. */
  readonly #interfaces = new Map<string, { readonly by: string; readonly value: unknown }>()
  #listenerDepth = 0
  /** The one that is just being loaded. */
  #loading: ModuleDefinition | undefined
  /** Finds what `loadmodule` or MODULE LOAD name; the server sets it, as it knows files and packages. */
  resolve: ((specifier: string, args?: readonly string[]) => ModuleDefinition) | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  list(): IterableIterator<LoadedModule> {
    return this.#loaded.values()
  }

  get(name: string): LoadedModule | undefined {
    return this.#loaded.get(name)
  }

  dataType(name: string): DataType<unknown> | undefined {
    return this.#types.get(name)
  }

  /** Whether TYPE could answer this for a module's value. @param name in lower case */
  hasTypeName(name: string): boolean {
    for (const type of this.#types.values()) if ((type.typeName ?? type.name).toLowerCase() === name) return true
    return false
  }

  configValue(module: string, name: string): ConfigValue {
    return this.#engine.config.value(`${module}.${name}`)
  }

  /** Loads a module; throws ModuleLoadError and leaves everything as it was when a check fails. */
  load(definition: ModuleDefinition, options: LoadOptions = {}): void {
    checkDeclaration(definition)
    const { name } = definition
    if (RESERVED_NAMES.has(name)) {
      throw new ModuleLoadError('KV_MODULE_NAME_CLASH', `the name '${name}' is reserved for Kvasir: choose another one`)
    }
    this.#load(definition, options)
  }

  /** Loads a part of Kvasir itself, under a name that is reserved. */
  loadOwn(definition: ModuleDefinition): void {
    checkDeclaration(definition)
    this.#load(definition, {})
  }

  #load(definition: ModuleDefinition, options: LoadOptions): void {
    this.#checkNames(definition)
    this.#checkDependencies(definition)
    const module: LoadedModule = {
      definition,
      args: options.args ?? [],
      path: options.path ?? '',
      undo: [],
      ended: false,
    }
    this.#loading = definition
    try {
      this.#register(module, options.config ?? {})
    } catch (error) {
      this.#undo(module)
      if (error instanceof ModuleLoadError) throw error
      const text = error instanceof Error ? error.message : String(error)
      throw new ModuleLoadError('KV_MODULE_LOAD', `module '${definition.name}' failed while it was loaded: ${text}`)
    } finally {
      this.#loading = undefined
    }
    this.#loaded.set(definition.name, module)
  }

  /** Takes a module out. Its keys must be gone, and no other module may require it. */
  unload(name: string): void {
    const module = this.#loaded.get(name)
    if (module === undefined) throw new ModuleLoadError('KV_MODULE_UNLOAD', `no module '${name}' is loaded`)
    if (RESERVED_NAMES.has(name)) {
      throw new ModuleLoadError('KV_MODULE_UNLOAD', `'${name}' is a part of Kvasir, and stays`)
    }
    for (const other of this.#loaded.values()) {
      if (other.definition.requires?.[name] !== undefined) {
        const by = other.definition.name
        throw new ModuleLoadError('KV_MODULE_UNLOAD', `'${by}' requires '${name}': unload '${by}' first`)
      }
    }
    this.#checkUsers(name)
    if ((module.definition.types?.length ?? 0) > 0) {
      throw new ModuleLoadError('KV_MODULE_UNLOAD', `'${name}' has data types, and keys may hold values of them`)
    }
    this.#takeOut(module)
    this.#loaded.delete(name)
  }

  /** Nobody may use what the module provides. */
  #checkUsers(name: string): void {
    for (const { definition } of this.#loaded.values()) {
      const used = definition.uses?.find((wanted) => this.#interfaces.get(interfaceKey(wanted))?.by === name)
      if (used === undefined) continue
      throw new ModuleLoadError(
        'KV_MODULE_UNLOAD',
        `'${definition.name}' uses the interface ${used.name} of '${name}': unload '${definition.name}' first`,
      )
    }
  }

  /** What is provided under a name and a version. @param module that asks, and has to have it in `uses` */
  use<T extends object>(module: string, wanted: ModuleInterface<T>): T {
    const key = interfaceKey(wanted)
    const isListed = this.#definitionOf(module)?.uses?.some((listed) => interfaceKey(listed) === key) === true
    if (!isListed) throw new Error(`use: module '${module}' does not list the interface ${key} in its uses`)
    return this.#interfaces.get(key)?.value as T
  }

  #definitionOf(name: string): ModuleDefinition | undefined {
    return this.#loading?.name === name ? this.#loading : this.#loaded.get(name)?.definition
  }

  close(): void {
    for (const module of [...this.#loaded.values()].reverse()) this.#takeOut(module)
    this.#loaded.clear()
  }

  /** Whatever its own `unload` does, nothing of the module stays behind. */
  #takeOut(module: LoadedModule): void {
    this.#guarded(module, 'unload', () => module.definition.unload?.())
    this.#undo(module)
  }

  #undo(module: LoadedModule): void {
    module.ended = true
    for (const step of module.undo.splice(0).reverse()) step()
  }

  // --- checks against what is loaded
  // -----------------------------------------------------------------------------------

  #checkNames(definition: ModuleDefinition): void {
    const { name } = definition
    const clash = (what: string): never => {
      throw new ModuleLoadError('KV_MODULE_NAME_CLASH', `module '${name}': ${what}`)
    }
    if (this.#loaded.has(name)) clash('a module of this name is loaded already; unload it first')
    for (const { name: command } of definition.commands ?? []) {
      const [first, second] = command.toLowerCase().split(' ')
      const parent = this.#engine.commands.get(first)
      const existing = second === undefined ? parent : parent?.subcommands?.get(second)
      if (existing !== undefined) {
        clash(`command ${command} belongs to module '${existing.module}'; choose another name or prefix`)
      }
    }
    this.#checkContainers(definition)
    for (const type of definition.types ?? []) {
      if (this.#types.has(type.name)) clash(`data type ${type.name} exists already; choose another name`)
    }
    for (const { interface: offered } of definition.provides ?? []) {
      const by = this.#interfaces.get(interfaceKey(offered))?.by
      if (by !== undefined) clash(`the interface ${interfaceKey(offered)} is provided by '${by}' already`)
    }
  }

  /** Subcommands need a container, the module's own or one that is there. */
  #checkContainers({ name, commands = [] }: ModuleDefinition): void {
    for (const { name: command } of commands) {
      const [first, second] = command.split(' ')
      if (second === undefined) continue
      const own = commands.find((other) => other.name === first)
      const isContainer = own === undefined ? this.#hasContainer(first) : 'container' in own
      if (isContainer) continue
      throw new ModuleLoadError(
        'KV_MODULE_DECLARATION',
        `module '${name}': ${command} needs the container ${first}: declare it by defineContainer`,
      )
    }
  }

  #hasContainer(name: string): boolean {
    return this.#engine.commands.get(name.toLowerCase())?.subcommands !== undefined
  }

  #checkDependencies(definition: ModuleDefinition): void {
    for (const [name, least] of Object.entries(definition.requires ?? {})) {
      const found = this.#loaded.get(name)?.definition.version
      if (found === undefined) {
        throw new ModuleLoadError(
          'KV_MODULE_DEPENDENCY',
          `module '${definition.name}' requires '${name}' ${least} or later: put its loadmodule line in front`,
        )
      }
      if (compareVersions(found, least) < 0) {
        throw new ModuleLoadError(
          'KV_MODULE_DEPENDENCY',
          `module '${definition.name}' requires '${name}' ${least} or later, but ${found} is loaded: update it`,
        )
      }
    }
    for (const wanted of definition.uses ?? []) {
      if (this.#interfaces.has(interfaceKey(wanted))) continue
      throw new ModuleLoadError(
        'KV_MODULE_DEPENDENCY',
        `module '${definition.name}' uses the interface ${interfaceKey(wanted)}, which no loaded module provides: ` +
          'put the loadmodule line of one that does in front',
      )
    }
  }

  // --- registering
  // -----------------------------------------------------------------------------------------------------

  #register(module: LoadedModule, config: Readonly<Record<string, string>>): void {
    const { definition, undo } = module
    // Containers before their subcommands, whatever the order of the list.
    const commands = [...(definition.commands ?? [])].sort((a, b) => wordCount(a.name) - wordCount(b.name))
    for (const command of commands) this.#addCommand(command, definition.name, undo)
    for (const command of commands) if ('container' in command) this.#addHelp(command, definition.name, undo)
    for (const type of definition.types ?? []) {
      this.#types.set(type.name, this.#withGuardedFree(module, type))
      undo.push(() => this.#types.delete(type.name))
    }
    this.#addConfig(definition, config, undo)
    const ctx = this.#contextOf(module)
    for (const { interface: offered, create } of definition.provides ?? []) {
      const key = interfaceKey(offered)
      this.#interfaces.set(key, { by: definition.name, value: create(ctx) })
      undo.push(() => this.#interfaces.delete(key))
    }
    const returned: unknown = definition.load?.(ctx)
    if (followPromise(returned, () => {})) throw new Error('load() returned a promise: it must be done when it returns')
  }

  #addCommand(definition: CommandDefinition | ContainerDefinition, module: string, undo: (() => void)[]): void {
    const words = definition.name.toLowerCase().split(' ')
    const { commands, acl } = this.#engine
    if (words.length === 1) {
      const command = new Command(definition, module)
      commands.add(command)
      acl.commands.add(command)
      undo.push(() => {
        commands.delete(command.name)
        acl.commands.delete(command)
      })
      return
    }
    const parent = commands.get(words[0])
    if (parent?.subcommands === undefined)
      throw new Error(`${definition.name}: declare the container ${words[0]} first`)
    const { subcommands } = parent
    const command = new Command(definition, module, parent)
    subcommands.add(command)
    acl.commands.add(command)
    undo.push(() => {
      subcommands.delete(command.name)
      acl.commands.delete(command)
    })
  }

  /** Unless the container brings a HELP of its own. */
  #addHelp(container: ContainerDefinition, module: string, undo: (() => void)[]): void {
    const existing = this.#engine.commands.get(container.name.toLowerCase())?.subcommands?.get('help')
    if (existing === undefined) this.#addCommand(helpDefinition(container), module, undo)
  }

  #addConfig(definition: ModuleDefinition, config: Readonly<Record<string, string>>, undo: (() => void)[]): void {
    const registry = this.#engine.config
    for (const [name, parameter] of Object.entries(definition.config ?? {})) {
      const fullName = `${definition.name}.${name}`
      registry.defineModuleParameter(fullName, parameter)
      undo.push(() => registry.undefine(fullName))
    }
    for (const [name, value] of Object.entries(config)) {
      const error = registry.set([[`${definition.name}.${name}`, value]], { startup: true })
      if (error !== undefined) throw new ModuleLoadError('KV_MODULE_CONFIG', `module '${definition.name}': ${error}`)
    }
  }

  #contextOf(module: LoadedModule): ModuleContext {
    const engine = this.#engine
    const { definition } = module
    return {
      args: module.args,
      log: (level, message) => engine.log(level, `<${definition.name}> ${message}`),
      config: (name) => {
        assertLoaded(module)
        return this.configValue(definition.name, name)
      },
      onKeyEvent: (subscription, listener) => this.#subscribe(module, subscription, listener),
      onBeforeChange: (subscription, listener) => this.#subscribeBefore(module, subscription, listener),
      use: (wanted) => {
        assertLoaded(module)
        return this.use(definition.name, wanted)
      },
      onEngineEvent: (listener: (event: EngineEvent) => void) => {
        assertLoaded(module)
        return untilUnloaded(
          module,
          engine.events.onEngineEvent((event) => {
            const what = `the listener for '${event.event}'`
            engine.observer.modules.time(definition.name, what, () =>
              this.#guarded(module, what, () => listener(event)),
            )
          }),
        )
      },
      every: (intervalMs, task) => {
        if (!(Number.isFinite(intervalMs) && intervalMs > 0)) {
          throw new TypeError(`every: the interval must be a finite number of milliseconds above 0, not ${intervalMs}`)
        }
        assertLoaded(module)
        const stop = engine.clock.every(intervalMs, () => {
          engine.dispatcher.beginTurn()
          this.#guardedWithContext(module, 'a timer', 0, task)
          engine.dispatcher.endTurn()
        })
        return untilUnloaded(module, stop)
      },
      run: (task) => this.#runNow(module, task),
      onUnload: (task) => {
        assertLoaded(module)
        module.undo.push(() => this.#guarded(module, 'the task of onUnload', task))
      },
      onConfigChange: (name, apply) => this.#followConfig(module, name, apply),
    }
  }

  #runNow<T>(module: LoadedModule, task: (ctx: Context) => T): T {
    assertLoaded(module)
    const engine = this.#engine
    engine.dispatcher.beginTurn()
    const lease = engine.leaseContext(module.definition.name, 0)
    try {
      return task(lease.context)
    } finally {
      lease.end()
      engine.dispatcher.endTurn()
    }
  }

  #followConfig(module: LoadedModule, name: string, apply: Parameters<ModuleContext['onConfigChange']>[1]): () => void {
    assertLoaded(module)
    const { config } = this.#engine
    const stop = config.onModuleChange(`${module.definition.name}.${name}`, () => {
      let refusal: string | undefined = 'the module failed; see the log'
      this.#guarded(module, `the listener for '${name}'`, () => {
        refusal = apply(this.configValue(module.definition.name, name)) ?? undefined
      })
      return refusal
    })
    return untilUnloaded(module, stop)
  }

  #subscribe(
    module: LoadedModule,
    subscription: EventSubscription,
    listener: (event: KeyEvent, ctx: Context) => void,
  ): () => void {
    assertLoaded(module)
    const engine = this.#engine
    const names = checkedClasses(subscription.classes ?? [])
    let classes = 0
    for (const name of names) classes |= EVENT_BITS[name]
    const pattern = subscription.pattern === undefined ? undefined : toBytes(subscription.pattern)
    const stop = engine.events.subscribe({
      classes,
      onKeyEvent: (bit, event, db, buf, start, length, changed) => {
        if (pattern !== undefined && !globMatch(pattern, buf, start, length)) return
        if (this.#isTooDeep(module, `'${event}'`)) return
        const key = buf.slice(start, start + length)
        const name = names.find((candidate) => EVENT_BITS[candidate] === bit) as EventClass
        this.#listenerDepth++
        this.#guardedWithContext(module, `the listener for '${event}'`, db.index, (ctx) =>
          listener({ class: name, event, key, db: db.index, ...(changed === undefined ? {} : { changed }) }, ctx),
        )
        this.#listenerDepth--
      },
    })
    return untilUnloaded(module, stop)
  }

  #subscribeBefore(
    module: LoadedModule,
    subscription: EventSubscription,
    listener: (change: PendingChange, ctx: Context) => void,
  ): () => void {
    assertLoaded(module)
    const pattern = subscription.pattern === undefined ? undefined : toBytes(subscription.pattern)
    const stop = this.#engine.events.subscribeBefore({
      onBeforeChange: (call, command, buf, start, length) => {
        if (pattern !== undefined && !globMatch(pattern, buf, start, length)) return
        const { fullName } = command
        if (this.#isTooDeep(module, `'${fullName}'`)) return
        const key = buf.slice(start, start + length)
        const db = call.db.index
        this.#listenerDepth++
        this.#guardedWithContext(module, `the listener ahead of '${fullName}'`, db, (ctx) =>
          listener({ key, db, command: fullName }, ctx),
        )
        this.#listenerDepth--
      },
    })
    return untilUnloaded(module, stop)
  }

  #isTooDeep(module: LoadedModule, what: string): boolean {
    if (this.#listenerDepth < LISTENER_DEPTH_MAX) return false
    const text = `Module ${module.definition.name} is not told of ${what}: listeners set off each other`
    this.#engine.log('warning', text)
    return true
  }

  /** As `#guarded`, with a context that is over when `run` returns. */
  #guardedWithContext(module: LoadedModule, what: string, dbIndex: number, run: (ctx: Context) => unknown): void {
    const lease = this.#engine.leaseContext(module.definition.name, dbIndex)
    const task = (): void => this.#guarded(module, what, () => run(lease.context))
    this.#engine.observer.modules.time(module.definition.name, what, task)
    lease.end()
  }

  /** `free` runs in the middle of a change of the keyspace, which an exception must not cut short. */
  #withGuardedFree(module: LoadedModule, type: DataType<unknown>): DataType<unknown> {
    const free = (value: unknown): void => this.#guarded(module, `free() of ${type.name}`, () => type.free?.(value))
    return Object.create(type, { free: { value: free } })
  }

  /**
   * A module's mistake outside a command stays its own: it is logged, and the engine goes on. An asynchronous function
   * may fail later.
   */
  #guarded(module: LoadedModule, what: string, run: () => unknown): void {
    const failed = (error: unknown): void => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#engine.stats.unexpectedErrors++
      this.#engine.log('warning', `Module ${module.definition.name}: ${what} threw: ${text}`)
    }
    try {
      followPromise(run(), failed)
    } catch (error) {
      failed(error)
    }
  }
}

/** As users read it in messages, too. */
function interfaceKey({ name, version }: ModuleInterface<unknown>): string {
  return `${name}@${version}`
}

function wordCount(name: string): number {
  return name.split(' ').length
}
