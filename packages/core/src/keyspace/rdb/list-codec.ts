/**
 * Lists in RDB.
 *
 *     1    length, then the elements (strings)
 *     10   string: a ziplist of the elements
 *     14   number of nodes, then each: a string that is a ziplist
 *     18   number of nodes, then of each: 1 and an element (a string), or 2 and a string that is a listpack
 *
 * Nodes are those of Redis's quicklist. Ours are made anew from the elements, as the limits here say; but a list that
 * came in several nodes, or with an element that had one for itself, is still called a quicklist, as in Valkey.
 */

import { element, readElement } from '../../structures/element.ts'
import {
  LISTPACK_EMPTY_BYTES,
  ListpackElements,
  ListpackWriter,
  listpackBytesOfRun,
  nextInListpack,
} from '../../structures/listpack.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { readZiplist } from '../../structures/ziplist.ts'
import { exceedsListpack } from '../../types/list-limits.ts'
import { ListObject } from '../../types/list-object.ts'
import type { Database } from '../database.ts'
import { ENCODING_OBJECT, TYPE_LIST } from '../entry.ts'
import { listpackBytesOf, listpackOf, PACKED_BYTES_MAX } from '../packed-value.ts'
import { readListpack } from './packed-elements.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { RDB_LIST, RDB_LIST_QUICKLIST, RDB_LIST_QUICKLIST_2, RDB_LIST_ZIPLIST } from './value-types.ts'

const NODE_PLAIN = 1
const NODE_PACKED = 2

/** The list of a payload, packed as long as the limits allow. */
class ListBuilder {
  readonly #db: Database
  readonly #packed = new ListpackElements()
  #object: ListObject | undefined

  constructor(db: Database) {
    this.#db = db
  }

  get #isEmpty(): boolean {
    return this.#object === undefined && this.#packed.count === 0
  }

  push(buf: Uint8Array, start: number, length: number): void {
    const packed = this.#packed
    const object = this.#object
    if (object !== undefined) return this.#pushLarge(object, buf, start, length)
    const before = packed.length
    packed.add(buf, start, length)
    if (listpackBytesOf(packed) <= PACKED_BYTES_MAX) return
    packed.length = before
    packed.count--
    // The element may lie where others are decoded.
    const copy = buf.slice(start, start + length)
    this.#pushLarge(this.#enlarge(true), copy, 0, length)
  }

  #pushLarge(object: ListObject, buf: Uint8Array, start: number, length: number): void {
    object.pushTail(buf, start, length)
    if (!object.isNominallyPacked) return
    const bytes = object.elementBytes + LISTPACK_EMPTY_BYTES
    if (exceedsListpack(this.#db.owner.limits, bytes, object.length)) object.isNominallyPacked = false
  }

  #enlarge(isNominallyPacked: boolean): ListObject {
    const object = new ListObject(this.#db.arena, this.#db.owner.limits, isNominallyPacked)
    this.#object = object
    const { buf, length } = this.#packed
    for (let pos = 0; pos < length; pos = nextInListpack(buf, pos)) {
      readElement(buf, pos)
      object.pushTail(element.buf, element.start, element.length)
    }
    this.#packed.clear()
    return object
  }

  /** What comes is another node than what came, or one of a single element. */
  beginNode(isPlain: boolean): void {
    if (this.#isEmpty && !isPlain) return
    if (this.#object === undefined) this.#enlarge(false)
    else this.#object.isNominallyPacked = false
  }

  pushAll({ buf, length }: ListpackElements): void {
    for (let pos = 0; pos < length; pos = nextInListpack(buf, pos)) {
      readElement(buf, pos)
      this.push(element.buf, element.start, element.length)
    }
  }

  /** @returns undefined when there are no elements */
  finish(): RdbValue | undefined {
    const packed = this.#packed
    if (this.#isEmpty) return undefined
    if (this.#object === undefined) {
      if (!exceedsListpack(this.#db.owner.limits, listpackBytesOf(packed), packed.count)) {
        return { kind: TYPE_LIST, content: listpackOf(packed) }
      }
      this.#enlarge(false)
    }
    return { kind: TYPE_LIST, content: this.#object as ListObject }
  }

  discard(): void {
    this.#object?.free()
  }
}

export const LIST_TYPES: readonly number[] = [RDB_LIST, RDB_LIST_ZIPLIST, RDB_LIST_QUICKLIST, RDB_LIST_QUICKLIST_2]

export function readList(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const builder = new ListBuilder(origin.db)
  try {
    if (type === RDB_LIST_ZIPLIST) readZiplistNode(reader, builder)
    else {
      for (let left = reader.length(); left > 0; left--) {
        if (type === RDB_LIST_QUICKLIST_2) readNode(reader, builder)
        else if (type === RDB_LIST_QUICKLIST) readZiplistNode(reader, builder)
        else pushString(reader, builder)
      }
    }
    return builder.finish()
  } catch (error) {
    builder.discard()
    throw error
  }
}

function pushString(reader: RdbReader, builder: ListBuilder): void {
  reader.string()
  builder.push(reader.stringBuf, reader.stringStart, reader.stringLength)
}

function readNode(reader: RdbReader, builder: ListBuilder): void {
  switch (reader.length()) {
    case NODE_PLAIN:
      reader.string()
      if (reader.stringLength === 0) damaged('a node of a list is empty')
      builder.beginNode(true)
      return builder.push(reader.stringBuf, reader.stringStart, reader.stringLength)
    case NODE_PACKED: {
      const elements = new ListpackElements()
      readListpack(reader, elements)
      return pushNode(elements, builder)
    }
    default:
      damaged('a node of a list is of no known kind')
  }
}

function readZiplistNode(reader: RdbReader, builder: ListBuilder): void {
  const elements = new ListpackElements()
  reader.string()
  if (!readZiplist(reader.stringBuf, reader.stringStart, reader.stringLength, elements)) {
    damaged('a node of a list is damaged')
  }
  pushNode(elements, builder)
}

/** Old servers could leave nodes without elements behind. */
function pushNode(elements: ListpackElements, builder: ListBuilder): void {
  if (elements.count === 0) return
  builder.beginNode(false)
  builder.pushAll(elements)
}

export function writeList(writer: RdbWriter, db: Database, address: number): void {
  if (db.encoding(address) !== ENCODING_OBJECT) {
    db.value(address)
    writer.length(1)
    writer.length(NODE_PACKED)
    return writer.string(db.valueBuf, db.valueStart, db.valueLength)
  }
  const list = db.object(address) as ListObject
  const listpack = new ListpackWriter()
  writer.length(list.nodeCount)
  list.forEachNode((buf, start, length, _items, isPlain) => {
    writer.length(isPlain ? NODE_PLAIN : NODE_PACKED)
    if (isPlain) return writer.string(buf, start, length)
    listpack.begin(listpackBytesOfRun(buf, start, start + length) + LISTPACK_EMPTY_BYTES)
    listpack.addRun(buf, start, start + length)
    listpack.end()
    writer.string(listpack.buf, 0, listpack.length)
  })
}
