/** A value on its way between the keyspace and RDB bytes. */

import type { DataType } from '@kvasir/module-api'
import { RdbError } from '../../structures/rdb-reader.ts'
import type { ValueObject } from '../../types/value-object.ts'
import type { Database } from '../database.ts'

/**
 * A value that was read and is in no entry yet: what `Database.putValue` takes, but for the expiry. An object whose
 * blocks are the database's must be put or freed.
 */
export interface RdbValue {
  /** Type and encoding, as in an entry's flags. */
  readonly kind: number
  readonly content: Uint8Array | ValueObject
}

/** For whom a value is read, and by whom it was written. */
export interface RdbOrigin {
  /** The database that the value is for: blocks are of its arena, limits its owner's. Nothing else of it is changed. */
  readonly db: Database
  /** The version of the payload or file. */
  readonly version: number
  /** Elements whose time is over by then are left out. */
  readonly dropsExpiredBeforeMs: number
  /** The type of modules' values with that name, if it is known. */
  dataType(name: string): DataType<unknown> | undefined
}

export function damaged(what: string): never {
  throw new RdbError(what)
}
