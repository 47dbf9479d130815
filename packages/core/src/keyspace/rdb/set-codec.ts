/**
 * Sets in RDB.
 *
 *     2    length, then the members (strings)
 *     11   string: an intset
 *     20   string: a listpack of the members
 */

import { EncodedElements, element, readElement } from '../../structures/element.ts'
import { nextElement } from '../../structures/element-run.ts'
import {
  INTSET_WIDTH_MAX,
  IntsetNumbers,
  intsetBytes,
  intsetCount,
  isIntset,
  numberText,
  parseNumber,
  readNumber,
} from '../../structures/intset.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { FORM_HASHTABLE, FORM_INTSET, FORM_LISTPACK, formWith, type SetForm } from '../../types/set-form.ts'
import { SetObject } from '../../types/set-object.ts'
import type { Database } from '../database.ts'
import { ENCODING_INTSET, ENCODING_OBJECT, TYPE_SET } from '../entry.ts'
import { PACKED_BYTES_MAX, runBytesOf, runOf } from '../packed-value.ts'
import { KIND_INTSET } from '../set-content.ts'
import { hasDuplicates, readListpack, writePackedRun } from './packed-elements.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { RDB_SET, RDB_SET_INTSET, RDB_SET_LISTPACK } from './value-types.ts'

/** The set of a payload, packed as long as the limits allow. */
class SetBuilder {
  readonly #db: Database
  readonly #packed = new EncodedElements()
  #form: SetForm
  #widest = 0
  #object: SetObject | undefined

  /** @param form what it begins as */
  constructor(db: Database, form: SetForm) {
    this.#db = db
    this.#form = form
    if (form === FORM_HASHTABLE) this.#object = new SetObject(db.arena, db.owner, form)
  }

  /** Adds a member, and follows the limits in what the set is kept as. */
  add(member: Uint8Array, start: number, length: number): void {
    const { limits } = this.#db.owner
    const object = this.#object
    if (object !== undefined) {
      if (!object.addWithin(limits, member, start, length)) damaged('a set has a member twice')
      return
    }
    const isNumber = parseNumber(member, start, length)
    const form = formWith(this.#form, this.#packed.count, isNumber, length, this.#widest, limits)
    this.addAs(form, member, start, length)
  }

  /** Adds a member to a set that is to be kept in this form then. */
  addAs(form: SetForm, member: Uint8Array, start: number, length: number): void {
    this.#form = form
    this.#widest = Math.max(this.#widest, length)
    const packed = this.#packed
    if (this.#object === undefined && form !== FORM_HASHTABLE) {
      const before = packed.length
      packed.add(member, start, length)
      const bytes = form === FORM_INTSET ? intsetBytes(INTSET_WIDTH_MAX, packed.count) : runBytesOf(packed)
      if (bytes <= PACKED_BYTES_MAX) return
      packed.length = before
      packed.count--
    }
    // The member may lie where elements are decoded.
    const copy = member.slice(start, start + length)
    const object = this.#object ?? this.#enlarge()
    if (!object.add(copy, 0, length)) damaged('a set has a member twice')
  }

  #enlarge(): SetObject {
    const object = new SetObject(this.#db.arena, this.#db.owner, this.#form)
    this.#object = object
    const { buf, length } = this.#packed
    for (let pos = 0; pos < length; pos = nextElement(buf, pos)) {
      readElement(buf, pos)
      if (!object.add(element.buf, element.start, element.length)) damaged('a set has a member twice')
    }
    this.#packed.clear()
    return object
  }

  /** @returns undefined when there are no members */
  finish(): RdbValue | undefined {
    const packed = this.#packed
    if (this.#object !== undefined) {
      if (this.#object.size > 0) return { kind: TYPE_SET, content: this.#object }
      this.#object.free()
      return undefined
    }
    if (packed.count === 0) return undefined
    if (hasDuplicates(packed, 1)) damaged('a set has a member twice')
    if (this.#form === FORM_LISTPACK) return { kind: TYPE_SET, content: runOf(packed) }
    const numbers = new IntsetNumbers()
    for (let pos = 0; pos < packed.length; pos = nextElement(packed.buf, pos)) {
      readElement(packed.buf, pos)
      parseNumber(element.buf, element.start, element.length)
      numbers.add()
    }
    return { kind: KIND_INTSET, content: numbers.build() }
  }

  discard(): void {
    this.#object?.free()
  }
}

export const SET_TYPES: readonly number[] = [RDB_SET, RDB_SET_INTSET, RDB_SET_LISTPACK]

/** Which form a set gets is Valkey's choice: by how many members are announced, and then by each that comes. */
export function readSet(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const { db } = origin
  const { limits } = db.owner
  if (type === RDB_SET) {
    const count = reader.length()
    const builder = new SetBuilder(db, count > limits.setIntsetEntries ? FORM_HASHTABLE : FORM_INTSET)
    return build(builder, () => readMembers(reader, count, builder))
  }
  if (type === RDB_SET_INTSET) return readIntset(reader, db)
  const elements = new EncodedElements()
  readListpack(reader, elements)
  const form = elements.count > limits.setEntries ? FORM_HASHTABLE : FORM_LISTPACK
  const builder = new SetBuilder(db, form)
  return build(builder, () => addElements(elements, form, builder))
}

function build(builder: SetBuilder, fill: () => void): RdbValue | undefined {
  try {
    fill()
    return builder.finish()
  } catch (error) {
    builder.discard()
    throw error
  }
}

function readMembers(reader: RdbReader, count: number, builder: SetBuilder): void {
  for (let left = count; left > 0; left--) {
    reader.string()
    builder.add(reader.stringBuf, reader.stringStart, reader.stringLength)
  }
}

function addElements({ buf, length }: EncodedElements, form: SetForm, builder: SetBuilder): void {
  for (let pos = 0; pos < length; pos = nextElement(buf, pos)) {
    readElement(buf, pos)
    builder.addAs(form, element.buf, element.start, element.length)
  }
}

function readIntset(reader: RdbReader, db: Database): RdbValue | undefined {
  reader.string()
  const { stringBuf, stringStart, stringLength } = reader
  if (!isIntset(stringBuf, stringStart, stringLength)) damaged('an intset is damaged')
  const count = intsetCount(stringBuf, stringStart)
  if (count === 0) return undefined
  const form = count > db.owner.limits.setIntsetEntries ? FORM_HASHTABLE : FORM_INTSET
  if (form === FORM_INTSET && stringLength <= PACKED_BYTES_MAX) {
    return { kind: KIND_INTSET, content: stringBuf.slice(stringStart, stringStart + stringLength) }
  }
  const builder = new SetBuilder(db, form)
  return build(builder, () => {
    for (let i = 0; i < count; i++) {
      readNumber(stringBuf, stringStart, i)
      builder.addAs(form, numberText.buf, 0, numberText.length)
    }
  })
}

export function setType(db: Database, address: number): number {
  const encoding = db.encoding(address)
  if (encoding === ENCODING_OBJECT) return RDB_SET
  return encoding === ENCODING_INTSET ? RDB_SET_INTSET : RDB_SET_LISTPACK
}

export function writeSet(writer: RdbWriter, db: Database, address: number): void {
  const encoding = db.encoding(address)
  if (encoding === ENCODING_INTSET) {
    db.value(address)
    return writer.string(db.valueBuf, db.valueStart, db.valueLength)
  }
  if (encoding !== ENCODING_OBJECT) return writePackedRun(writer, db, address)
  const set = db.object(address) as SetObject
  writer.length(set.size)
  set.forEach((record) => {
    set.locate(record)
    writer.string(set.memberBuf, set.memberStart, set.memberLength)
  })
}
