import type { Arena } from '../structures/arena.ts'
import type { CollectionLimits } from '../types/collection-limits.ts'
import type { ValueObject } from '../types/value-object.ts'
import type { Database } from './database.ts'

/** What a database asks of the engine. */
export interface KeyspaceOwner {
  /** The time that expiry is judged by, whole milliseconds; stands still while a command runs. */
  readonly nowMs: number
  /** The access clock's present value, 24 bits. */
  readonly accessClock: number
  readonly seedLow: number
  readonly seedHigh: number
  /** Up to where collections are packed. */
  readonly limits: CollectionLimits
  /**
   * False while expired keys must stay (and count as present or not as `lookup` says): the engine's role or a pause.
   */
  readonly canDeleteExpired: boolean
  /** Whether keys whose time is over are there for whom the present request is from. */
  readonly seesExpired: boolean
  /** A key was deleted because its time is over. @param key a copy of its name */
  onExpire(db: Database, key: Uint8Array): void
  /**
   * Elements of a collection were taken out because their time is over, and the key too when they were the last.
   * @param key a copy of its name
   */
  onElementsExpire(db: Database, key: Uint8Array, count: number, isEmptied: boolean): void
  /** A value's `free` threw: a module's mistake, which must not stop the change that the value made way for. */
  freeFailed(error: unknown): void
  /** How an access changes an entry's 24-bit clock. */
  touched(clock: number): number
  /** An arena that is not used any more, to be given back in small steps. */
  discard(arena: Arena): void
  /** Frees a value whose key is gone, at once or, when it has many blocks, in small steps. */
  free(object: ValueObject): void
}
