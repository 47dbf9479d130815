/**
 * Sorted-set value: the sorted set behind a key, whichever of its two forms it has now, for one command.
 *
 *     packed    a counted run of elements in the entry: member, score, member, score ... by score, then by member
 *     large     a ZsetObject (types/zset-object.ts)
 *
 * It becomes large when it outgrows Redis's limits or PACKED_BYTES_MAX, and stays so. It is good from the look-up of
 * its key until something else changes the database, or an event is sent: make it, use it, let it go.
 */

import { scanBuckets } from '../structures/bucket-scan.ts'
import { parseDecimal } from '../structures/double.ts'
import { element, encoded, integerAt, readElement } from '../structures/element.ts'
import { findElement, firstElement, nextElement, positionInRun, runCount, runIndex } from '../structures/element-run.ts'
import { ZsetObject } from '../types/zset-object.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { ENCODING_OBJECT, TYPE_ZSET } from './entry.ts'
import { PACKED_BYTES_MAX, putRun, spliceRun } from './packed-value.ts'
import { addScore } from './zset-content.ts'

const NO_BYTES = new Uint8Array(0)

/** A member's bytes, valid until the next member or change, and its score. @returns false to stop */
export type VisitMember = (buf: Uint8Array, start: number, length: number, score: number) => unknown

export class ZsetValue {
  readonly #db: Database
  readonly #key: Uint8Array
  readonly #keyStart: number
  readonly #keyLength: number
  #address: number
  #object: ZsetObject | undefined

  /** Of the member that was found last. */
  score = 0
  /** Where `find` found its member: the record of a large sorted set or 0, the position in a run or -1. */
  #found = 0

  /**
   * @param address the key's entry, just looked up; 0 for a key that is to be created
   * @param key in a buffer outside the database's arena
   */
  constructor(db: Database, address: number, key: Uint8Array, keyStart: number, keyLength: number) {
    this.#db = db
    this.#address = address
    this.#key = key
    this.#keyStart = keyStart
    this.#keyLength = keyLength
    const isObject = address !== 0 && db.encoding(address) === ENCODING_OBJECT
    this.#object = isObject ? (db.object(address) as ZsetObject) : undefined
  }

  /** Lets it be an object that is at no key. */
  adopt(object: ZsetObject): void {
    this.#object = object
  }

  get size(): number {
    if (this.#object !== undefined) return this.#object.size
    if (this.#address === 0) return 0
    this.#db.value(this.#address)
    return runCount(this.#db.valueBuf, this.#db.valueStart) >> 1
  }

  /** Whether Redis would keep it as a listpack. */
  get isNominallyPacked(): boolean {
    return this.#object?.isNominallyPacked ?? true
  }

  /**
   * Makes it a large sorted set at once when so many members are given, or the longest of them is so long, that Redis
   * gives up its listpack then, whether they turn out to be new or not.
   */
  expect(members: number, longestBytes: number): void {
    const { zsetEntries, zsetValueBytes } = this.#db.owner.limits
    if (members <= zsetEntries && longestBytes <= zsetValueBytes) return
    if (this.#object === undefined) this.#enlarge()
    if (this.#object !== undefined) this.#object.isNominallyPacked = false
  }

  /** Whether the member is there; then `score` is its. */
  find(member: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) {
      this.#found = this.#object.find(member, start, length)
      if (this.#found !== 0) this.score = this.#object.scoreOf(this.#found)
      return this.#found !== 0
    }
    const pos = this.#findPacked(member, start, length)
    this.#found = pos
    if (pos >= 0) this.score = scoreAt(this.#db.valueBuf, nextElement(this.#db.valueBuf, pos))
    return pos >= 0
  }

  /** Position of a member in the run, or -1. */
  #findPacked(member: Uint8Array, start: number, length: number): number {
    if (this.#address === 0) return -1
    const db = this.#db
    db.value(this.#address)
    encoded.clear()
    encoded.add(member, start, length)
    const end = db.valueStart + db.valueLength
    return findElement(db.valueBuf, firstElement(db.valueStart), end, 2, encoded.buf, encoded.length)
  }

  /**
   * Gives the member that `find` was just asked for a score, whether it is there or not. It may not lie in the
   * database's arena.
   */
  set(member: Uint8Array, start: number, length: number, score: number): void {
    if (this.#object === undefined) {
      if (this.#setPacked(member, start, length, score)) return
      this.#enlarge()
      // A run that grew too long has the member no more.
      this.#found = 0
    }
    const object = this.#object as ZsetObject
    const before = object.externalBytes
    const address = this.#found
    const { zsetEntries, zsetValueBytes } = this.#db.owner.limits
    if (address === 0 && (length > zsetValueBytes || object.size >= zsetEntries)) object.isNominallyPacked = false
    // As in a listpack, zero has no sign then.
    const kept = object.isNominallyPacked ? score + 0 : score
    if (address !== 0) object.setScore(address, kept)
    else object.add(member, start, length, kept)
    this.#db.accountObject(object, before)
  }

  /** @returns false when the run would grow too long; then the member is not in it, even if it was */
  #setPacked(member: Uint8Array, start: number, length: number, score: number): boolean {
    const db = this.#db
    const { zsetEntries, zsetValueBytes } = db.owner.limits
    const pos = this.#found
    if (pos >= 0) {
      const next = nextElement(db.valueBuf, nextElement(db.valueBuf, pos))
      encoded.clear()
      this.#splice(pos - db.valueStart, next - pos, 2)
    } else if (length > zsetValueBytes || this.size >= zsetEntries) return false
    const at = this.#address === 0 ? 0 : this.#placeOf(member, start, length, score)
    encoded.clear()
    encoded.add(member, start, length)
    addScore(encoded, score)
    if (this.#address === 0) {
      if (encoded.length > PACKED_BYTES_MAX) return false
      this.#address = putRun(db, 0, TYPE_ZSET, this.#key, this.#keyStart, this.#keyLength, encoded)
      return true
    }
    if (db.valueLength + encoded.length > PACKED_BYTES_MAX) return false
    this.#splice(at, 0, 0)
    return true
  }

  /** Offset in the value of the first element behind a member and score. */
  #placeOf(member: Uint8Array, start: number, length: number, score: number): number {
    const db = this.#db
    db.value(this.#address)
    const { valueBuf: buf, valueStart } = db
    const end = valueStart + db.valueLength
    let pos = firstElement(valueStart)
    while (pos < end) {
      const scorePos = nextElement(buf, pos)
      const other = scoreAt(buf, scorePos)
      if (other > score) break
      if (other === score) {
        readElement(buf, pos)
        if (compare(element.buf, element.start, element.length, member, start, length) > 0) break
      }
      pos = nextElement(buf, scorePos)
    }
    return pos - valueStart
  }

  #splice(at: number, removedBytes: number, removedCount: number): void {
    this.#address = spliceRun(
      this.#db,
      this.#address,
      this.#key,
      this.#keyStart,
      this.#keyLength,
      at,
      removedBytes,
      removedCount,
      encoded,
    )
  }

  /** Makes the packed sorted set a large one. */
  #enlarge(): void {
    const db = this.#db
    const object = new ZsetObject(db.arena, db.owner, true)
    this.walk(0, this.size, false, (buf, start, length, score) => object.add(buf, start, length, score))
    const address = this.#address
    this.#address = db.putObject(address, this.#key, this.#keyStart, this.#keyLength, TYPE_ZSET, object, KEEP_EXPIRY)
    this.#object = object
  }

  /** @returns whether the member was there. When it was the last one, the caller deletes the key. */
  delete(member: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) {
      const before = this.#object.externalBytes
      const deleted = this.#object.delete(member, start, length)
      this.#db.accountObject(this.#object, before)
      return deleted
    }
    const pos = this.#findPacked(member, start, length)
    if (pos < 0) return false
    const { valueBuf, valueStart } = this.#db
    encoded.clear()
    this.#splice(pos - valueStart, nextElement(valueBuf, nextElement(valueBuf, pos)) - pos, 2)
    return true
  }

  /** Deletes `count` members from a rank on. When none is left, the caller deletes the key. */
  removeRange(rank: number, count: number): void {
    if (count <= 0) return
    if (this.#object !== undefined) {
      const before = this.#object.externalBytes
      this.#object.removeRange(rank, count)
      this.#db.accountObject(this.#object, before)
      return
    }
    const db = this.#db
    db.value(this.#address)
    const { valueBuf, valueStart } = db
    const from = positionInRun(valueBuf, firstElement(valueStart), 2 * rank)
    let to = from
    for (let i = 0; i < 2 * count; i++) to = nextElement(valueBuf, to)
    encoded.clear()
    this.#splice(from - valueStart, to - from, 2 * count)
  }

  /** How many members come before this one, or -1 when it is not there. Then `score` is its. */
  rankOf(member: Uint8Array, start: number, length: number): number {
    if (this.#object !== undefined) {
      const address = this.#object.find(member, start, length)
      if (address === 0) return -1
      this.score = this.#object.scoreOf(address)
      return this.#object.rankOf(address)
    }
    const pos = this.#findPacked(member, start, length)
    if (pos < 0) return -1
    const { valueBuf } = this.#db
    this.score = scoreAt(valueBuf, nextElement(valueBuf, pos))
    let rank = 0
    for (let at = firstElement(this.#db.valueStart); at < pos; at = nextElement(valueBuf, nextElement(valueBuf, at)))
      rank++
    return rank
  }

  /** How many members have a lower score. @param orEqual count those with this score too */
  rankOfScore(score: number, orEqual: boolean): number {
    if (this.#object !== undefined) return this.#object.rankOfScore(score, orEqual)
    return this.#rankPacked((_pos, other) => other < score || (orEqual && other === score))
  }

  /** How many members come before these bytes, if all have the same score. @param orEqual count these bytes too */
  rankOfLex(bytes: Uint8Array, orEqual: boolean): number {
    if (this.#object !== undefined) return this.#object.rankOfLex(bytes, orEqual)
    const limit = orEqual ? 0 : -1
    return this.#rankPacked((pos) => {
      readElement(this.#db.valueBuf, pos)
      return Math.sign(compare(element.buf, element.start, element.length, bytes, 0, bytes.length)) <= limit
    })
  }

  #rankPacked(isBelow: (pos: number, score: number) => boolean): number {
    if (this.#address === 0) return 0
    const db = this.#db
    db.value(this.#address)
    const { valueBuf } = db
    const end = db.valueStart + db.valueLength
    let rank = 0
    for (let pos = firstElement(db.valueStart); pos < end; rank++) {
      const scorePos = nextElement(valueBuf, pos)
      if (!isBelow(pos, scoreAt(valueBuf, scorePos))) break
      pos = nextElement(valueBuf, scorePos)
    }
    return rank
  }

  /**
   * Visits some members: about `count` of a large sorted set, all of one that Redis keeps as a listpack.
   * @param cursor 0 to begin, then what the last call returned
   * @returns the next cursor, 0 at the end
   */
  scan(cursor: number, count: number, visit: VisitMember): number {
    const object = this.#object
    if (object === undefined || object.isNominallyPacked) {
      this.walk(0, this.size, false, visit)
      return 0
    }
    return scanBuckets(object, cursor, count, (address) => {
      object.locate(address)
      visit(object.memberBuf, object.memberStart, object.memberLength, object.scoreOf(address))
    })
  }

  /** Visits `count` members from a rank on, upwards or downwards. The sorted set may not change meanwhile. */
  walk(rank: number, count: number, isReverse: boolean, visit: VisitMember): void {
    const object = this.#object
    if (object !== undefined) {
      return object.walk(rank, count, isReverse, (address) => {
        object.locate(address)
        return visit(object.memberBuf, object.memberStart, object.memberLength, object.scoreOf(address))
      })
    }
    if (this.#address === 0 || count <= 0) return
    const db = this.#db
    db.value(this.#address)
    const { valueBuf, valueStart } = db
    const end = valueStart + db.valueLength
    if (isReverse) return walkDown(valueBuf, firstElement(valueStart), end, rank, count, visit)
    let pos = positionInRun(valueBuf, firstElement(valueStart), 2 * rank)
    for (let left = count; left > 0 && pos < end; left--) {
      const scorePos = nextElement(valueBuf, pos)
      if (!visitPair(valueBuf, pos, scorePos, visit)) return
      pos = nextElement(valueBuf, scorePos)
    }
  }
}

/** Visits `count` members of a run, from a rank on downwards. */
function walkDown(buf: Uint8Array, start: number, end: number, rank: number, count: number, visit: VisitMember): void {
  runIndex.fill(buf, start, end)
  const stop = Math.max(-1, rank - count)
  const positions = runIndex.positions.subarray(2 * (stop + 1), runIndex.count).slice()
  for (let i = Math.min(rank, runIndex.count / 2 - 1); i > stop; i--) {
    const at = 2 * (i - stop - 1)
    if (!visitPair(buf, positions[at], positions[at + 1], visit)) return
  }
}

/** @returns false to stop */
function visitPair(buf: Uint8Array, pos: number, scorePos: number, visit: VisitMember): boolean {
  const score = scoreAt(buf, scorePos)
  readElement(buf, pos)
  return visit(element.buf, element.start, element.length, score) !== false
}

/** A large sorted set that is at no key, as a value to read. */
export function zsetOfObject(db: Database, object: ZsetObject): ZsetValue {
  const zset = new ZsetValue(db, 0, NO_BYTES, 0, 0)
  zset.adopt(object)
  return zset
}

/** The score that stands at `pos` of a run, a number or its text. */
function scoreAt(buf: Uint8Array, pos: number): number {
  const value = integerAt(buf, pos)
  if (!Number.isNaN(value)) return value
  readElement(buf, pos)
  return parseDecimal(element.buf, element.start, element.length)
}

function compare(
  a: Uint8Array,
  aStart: number,
  aLength: number,
  b: Uint8Array,
  bStart: number,
  bLength: number,
): number {
  const common = Math.min(aLength, bLength)
  for (let i = 0; i < common; i++) {
    const difference = a[aStart + i] - b[bStart + i]
    if (difference !== 0) return difference
  }
  return aLength - bLength
}
