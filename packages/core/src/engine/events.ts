/**
 * Keyspace events: one place that every change passes, so that modules and subscribers hear of it.
 * While nobody listens to a class, an event costs one test of a bit.
 */

import type { EngineEvent, EventClass } from '@kvasir/module-api'
import type { Database } from '../keyspace/database.ts'
import type { Call } from './call.ts'
import type { Command } from './command.ts'
import { keysOf, RequestWords } from './command-keys.ts'

export const EVENT_GENERIC = 1
export const EVENT_STRING = 2
export const EVENT_LIST = 4
export const EVENT_SET = 8
export const EVENT_HASH = 16
export const EVENT_ZSET = 32
export const EVENT_STREAM = 64
export const EVENT_EXPIRED = 128
export const EVENT_EVICTED = 256
export const EVENT_MISS = 512
export const EVENT_NEW = 1024
export const EVENT_MODULE = 2048

export const EVENT_BITS: Readonly<Record<EventClass, number>> = {
  generic: EVENT_GENERIC,
  string: EVENT_STRING,
  list: EVENT_LIST,
  set: EVENT_SET,
  hash: EVENT_HASH,
  zset: EVENT_ZSET,
  stream: EVENT_STREAM,
  expired: EVENT_EXPIRED,
  evicted: EVENT_EVICTED,
  miss: EVENT_MISS,
  new: EVENT_NEW,
  module: EVENT_MODULE,
}

export interface KeyEventListener {
  /** Classes, as a sum of EVENT_ bits. */
  readonly classes: number
  onKeyEvent(
    eventClass: number,
    event: string,
    db: Database,
    keyBuf: Uint8Array,
    keyStart: number,
    keyLength: number,
    changed?: readonly string[],
  ): void
}

export interface ChangeListener {
  /** The call is of a write command that runs next. */
  onBeforeChange(call: Call, command: Command, keyBuf: Uint8Array, keyStart: number, keyLength: number): void
}

export class Events {
  /** Whether anybody wants to hear of keys ahead of their change. */
  hasChangeListeners = false
  #changeListeners: readonly ChangeListener[] = []
  #wanted = 0
  #listeners: readonly KeyEventListener[] = []
  #engineListeners: readonly ((event: EngineEvent) => void)[] = []

  /** Whether anybody listens to one of these classes. */
  wanted(classes: number): boolean {
    return (this.#wanted & classes) !== 0
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: KeyEventListener): () => void {
    this.#setListeners([...this.#listeners, listener])
    return () => this.#setListeners(this.#listeners.filter((other) => other !== listener))
  }

  #setListeners(listeners: readonly KeyEventListener[]): void {
    this.#listeners = listeners
    this.#wanted = 0
    for (const listener of listeners) this.#wanted |= listener.classes
  }

  /** @param changed the parts of the value that changed, where that is known */
  emit(
    eventClass: number,
    event: string,
    db: Database,
    keyBuf: Uint8Array,
    keyStart: number,
    keyLength: number,
    changed?: readonly string[],
  ): void {
    for (const listener of this.#listeners) {
      if ((listener.classes & eventClass) !== 0) {
        listener.onKeyEvent(eventClass, event, db, keyBuf, keyStart, keyLength, changed)
      }
    }
  }

  /** @returns a function that ends the subscription */
  subscribeBefore(listener: ChangeListener): () => void {
    this.#setChangeListeners([...this.#changeListeners, listener])
    return () => this.#setChangeListeners(this.#changeListeners.filter((other) => other !== listener))
  }

  #setChangeListeners(listeners: readonly ChangeListener[]): void {
    this.#changeListeners = listeners
    this.hasChangeListeners = listeners.length > 0
  }

  /** Tells of each key that a call may change, once. */
  emitBefore(call: Call, command: Command): void {
    const keys = keysOf(command, new RequestWords(call)) ?? []
    const told: number[] = []
    for (const { index, access } of keys) {
      if (access === 'RO' || told.some((other) => call.sameArguments(other, index))) continue
      told.push(index)
      for (const listener of this.#changeListeners) {
        listener.onBeforeChange(call, command, call.buf, call.starts[index], call.lengths[index])
      }
    }
  }

  onEngineEvent(listener: (event: EngineEvent) => void): () => void {
    this.#engineListeners = [...this.#engineListeners, listener]
    return () => {
      this.#engineListeners = this.#engineListeners.filter((other) => other !== listener)
    }
  }

  emitEngine(event: EngineEvent): void {
    for (const listener of this.#engineListeners) listener(event)
  }
}

/** The classes of a subscription; none stands for all. */
export function checkedClasses(asked: readonly EventClass[]): readonly EventClass[] {
  for (const name of asked) {
    if (!Object.hasOwn(EVENT_BITS, name)) throw new TypeError(`onKeyEvent: there is no class of events '${name}'`)
  }
  return asked.length > 0 ? asked : (Object.keys(EVENT_BITS) as EventClass[])
}
