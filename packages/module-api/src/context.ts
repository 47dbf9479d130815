/** What a module sees of the engine: at load time, and in a command. */

import type { ConfigValue } from './config.ts'
import type { DataType } from './data-type.ts'
import type { EngineEvent, EventClass, EventSubscription, KeyEvent, PendingChange } from './event.ts'
import type { ModuleInterface } from './interface.ts'
import type { ReplyValue } from './reply.ts'

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning'

export type Log = (level: LogLevel, message: string) => void

/** A value as commands take it: text goes as UTF-8, numbers in decimal. */
export type CommandArgument = string | number | bigint | Uint8Array

/** One key, opened in a handler. Throws when it is used after the handler has returned. */
export interface Key {
  readonly name: Uint8Array
  /** `none`, `string`, `list`, `set`, `zset`, `hash`, `stream`, or a module type's name. */
  readonly type: string
  /** The string value, copied; undefined when the key is missing. Throws WrongTypeError for another type. */
  getString(): Uint8Array | undefined
  /** Keeps the time to live. */
  setString(value: Uint8Array | string): void
  /** The module value; undefined when the key is missing. Throws WrongTypeError for another type. */
  getValue<T>(type: DataType<T>): T | undefined
  /**
   * Makes `value` the key's value; a key of another type is overwritten. Keeps the time to live.
   * @param event what subscribers of the class `module` hear; `set`, if absent
   */
  setValue<T>(type: DataType<T>, value: T, event?: string): void
  /**
   * To be called after changing a module value in place: sizes, watchers and trackers learn of it.
   * @param event what subscribers of the class `module` hear; nothing, if absent
   */
  changed(event?: string): void
  /** Milliseconds since 1970, or undefined for none. */
  getExpiryMs(): number | undefined
  /**
   * Sets the time, whole milliseconds since 1970, at which the key goes. One that is over deletes it at once, as EXPIRE
   * does, with the event `expired`. Throws TypeError for what is no whole number.
   */
  setExpiryMs(timeMs: number): void
  /** Takes the time to live away. @returns false when there was none, or no key */
  persist(): boolean
  /** @returns false when there was no key */
  delete(): boolean
}

/**
 * The key holds another type than the command works on; as a handler's exception it is answered with Redis's WRONGTYPE
 * error.
 */
export class WrongTypeError extends Error {
  override readonly name = 'WrongTypeError'

  constructor() {
    super('WRONGTYPE Operation against a key holding the wrong kind of value')
  }
}

export interface Client {
  readonly id: number
  readonly name: string
  readonly db: number
  readonly resp: 2 | 3
}

/** What a handler works with. Throws when it is used after the handler has returned. */
export interface Context {
  readonly client: Client
  /** The time of the command, whole milliseconds since 1970; stands still while it runs. */
  readonly nowMs: number
  /** Random whole numbers of 32 bits, unsigned. */
  random(): number
  key(name: Uint8Array | string): Key
  /**
   * Runs any command in the client's database with the engine's permissions. The command has a client of its own: what
   * it changes of that, as SELECT, HELLO, CLIENT SETNAME and QUIT do, is over with it.
   * @returns the reply as values; an error comes back as ReplyError, not as an exception
   */
  call(name: string, ...args: readonly CommandArgument[]): ReplyValue
  /**
   * As `call`, with the permissions of the client whose command it is: for keys and commands that the client names as
   * data. Where nobody's command runs, in listeners and timers, it is `call`.
   * @returns the reply as values; a ReplyError that begins with NOPERM for what the client's user may not do
   */
  callAsClient(name: string, ...args: readonly CommandArgument[]): ReplyValue
  /**
   * Tells subscribers of keyspace events, after the change.
   * @param changed the parts of the value that changed, for modules that listen
   */
  notify(event: string, key: Uint8Array | string, eventClass?: EventClass, changed?: readonly string[]): void
  /** Whether anybody listens to events of a class: what is only for them need not be worked out otherwise. */
  hasListeners(eventClass: EventClass): boolean
  /** What another module provides. Throws unless the own module lists it in `uses`. */
  use<T extends object>(wanted: ModuleInterface<T>): T
  config(name: string): ConfigValue
  readonly log: Log
}

/** Raw form: arguments where they lie in the receive buffer. Index 0 is the command's name. */
export interface RawCall {
  readonly argc: number
  readonly buf: Uint8Array
  argStart(index: number): number
  argLength(index: number): number
  /** A copy of one argument. */
  argBytes(index: number): Uint8Array
  /**
   * The module value of the key that this argument names, as `Key.getValue` without a copy of the name; in a command
   * with the flag `write`, to be changed in place. Throws WrongTypeError for another type.
   */
  value<T>(index: number, type: DataType<T>): T | undefined
  /**
   * As `Key.changed`, after changing the value that `value` found for the same argument.
   * @param event what subscribers of the class `module` hear
   * @param changed what of the value changed, as `notify` has it
   */
  valueChanged(index: number, event: string, changed?: readonly string[]): void
  /** The context, for everything but arguments and reply. */
  readonly context: Context
  readonly reply: RawReply
}

/** Writes one reply. */
export interface RawReply {
  ok(): void
  simple(text: string): void
  error(text: string): void
  integer(value: number): void
  bigInteger(value: bigint): void
  bulk(source: Uint8Array, start?: number, length?: number): void
  bulkString(text: string): void
  nil(): void
  nullArray(): void
  array(count: number): void
  map(count: number): void
  set(count: number): void
  double(value: number): void
  boolean(value: boolean): void
}

/** What a module can do while it is loaded; given to `load`. */
export interface ModuleContext {
  /** Arguments behind the module's name in `loadmodule`. */
  readonly args: readonly string[]
  readonly log: Log
  config(name: string): ConfigValue
  /** Called after the change, inside the command that made it. @returns a function that ends the subscription */
  onKeyEvent(subscription: EventSubscription, listener: (event: KeyEvent, ctx: Context) => void): () => void
  /**
   * Called for each key that a write command names and may change, ahead of it: the key still has its old value, which
   * `ctx` reads. The command may turn out to change nothing, and one that waits asks again when it goes on. Keys that
   * expire, are evicted or flushed are told of by the events after it alone.
   * @param subscription its classes do not matter
   * @returns a function that ends the subscription
   */
  onBeforeChange(subscription: EventSubscription, listener: (change: PendingChange, ctx: Context) => void): () => void
  /** As `Context.use`. */
  use<T extends object>(wanted: ModuleInterface<T>): T
  onEngineEvent(listener: (event: EngineEvent) => void): () => void
  /** Runs `task` every `intervalMs` on the engine's clock until the module is unloaded. */
  every(intervalMs: number, task: (ctx: Context) => void): () => void
  /**
   * Runs `task` at once, in database 0: for what reaches the module from outside the engine, such as a request on a
   * socket of its own. What `task` throws, this throws.
   * @returns what `task` returned
   */
  run<T>(task: (ctx: Context) => T): T
  /** Calls `task` when the module is taken out, or the engine closed; one module may be loaded by several engines. */
  onUnload(task: () => void): void
  /**
   * Called with the new value of one of the module's parameters after CONFIG SET, and at start-up after a directive has
   * set it, which happens once the module is loaded. Throws for a parameter that the module has not declared.
   * @param apply may return why the value cannot be: it is taken back then, and `apply` called with the old one. So it
   * is when another parameter of the same CONFIG SET is refused: do nothing here that cannot be undone
   * @returns a function that ends it
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most functions return nothing
  onConfigChange(name: string, apply: (value: ConfigValue) => string | undefined | void): () => void
}
