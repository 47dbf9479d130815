/**
 * Sorted sets in RDB.
 *
 *     3    length, then member (string) and score (length byte and digits) of each
 *     5    length, then member and score (8 bytes, a double) of each
 *     12   string: a ziplist, member, score, member, score ... in order
 *     17   string: a listpack of the same
 */

import { compareBytes } from '../../structures/bytes.ts'
import { parseDouble } from '../../structures/double.ts'
import { EncodedElements, element, integerAt, readElement } from '../../structures/element.ts'
import { nextElement } from '../../structures/element-run.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { readZiplist } from '../../structures/ziplist.ts'
import { ZsetObject } from '../../types/zset-object.ts'
import type { Database } from '../database.ts'
import { ENCODING_OBJECT, TYPE_ZSET } from '../entry.ts'
import { PACKED_BYTES_MAX, runBytesOf, runOf } from '../packed-value.ts'
import { addScore } from '../zset-content.ts'
import { ByteScratch } from './byte-scratch.ts'
import { hasDuplicates, readListpack, writePackedRun } from './packed-elements.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { RDB_ZSET, RDB_ZSET_2, RDB_ZSET_LISTPACK, RDB_ZSET_ZIPLIST } from './value-types.ts'

/** The sorted set of a payload, packed as long as the limits allow. Members come in any order. */
class ZsetBuilder {
  readonly #db: Database
  readonly #packed = new EncodedElements()
  readonly #scores: number[] = []
  readonly #memberBytesMax: number
  #object: ZsetObject | undefined

  constructor(db: Database, type: number) {
    this.#db = db
    // What comes as a listpack stays one, however long its members are, as in Valkey.
    this.#memberBytesMax = type === RDB_ZSET_LISTPACK ? Number.POSITIVE_INFINITY : db.owner.limits.zsetValueBytes
  }

  add(member: Uint8Array, start: number, length: number, score: number): void {
    if (Number.isNaN(score)) damaged('a score is not a number')
    const packed = this.#packed
    if (this.#object !== undefined) return this.#addLarge(this.#object, member, start, length, score)
    const { zsetEntries } = this.#db.owner.limits
    if (length <= this.#memberBytesMax && packed.count >> 1 < zsetEntries) {
      const before = packed.length
      packed.add(member, start, length)
      addScore(packed, score)
      if (runBytesOf(packed) <= PACKED_BYTES_MAX) {
        this.#scores.push(score)
        return
      }
      packed.length = before
      packed.count -= 2
    }
    // The member may lie where elements are decoded.
    const copy = member.slice(start, start + length)
    this.#addLarge(this.#enlarge(), copy, 0, length, score)
  }

  #addLarge(object: ZsetObject, member: Uint8Array, start: number, length: number, score: number): void {
    if (object.find(member, start, length) !== 0) damaged('a sorted set has a member twice')
    object.add(member, start, length, score)
    if (length > this.#memberBytesMax || object.size > this.#db.owner.limits.zsetEntries)
      object.isNominallyPacked = false
  }

  #enlarge(): ZsetObject {
    const object = new ZsetObject(this.#db.arena, this.#db.owner, true)
    this.#object = object
    const { buf } = this.#packed
    let pos = 0
    for (const score of this.#scores) {
      readElement(buf, pos)
      this.#addLarge(object, element.buf, element.start, element.length, score)
      pos = nextElement(buf, nextElement(buf, pos))
    }
    this.#packed.clear()
    return object
  }

  /** @returns undefined when there are no members */
  finish(): RdbValue | undefined {
    const object = this.#object
    if (object !== undefined) {
      if (object.isNominallyPacked) object.dropZeroSigns()
      return { kind: TYPE_ZSET, content: object }
    }
    if (this.#packed.count === 0) return undefined
    if (hasDuplicates(this.#packed, 2)) damaged('a sorted set has a member twice')
    return { kind: TYPE_ZSET, content: runOf(this.#inOrder()) }
  }

  #inOrder(): EncodedElements {
    const { buf, length } = this.#packed
    const places: { readonly pos: number; readonly score: number; readonly member: Uint8Array }[] = []
    let isSorted = true
    for (let pos = 0; pos < length; pos = nextElement(buf, nextElement(buf, pos))) {
      readElement(buf, pos)
      const member = element.buf.slice(element.start, element.start + element.length)
      const place = { pos, score: this.#scores[places.length], member }
      const last = places.at(-1)
      if (last !== undefined && comparePlaces(last, place) > 0) isSorted = false
      places.push(place)
    }
    if (isSorted) return this.#packed
    const sorted = new EncodedElements()
    for (const { pos } of places.sort(comparePlaces)) {
      sorted.addElement(buf, pos)
      sorted.addElement(buf, nextElement(buf, pos))
    }
    return sorted
  }

  discard(): void {
    this.#object?.free()
  }
}

interface Place {
  readonly score: number
  readonly member: Uint8Array
}

function comparePlaces(a: Place, b: Place): number {
  return a.score < b.score ? -1 : a.score > b.score ? 1 : compareBytes(a.member, b.member)
}

export const ZSET_TYPES: readonly number[] = [RDB_ZSET, RDB_ZSET_2, RDB_ZSET_ZIPLIST, RDB_ZSET_LISTPACK]

export function readZset(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const builder = new ZsetBuilder(origin.db, type)
  try {
    if (type === RDB_ZSET || type === RDB_ZSET_2) readMembers(reader, type, builder)
    else readPacked(reader, type, builder)
    return builder.finish()
  } catch (error) {
    builder.discard()
    throw error
  }
}

function readMembers(reader: RdbReader, type: number, builder: ZsetBuilder): void {
  const member = new ByteScratch()
  for (let left = reader.length(); left > 0; left--) {
    reader.string()
    member.take(reader.stringBuf, reader.stringStart, reader.stringLength)
    builder.add(member.buf, 0, member.length, type === RDB_ZSET ? reader.textDouble() : reader.double())
  }
}

function readPacked(reader: RdbReader, type: number, builder: ZsetBuilder): void {
  const elements = new EncodedElements()
  if (type === RDB_ZSET_LISTPACK) readListpack(reader, elements)
  else {
    reader.string()
    if (!readZiplist(reader.stringBuf, reader.stringStart, reader.stringLength, elements)) {
      damaged('a packed sorted set is damaged')
    }
  }
  if (elements.count % 2 !== 0) damaged('a sorted set has a member without a score')
  const { buf, length } = elements
  let last: Place = { score: Number.NEGATIVE_INFINITY, member: new Uint8Array(0) }
  for (let pos = 0; pos < length; ) {
    const scorePos = nextElement(buf, pos)
    const score = scoreAt(buf, scorePos)
    readElement(buf, pos)
    const member = element.buf.slice(element.start, element.start + element.length)
    const place = { score, member }
    if (comparePlaces(last, place) > 0) damaged('the members of a sorted set are not in order')
    last = place
    builder.add(member, 0, member.length, score)
    pos = nextElement(buf, scorePos)
  }
}

/** The score that stands at `pos`, a number or its text; NaN for what is none. */
function scoreAt(buf: Uint8Array, pos: number): number {
  const value = integerAt(buf, pos)
  if (!Number.isNaN(value)) return value
  readElement(buf, pos)
  return parseDouble(element.buf, element.start, element.length)
}

export function zsetType(db: Database, address: number): number {
  return db.encoding(address) === ENCODING_OBJECT ? RDB_ZSET_2 : RDB_ZSET_LISTPACK
}

/** Of a large one the last member comes first, as by Valkey, whose skip list takes that order in constant time each. */
export function writeZset(writer: RdbWriter, db: Database, address: number): void {
  if (db.encoding(address) !== ENCODING_OBJECT) return writePackedRun(writer, db, address)
  const zset = db.object(address) as ZsetObject
  const { size } = zset
  writer.length(size)
  zset.walk(size - 1, size, true, (record) => {
    zset.locate(record)
    writer.string(zset.memberBuf, zset.memberStart, zset.memberLength)
    writer.double(zset.scoreOf(record))
  })
}
