/** What the tests of databases share: an owner that keeps a record, objects that count themselves, strings for keys. */

import { type Arena, KIND_INDEX } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { defaultLimits } from '../types/collection-limits.ts'
import type { ValueObject } from '../types/value-object.ts'
import { type Database, NO_EXPIRY } from './database.ts'
import type { KeyspaceOwner } from './keyspace-owner.ts'

export const NOW = 1_700_000_000_000
export const KEY_LENGTHS = [0, 1, 10, 255, 256, 4096, 4097, 70_000]
export const VALUE_LENGTHS = [0, 1, 20, 255, 256, 5000, 16_200, 16_352, 16_384, 100_000]

export class Owner implements KeyspaceOwner {
  nowMs = NOW
  accessClock = 77
  seedLow = 1
  seedHigh = 2
  limits = defaultLimits()
  canDeleteExpired = true
  seesExpired = false
  readonly expired: string[] = []
  readonly failures: unknown[] = []
  readonly discarded: Arena[] = []
  heard: (db: Database, key: Uint8Array) => void = () => {}

  onExpire(db: Database, key: Uint8Array): void {
    this.expired.push(latin1(key))
    this.heard(db, key)
  }

  onElementsExpire(db: Database, key: Uint8Array, count: number, isEmptied: boolean): void {
    this.expired.push(`${latin1(key)} ${count}${isEmptied ? ' all' : ''}`)
    this.heard(db, key)
  }

  freeFailed(error: unknown): void {
    this.failures.push(error)
  }

  touched(clock: number): number {
    return clock + 1
  }

  discard(arena: Arena): void {
    this.discarded.push(arena)
  }

  free(object: ValueObject): void {
    object.free?.()
  }
}

/** An object that says when it is freed, and may hold a block of an arena. */
export class Thing implements ValueObject {
  static live = 0
  readonly encodingName = 'raw'
  readonly id: number
  readonly externalBytes: number
  readonly arena?: Arena
  readonly #block: number = 0

  constructor(id: number, externalBytes: number, arena?: Arena) {
    this.id = id
    this.externalBytes = externalBytes
    if (arena !== undefined) {
      this.arena = arena
      this.#block = arena.alloc(100, KIND_INDEX)
    }
    Thing.live++
  }

  copy(arena: Arena): Thing {
    return new Thing(this.id, this.externalBytes, this.arena === undefined ? undefined : arena)
  }

  free(): void {
    Thing.live--
    this.arena?.free(this.#block)
  }
}

export function setString(db: Database, key: string, value: string, expiryMs = NO_EXPIRY): void {
  const bytes = fromLatin1(key)
  const address = db.lookupWrite(bytes, 0, bytes.length)
  db.putString(address, bytes, 0, bytes.length, fromLatin1(value), 0, value.length, expiryMs)
}

export function find(db: Database, key: string): number {
  const bytes = fromLatin1(key)
  return db.find(bytes, 0, bytes.length)
}

export function lookup(db: Database, key: string): number {
  const bytes = fromLatin1(key)
  return db.lookup(bytes, 0, bytes.length)
}

export function stringAt(db: Database, address: number): string {
  db.value(address)
  return latin1(db.valueBuf, db.valueStart, db.valueLength)
}

export function text(length: number, salt: string): string {
  return salt.repeat(Math.ceil(length / salt.length)).slice(0, length)
}
