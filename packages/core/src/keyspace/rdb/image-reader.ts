/** Reads an image, as image-writer.ts describes it: from the first key on, what was read is in the databases. */

import type { DataType } from '@kvasir/module-api'
import { latin1 } from '../../structures/bytes.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import { TIME_MAX_MS } from '../../structures/timer-wheel.ts'
import { type Database, NO_EXPIRY } from '../database.ts'
import { lfuClock, lruClock } from '../eviction.ts'
import {
  MAGIC_BYTES,
  OPCODE_AUX,
  OPCODE_END,
  OPCODE_EXPIRE_MS,
  OPCODE_EXPIRE_SECONDS,
  OPCODE_FREQ,
  OPCODE_FUNCTION,
  OPCODE_IDLE,
  OPCODE_MODULE_AUX,
  OPCODE_RESIZE,
  OPCODE_SELECT,
  OPCODE_SLOT_INFO,
} from './image-writer.ts'
import { skipModuleFields } from './module-codec.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { readValue } from './value-codec.ts'
import { isReadableVersion } from './value-types.ts'

/** Where an image goes. */
export interface ImageTarget {
  /** The database with that number, or undefined when there is none. */
  database(index: number): Database | undefined
  dataType(name: string): DataType<unknown> | undefined
  /** A fact about the writer. @param text one character per byte */
  aux?(name: string, text: string): void
  /** A key was left out because it has no elements, as some old servers wrote. */
  emptyKey?(key: Uint8Array): void
  /** The code of a library of functions. */
  functions(code: Uint8Array): void
  readonly nowMs: number
  /** Whether keys, and fields of hashes, whose time is over are left out. */
  readonly dropsExpired: boolean
  /** Whether a key that is there already gets the image's value; otherwise such a key is an error. */
  readonly replaces: boolean
  readonly usesLfu: boolean
  /** Whether the checksum is not looked at. */
  readonly skipsChecksum: boolean
  /** Whether versions that nobody knows are tried too. */
  readonly anyVersion: boolean
}

export interface ImageCounts {
  keys: number
  /** Left out because their time is over. */
  expired: number
  /** Left out because they have no elements. */
  empty: number
}

const CHECKSUM_VERSION_MIN = 5
const NO_CLOCK = -1

export function readImage(reader: RdbReader, target: ImageTarget): ImageCounts {
  return new ImageReader(reader, target).read()
}

class ImageReader {
  readonly #reader: RdbReader
  readonly #target: ImageTarget
  readonly #counts: ImageCounts = { keys: 0, expired: 0, empty: 0 }
  #version = 0
  #origin: RdbOrigin | undefined
  /** What the opcodes in front of a key said of it. */
  #expiryMs = NO_EXPIRY
  #clock = NO_CLOCK

  constructor(reader: RdbReader, target: ImageTarget) {
    this.#reader = reader
    this.#target = target
  }

  read(): ImageCounts {
    const reader = this.#reader
    this.#version = readMagic(reader)
    if (!this.#target.anyVersion && !isReadableVersion(this.#version)) damaged(`version ${this.#version} is not known`)
    for (;;) {
      const code = reader.byte()
      if (code === OPCODE_END) break
      if (code < OPCODE_SLOT_INFO) this.#key(code)
      else this.#opcode(code)
    }
    if (this.#version >= CHECKSUM_VERSION_MIN && !reader.checksum(true) && !this.#target.skipsChecksum) {
      damaged('the checksum is wrong')
    }
    return this.#counts
  }

  #opcode(code: number): void {
    const reader = this.#reader
    switch (code) {
      case OPCODE_EXPIRE_MS:
        this.#expiryMs = expiry(reader.milliseconds())
        return
      case OPCODE_EXPIRE_SECONDS:
        this.#expiryMs = expiry(reader.seconds() * 1000)
        return
      case OPCODE_IDLE:
        this.#clock = this.#idleClock(reader.length())
        return
      case OPCODE_FREQ:
        this.#clock = this.#frequencyClock(reader.byte())
        return
      case OPCODE_SELECT:
        this.#select(reader.length())
        return
      case OPCODE_RESIZE:
        reader.length()
        reader.length()
        return
      case OPCODE_SLOT_INFO:
        for (let i = 0; i < 3; i++) reader.length()
        return
      case OPCODE_AUX: {
        const name = latin1(reader.stringCopy())
        const text = latin1(reader.stringCopy())
        this.#target.aux?.(name, text)
        return
      }
      case OPCODE_FUNCTION:
        return this.#target.functions(reader.stringCopy())
      case OPCODE_MODULE_AUX:
        reader.length64()
        // When it was to be loaded: an unsigned field.
        reader.length()
        reader.length()
        return skipModuleFields(reader)
      default:
        damaged(`unknown opcode ${code}`)
    }
  }

  #idleClock(seconds: number): number {
    return this.#target.usesLfu ? NO_CLOCK : (lruClock(this.#target.nowMs) - (seconds % 0x1000000)) & 0xffffff
  }

  #frequencyClock(counter: number): number {
    return this.#target.usesLfu ? lfuClock(this.#target.nowMs, counter) : NO_CLOCK
  }

  #select(index: number): RdbOrigin {
    const db = this.#target.database(index) ?? damaged(`there is no database ${index}`)
    const { nowMs, dropsExpired } = this.#target
    this.#origin = {
      db,
      version: this.#version,
      dropsExpiredBeforeMs: dropsExpired ? nowMs : Number.NEGATIVE_INFINITY,
      dataType: (name) => this.#target.dataType(name),
    }
    return this.#origin
  }

  #key(type: number): void {
    const reader = this.#reader
    const target = this.#target
    const origin = this.#origin ?? this.#select(0)
    const { db } = origin
    const key = reader.stringCopy()
    const value = readValue(reader, type, origin)
    const expiryMs = this.#expiryMs
    const clock = this.#clock
    this.#expiryMs = NO_EXPIRY
    this.#clock = NO_CLOCK
    if (value === undefined) {
      this.#counts.empty++
      target.emptyKey?.(key)
      return
    }
    if (expiryMs !== NO_EXPIRY && expiryMs <= target.nowMs && target.dropsExpired) {
      discard(value)
      this.#counts.expired++
      return
    }
    const address = db.find(key, 0, key.length)
    if (address !== 0 && !target.replaces) {
      discard(value)
      damaged('a key is there twice')
    }
    const to = db.putValue(address, key, 0, key.length, { ...value, expiryMs })
    if (clock !== NO_CLOCK) db.setAccessClock(to, clock)
    this.#counts.keys++
  }
}

function discard(value: RdbValue): void {
  if (!(value.content instanceof Uint8Array)) value.content.free?.()
}

/** As times are kept here: none before 1970, none beyond TIME_MAX_MS. */
function expiry(ms: number): number {
  return Math.max(0, Math.min(TIME_MAX_MS, ms))
}

function readMagic(reader: RdbReader): number {
  const at = reader.raw(MAGIC_BYTES)
  const magic = latin1(reader.buf, at, MAGIC_BYTES)
  const match = /^(?:REDIS(\d{4})|VALKEY(\d{3}))$/.exec(magic)
  if (match === null) damaged('this is no RDB image')
  return Number(match[1] ?? match[2])
}
