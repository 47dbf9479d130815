/**
 * The patterns of SORT's BY and GET. An element takes the place of the first `*`; behind it, `->` and a name that is
 * not empty stand for a field of a hash:
 *
 *     weight_*        the string at weight_7
 *     item_*->price   the field price of the hash at item_7
 *     item_*->        the string at `item_7->`
 *
 * A pattern without a star leads nowhere. `#`, the element itself, is no pattern to this file.
 */

import { copyBytes } from '@kvasir/protocol'
import type { Call } from '../../engine/call.ts'
import { EVENT_MISS } from '../../engine/events.ts'
import { TYPE_HASH, TYPE_STRING } from '../../keyspace/entry.ts'
import { HashValue } from '../../keyspace/hash-value.ts'

const STAR = 42
const HYPHEN = 45
const GREATER = 62
const KEY_BYTES_FIRST = 64
const NO_BYTES = new Uint8Array(0)

export class KeyPattern {
  readonly #call: Call
  readonly #start: number
  /** Where the star, the arrow and the pattern end; without an arrow, `#arrow` is the end. */
  readonly #star: number
  readonly #arrow: number
  readonly #end: number
  #key = new Uint8Array(KEY_BYTES_FIRST)

  /** What `find` found, valid until the next change or search. */
  valueBuf: Uint8Array = NO_BYTES
  valueStart = 0
  valueLength = 0

  /** @param index of the argument */
  constructor(call: Call, index: number) {
    this.#call = call
    this.#start = call.starts[index]
    this.#end = this.#start + call.lengths[index]
    const star = call.buf.subarray(this.#start, this.#end).indexOf(STAR)
    this.#star = star < 0 ? -1 : this.#start + star
    this.#arrow = star < 0 ? this.#end : this.#arrowBehind(this.#star)
  }

  get hasStar(): boolean {
    return this.#star >= 0
  }

  #arrowBehind(star: number): number {
    const { buf } = this.#call
    for (let i = star + 1; i + 1 < this.#end; i++) {
      if (buf[i] !== HYPHEN || buf[i + 1] !== GREATER) continue
      // Only the first arrow counts, even where no field follows it.
      return i + 2 < this.#end ? i : this.#end
    }
    return this.#end
  }

  /** Whether the pattern leads to a value for this element; it may not lie in the database's arena. */
  find(element: Uint8Array, start: number, length: number): boolean {
    if (!this.hasStar) return false
    const { db, buf } = this.#call
    const keyLength = this.#fillKey(element, start, length)
    const address = this.#lookup(keyLength)
    if (address === 0) return false
    const field = this.#arrow + 2
    if (this.#arrow === this.#end) {
      if (db.type(address) !== TYPE_STRING) return false
      db.value(address)
      this.#found(db.valueBuf, db.valueStart, db.valueLength)
      return true
    }
    if (db.type(address) !== TYPE_HASH) return false
    const hash = HashValue.at(db, address, this.#key, 0, keyLength)
    if (!hash.find(buf, field, this.#end - field)) return false
    this.#found(hash.valueBuf, hash.valueStart, hash.valueLength)
    return true
  }

  #found(buf: Uint8Array, start: number, length: number): void {
    this.valueBuf = buf
    this.valueStart = start
    this.valueLength = length
  }

  /** @returns the key's length */
  #fillKey(element: Uint8Array, start: number, length: number): number {
    const { buf } = this.#call
    const before = this.#star - this.#start
    const behind = this.#arrow - this.#star - 1
    const keyLength = before + length + behind
    if (keyLength > this.#key.length) this.#key = new Uint8Array(2 * keyLength)
    copyBytes(buf, this.#start, before, this.#key, 0)
    copyBytes(element, start, length, this.#key, before)
    copyBytes(buf, this.#star + 1, behind, this.#key, before + length)
    return keyLength
  }

  /** As `Call.lookupRead`, for a key that is no argument. */
  #lookup(keyLength: number): number {
    const { db, engine, session } = this.#call
    const address = db.lookup(this.#key, 0, keyLength)
    if (address === 0) {
      engine.stats.keyspaceMisses++
      if (engine.events.wanted(EVENT_MISS)) engine.events.emit(EVENT_MISS, 'keymiss', db, this.#key, 0, keyLength)
      return 0
    }
    engine.stats.keyspaceHits++
    if (!session.noTouch) db.touch(address)
    return address
  }
}
