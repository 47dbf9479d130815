/**
 * Image: all databases as one run of bytes, what an RDB file is.
 *
 *     magic      9 bytes: REDIS and a version of 4 digits, or VALKEY and one of 3
 *     0xfa       name, text: facts about the writer ("aux"), any number
 *     0xfe       number: the keys that follow are of this database
 *     0xfb       keys, keys with a time to live: sizes to expect
 *     key        [0xfc time, 8 bytes] [0xf8 seconds idle, or 0xf9 LFU counter, 1 byte] type, name (string), value
 *     0xff       the end
 *     checksum   8 bytes: CRC-64 of everything before, or 0 for none
 *
 * Only read: 0xfd time in seconds, 4 bytes; 0xf7 auxiliary data of a module; 0xf5 a library of functions; 0xf4 size of
 * a slot. Numbers have the form of lengths. The version is 11, which every server since Redis 7.2 reads, or Valkey's
 * own, 80.
 *
 * Source: "Redis RDB Dump File Format" of the redis-rdb-tools project, and what Valkey 9.1 writes.
 */

import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { type Database, NO_EXPIRY } from '../database.ts'
import { idleSeconds } from '../eviction.ts'
import { valueType, writeValue } from './value-codec.ts'
import { RDB_VERSION_VALKEY } from './value-types.ts'

export const OPCODE_SLOT_INFO = 0xf4
export const OPCODE_FUNCTION = 0xf5
export const OPCODE_MODULE_AUX = 0xf7
export const OPCODE_IDLE = 0xf8
export const OPCODE_FREQ = 0xf9
export const OPCODE_AUX = 0xfa
export const OPCODE_RESIZE = 0xfb
export const OPCODE_EXPIRE_MS = 0xfc
export const OPCODE_EXPIRE_SECONDS = 0xfd
export const OPCODE_SELECT = 0xfe
export const OPCODE_END = 0xff

export const MAGIC_BYTES = 9

export interface ImageOptions {
  /** RDB_VERSION_SHARED, or RDB_VERSION_VALKEY: only Valkey reads that, and expiring fields of hashes only there. */
  readonly version: number
  readonly hasChecksum: boolean
  /** What is told of a key's last accesses: what the eviction policy goes by. */
  readonly clock: 'none' | 'idle' | 'frequency'
  readonly nowMs: number
}

export class ImageWriter {
  readonly #writer: RdbWriter
  readonly #options: ImageOptions

  /** Writes the beginning. @param writer a new one; whoever made it flushes it in the end */
  constructor(writer: RdbWriter, options: ImageOptions) {
    this.#writer = writer
    this.#options = options
    const { version } = options
    const digits = `${version}`
    const magic = version >= RDB_VERSION_VALKEY ? `VALKEY${digits.padStart(3, '0')}` : `REDIS${digits.padStart(4, '0')}`
    for (let i = 0; i < magic.length; i++) writer.byte(magic.charCodeAt(i))
  }

  /** A fact about the writer. @param text one character per byte */
  aux(name: string, text: string): void {
    this.#writer.byte(OPCODE_AUX)
    this.#writer.text(name)
    this.#writer.text(text)
  }

  /** The keys that follow are of this database. */
  database(index: number, keys: number, keysWithExpiry: number): void {
    this.#writer.byte(OPCODE_SELECT)
    this.#writer.length(index)
    this.#writer.byte(OPCODE_RESIZE)
    this.#writer.length(keys)
    this.#writer.length(keysWithExpiry)
  }

  key(db: Database, address: number): void {
    const writer = this.#writer
    const expiryMs = db.expiryMs(address)
    if (expiryMs !== NO_EXPIRY) {
      writer.byte(OPCODE_EXPIRE_MS)
      writer.milliseconds(expiryMs)
    }
    const { clock, nowMs } = this.#options
    if (clock === 'idle') {
      writer.byte(OPCODE_IDLE)
      writer.length(idleSeconds(db.accessClock(address), nowMs))
    } else if (clock === 'frequency') {
      writer.byte(OPCODE_FREQ)
      writer.byte(db.accessClock(address) & 0xff)
    }
    writer.byte(valueType(db, address))
    const key = db.keyBytes(address)
    writer.string(key, 0, key.length)
    writeValue(writer, db, address)
  }

  end(): void {
    this.#writer.byte(OPCODE_END)
    if (this.#options.hasChecksum) this.#writer.checksum()
    else this.#writer.milliseconds(0)
  }
}
