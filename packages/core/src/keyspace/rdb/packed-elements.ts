/** Packed values in RDB: listpacks of payloads, read into elements and written from what the keyspace keeps. */

import type { EncodedElements } from '../../structures/element.ts'
import { firstElement, nextElement } from '../../structures/element-run.ts'
import {
  decodeListpack,
  isListpack,
  LISTPACK_EMPTY_BYTES,
  ListpackWriter,
  listpackBytesOfRun,
} from '../../structures/listpack.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import type { Database } from '../database.ts'
import { damaged } from './rdb-value.ts'

/** Adds the elements of a string that is a listpack to `out`, each in its shortest encoding. */
export function readListpack(reader: RdbReader, out: EncodedElements): void {
  reader.string()
  if (!isListpack(reader.stringBuf, reader.stringStart, reader.stringLength)) damaged('a listpack is damaged')
  decodeListpack(reader.stringBuf, reader.stringStart, out)
}

const listpack = new ListpackWriter()

/** Writes the counted run in an entry as a string that is a listpack. */
export function writePackedRun(writer: RdbWriter, db: Database, address: number): void {
  db.value(address)
  const start = firstElement(db.valueStart)
  const end = db.valueStart + db.valueLength
  listpack.begin(LISTPACK_EMPTY_BYTES + listpackBytesOfRun(db.valueBuf, start, end))
  listpack.addRun(db.valueBuf, start, end)
  listpack.end()
  writer.string(listpack.buf, 0, listpack.length)
}

let slots = new Int32Array(256)

/**
 * Whether two of the elements are the same. Looks at every `step`-th one, from the first. O(n) by a table of hashes; a
 * choice of elements that collide costs at most the square of what a packed value holds.
 */
export function hasDuplicates(elements: EncodedElements, step: number): boolean {
  const { buf, length, count } = elements
  let size = 64
  while (size < (count / step) * 2) size *= 2
  if (slots.length < size) slots = new Int32Array(size)
  slots.fill(0, 0, size)
  let pos = 0
  while (pos < length) {
    const next = nextElement(buf, pos)
    let slot = hash(buf, pos, next) & (size - 1)
    for (; slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      if (equal(buf, slots[slot] - 1, pos, next - pos)) return true
    }
    slots[slot] = pos + 1
    pos = next
    for (let k = 1; k < step && pos < length; k++) pos = nextElement(buf, pos)
  }
  return false
}

function hash(buf: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5 | 0
  for (let i = start; i < end; i++) h = Math.imul(h ^ buf[i], 0x01000193)
  return h ^ (h >>> 15)
}

/** The encoding of an element tells where it ends, so that equal bytes up to the end of one are equal elements. */
function equal(buf: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (buf[a + i] !== buf[b + i]) return false
  return true
}
