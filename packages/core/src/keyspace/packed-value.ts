/**
 * Packed values: small collections as a counted run (element-run.ts), an intset or, lists, a listpack in the
 * entry itself. These functions change one in place as far as its block has room, and move it to another block
 * where it has not.
 *
 * `key[keyStart .. keyStart + keyLength)` is the key, in a buffer outside the database's arena. Afterwards
 * `db.valueBuf`, `db.valueStart` and `db.valueLength` are the value's, wherever it is now.
 */

import type { EncodedElements } from '../structures/element.ts'
import { firstElement, RUN_COUNT_BYTES, runCount, setRunCount } from '../structures/element-run.ts'
import {
  firstInListpack,
  frameListpack,
  LISTPACK_EMPTY_BYTES,
  type ListpackElements,
  listpackCount,
  setListpackHeader,
} from '../structures/listpack.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { KIND_MASK } from './entry.ts'

/**
 * Longest packed value: longer ones become large objects, even where Redis's limits would still allow a listpack. What
 * has to be shifted and searched for each change stays short, and a block of the arena holds it.
 */
export const PACKED_BYTES_MAX = 8 * 1024

/**
 * Replaces `removed` bytes at offset `at` of the value just looked up by `inserted` ones; the caller writes them.
 * @returns the entry's address
 */
export function splicePacked(
  db: Database,
  address: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  at: number,
  removed: number,
  inserted: number,
): number {
  db.value(address)
  const oldLength = db.valueLength
  const length = oldLength - removed + inserted
  const kind = db.flags(address) & KIND_MASK
  if (inserted < removed) shift(db, at, removed, inserted, oldLength)
  const to = db.resizeValue(address, kind, key, keyStart, keyLength, length)
  if (inserted > removed) shift(db, at, removed, inserted, oldLength)
  return to
}

function shift(db: Database, at: number, removed: number, inserted: number, oldLength: number): void {
  const start = db.valueStart
  db.valueBuf.copyWithin(start + at + inserted, start + at + removed, start + oldLength)
}

/** As `splicePacked`, and writes the bytes of `elements` there. */
function spliceElements(
  db: Database,
  address: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  at: number,
  removed: number,
  { buf, length }: EncodedElements,
): number {
  const to = splicePacked(db, address, key, keyStart, keyLength, at, removed, length)
  const { valueBuf, valueStart } = db
  for (let i = 0; i < length; i++) valueBuf[valueStart + at + i] = buf[i]
  return to
}

/**
 * As `splicePacked`, for a counted run: replaces `removedCount` elements, `removedBytes` in all, at offset `at` by
 * those of `elements`, and keeps the count right.
 */
export function spliceRun(
  db: Database,
  address: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  at: number,
  removedBytes: number,
  removedCount: number,
  elements: EncodedElements,
): number {
  const to = spliceElements(db, address, key, keyStart, keyLength, at, removedBytes, elements)
  const { valueBuf, valueStart } = db
  setRunCount(valueBuf, valueStart, runCount(valueBuf, valueStart) - removedCount + elements.count)
  return to
}

/** As `spliceRun`, for a listpack: keeps its header right. */
export function spliceListpack(
  db: Database,
  address: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  at: number,
  removedBytes: number,
  removedCount: number,
  elements: ListpackElements,
): number {
  const to = spliceElements(db, address, key, keyStart, keyLength, at, removedBytes, elements)
  const { valueBuf, valueStart } = db
  const elementsLeft = listpackCount(valueBuf, valueStart) - removedCount + elements.count
  setListpackHeader(valueBuf, valueStart, db.valueLength, elementsLeft)
  return to
}

/** Gives the key just looked up a new listpack, which may be spliced at once. @returns the entry's address */
export function putListpack(
  db: Database,
  address: number,
  kind: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  elements: ListpackElements,
): number {
  const to = db.put(address, key, keyStart, keyLength, kind, listpackBytesOf(elements), KEEP_EXPIRY)
  fillListpack(db.valueBuf, db.valueStart, elements)
  // Putting a new key in does not say where it is; the next splice has to know.
  return address === 0 ? db.find(key, keyStart, keyLength) : to
}

/** As `putListpack`, a counted run. @returns the entry's address */
export function putRun(
  db: Database,
  address: number,
  kind: number,
  key: Uint8Array,
  keyStart: number,
  keyLength: number,
  elements: EncodedElements,
): number {
  const to = db.put(address, key, keyStart, keyLength, kind, runBytesOf(elements), KEEP_EXPIRY)
  fillRun(db.valueBuf, db.valueStart, elements)
  return address === 0 ? db.find(key, keyStart, keyLength) : to
}

/** Bytes of a counted run of these elements. */
export function runBytesOf(elements: EncodedElements): number {
  return elements.length + RUN_COUNT_BYTES
}

/** A counted run of these elements in a buffer of its own. */
export function runOf(elements: EncodedElements): Uint8Array {
  const bytes = new Uint8Array(runBytesOf(elements))
  fillRun(bytes, 0, elements)
  return bytes
}

function fillRun(buf: Uint8Array, start: number, elements: EncodedElements): void {
  buf.set(elements.buf.subarray(0, elements.length), firstElement(start))
  setRunCount(buf, start, elements.count)
}

/** Bytes of a listpack of these elements. */
export function listpackBytesOf(elements: ListpackElements): number {
  return elements.length + LISTPACK_EMPTY_BYTES
}

/** A listpack of these elements in a buffer of its own. */
export function listpackOf(elements: ListpackElements): Uint8Array {
  const bytes = new Uint8Array(listpackBytesOf(elements))
  fillListpack(bytes, 0, elements)
  return bytes
}

function fillListpack(buf: Uint8Array, start: number, elements: ListpackElements): void {
  buf.set(elements.buf.subarray(0, elements.length), firstInListpack(start))
  frameListpack(buf, start, elements.length, elements.count)
}
