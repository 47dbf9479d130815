/** The engine as modules see it: `Context` in a command or an event, `Key` for one key. See @kvasir/module-api. */

import {
  type Client,
  type CommandArgument,
  type ConfigValue,
  type Context,
  type DataType,
  type EventClass,
  type Key,
  type Log,
  type ModuleInterface,
  type ReplyValue,
  WrongTypeError,
} from '@kvasir/module-api'
import { type Database, KEEP_EXPIRY, NO_EXPIRY } from '../keyspace/database.ts'
import { TYPE_MODULE, TYPE_STRING } from '../keyspace/entry.ts'
import { ModuleValue } from '../types/module-value.ts'
import { toBytes } from './argument-bytes.ts'
import type { Call } from './call.ts'
import { EVENT_BITS, EVENT_EXPIRED, EVENT_GENERIC, EVENT_MODULE, EVENT_NEW, EVENT_STRING } from './events.ts'
import { typeNameAt } from './type-names.ts'

/**
 * A call, lent to a handler. Calls serve one client after another: a context or key that a module has kept would work
 * on somebody else's client and database. It throws instead.
 */
export class Lease {
  readonly context: Context
  #call: Call | undefined

  /** @param module whose listener or timer it is; absent for a command */
  constructor(call: Call, module?: string) {
    this.#call = call
    this.context = new CommandContext(this, module)
  }

  get call(): Call {
    if (this.#call === undefined) throw new Error('a context or a key was used after its handler returned')
    return this.#call
  }

  end(): void {
    this.#call = undefined
  }
}

class CommandContext implements Context {
  readonly #lease: Lease
  readonly #module: string | undefined

  constructor(lease: Lease, module: string | undefined) {
    this.#lease = lease
    this.#module = module
  }

  get #call(): Call {
    return this.#lease.call
  }

  /** A listener works on the database of its event; all of them share a session. */
  get #dbIndex(): number {
    const { session, db } = this.#call
    return this.#module === undefined ? session.dbIndex : db.index
  }

  get client(): Client {
    const { session } = this.#call
    return { id: session.id, name: session.name, db: this.#dbIndex, resp: session.resp }
  }

  get nowMs(): number {
    return this.#call.engine.nowMs
  }

  get log(): Log {
    return this.#call.engine.log
  }

  random(): number {
    return this.#call.engine.random.next()
  }

  key(name: Uint8Array | string): Key {
    // Throws here already once the handler has returned.
    void this.#call
    return new OpenKey(this.#lease, toBytes(name))
  }

  call(name: string, ...args: readonly CommandArgument[]): ReplyValue {
    return this.#run(true, [name, ...args])
  }

  callAsClient(name: string, ...args: readonly CommandArgument[]): ReplyValue {
    return this.#run(this.#module !== undefined || this.#call.session.asEngine, [name, ...args])
  }

  #run(asEngine: boolean, words: readonly CommandArgument[]): ReplyValue {
    const { engine, session } = this.#call
    const own = engine.internalSession(this.#dbIndex)
    own.noTouch = session.noTouch
    own.user = session.user
    const value = engine.dispatcher.callCommand(own, words, asEngine)
    session.commands += own.commands
    return value
  }

  notify(
    event: string,
    key: Uint8Array | string,
    eventClass: EventClass = 'module',
    changed?: readonly string[],
  ): void {
    const bytes = toBytes(key)
    this.#call.engine.events.emit(EVENT_BITS[eventClass], event, this.#call.db, bytes, 0, bytes.length, changed)
  }

  hasListeners(eventClass: EventClass): boolean {
    return this.#call.engine.events.wanted(EVENT_BITS[eventClass])
  }

  use<T extends object>(wanted: ModuleInterface<T>): T {
    return this.#call.engine.modules.use(this.#moduleName, wanted)
  }

  get #moduleName(): string {
    return this.#module ?? this.#call.command.module
  }

  config(name: string): ConfigValue {
    return this.#call.engine.modules.configValue(this.#moduleName, name)
  }
}

class OpenKey implements Key {
  readonly name: Uint8Array
  readonly #lease: Lease

  constructor(lease: Lease, name: Uint8Array) {
    this.#lease = lease
    this.name = name
  }

  get #call(): Call {
    return this.#lease.call
  }

  get #db(): Database {
    return this.#call.db
  }

  #lookup(): number {
    return this.#db.lookup(this.name, 0, this.name.length)
  }

  #lookupWrite(): number {
    return this.#db.lookupWrite(this.name, 0, this.name.length)
  }

  #changed(eventClass: number, event: string): void {
    const { engine } = this.#call
    engine.keyChanged(this.#db, this.name, 0, this.name.length)
    engine.events.emit(eventClass, event, this.#db, this.name, 0, this.name.length)
  }

  get type(): string {
    const address = this.#lookup()
    return address === 0 ? 'none' : typeNameAt(this.#db, address)
  }

  /** Before the event that says what made the key. */
  #created(): void {
    this.#call.engine.events.emit(EVENT_NEW, 'new', this.#db, this.name, 0, this.name.length)
  }

  getString(): Uint8Array | undefined {
    const address = this.#lookup()
    if (address === 0) return undefined
    const db = this.#db
    if (db.type(address) !== TYPE_STRING) throw new WrongTypeError()
    db.touch(address)
    db.value(address)
    return db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength)
  }

  setString(value: Uint8Array | string): void {
    const bytes = toBytes(value)
    const address = this.#lookupWrite()
    this.#db.putString(address, this.name, 0, this.name.length, bytes, 0, bytes.length, KEEP_EXPIRY)
    if (address === 0) this.#created()
    this.#changed(EVENT_STRING, 'set')
  }

  getValue<T>(type: DataType<T>): T | undefined {
    const address = this.#lookup()
    if (address === 0) return undefined
    const value = moduleValueAt(this.#db, address, type.name)
    this.#db.touch(address)
    return value.value as T
  }

  setValue<T>(type: DataType<T>, value: T, event = 'set'): void {
    const registered = this.#call.engine.modules.dataType(type.name)
    if (registered === undefined)
      throw new Error(`data type ${type.name} is not registered: list it in the module's types`)
    const address = this.#lookupWrite()
    const object = new ModuleValue(registered, value)
    this.#db.putObject(address, this.name, 0, this.name.length, TYPE_MODULE, object, KEEP_EXPIRY)
    if (address === 0) this.#created()
    this.#changed(EVENT_MODULE, event)
  }

  changed(event?: string): void {
    const address = this.#lookupWrite()
    if (address === 0) return
    if (this.#db.type(address) === TYPE_MODULE) {
      const value = this.#db.object(address) as ModuleValue
      const before = value.externalBytes
      value.measure()
      this.#db.accountObject(value, before)
    }
    if (event !== undefined) return this.#changed(EVENT_MODULE, event)
    const { engine } = this.#call
    engine.keyChanged(this.#db, this.name, 0, this.name.length)
  }

  getExpiryMs(): number | undefined {
    const address = this.#lookup()
    const expiry = address === 0 ? NO_EXPIRY : this.#db.expiryMs(address)
    return expiry === NO_EXPIRY ? undefined : expiry
  }

  setExpiryMs(timeMs: number): void {
    if (!Number.isSafeInteger(timeMs)) {
      throw new TypeError(`setExpiryMs: ${timeMs} is no whole number of milliseconds since 1970`)
    }
    const address = this.#lookupWrite()
    if (address === 0) return
    const { engine } = this.#call
    if (timeMs <= engine.nowMs) {
      this.#db.removeFound(address)
      engine.stats.expiredKeys++
      return this.#changed(EVENT_EXPIRED, 'expired')
    }
    this.#db.setExpiry(address, timeMs)
    this.#changed(EVENT_GENERIC, 'expire')
  }

  persist(): boolean {
    const address = this.#lookupWrite()
    if (address === 0 || this.#db.expiryMs(address) === NO_EXPIRY) return false
    this.#db.setExpiry(address, NO_EXPIRY)
    this.#changed(EVENT_GENERIC, 'persist')
    return true
  }

  delete(): boolean {
    const address = this.#lookupWrite()
    if (address === 0) return false
    this.#db.removeFound(address)
    this.#changed(EVENT_GENERIC, 'del')
    return true
  }
}

/** The module value of an entry. Throws WrongTypeError when it is none, or one of another type. */
export function moduleValueAt(db: Database, address: number, typeName: string): ModuleValue {
  if (db.type(address) !== TYPE_MODULE) throw new WrongTypeError()
  const value = db.object(address) as ModuleValue
  if (value.type.name !== typeName) throw new WrongTypeError()
  return value
}
