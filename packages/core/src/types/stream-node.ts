/**
 * Stream node: the bytes of some entries of a stream that follow each other.
 *
 *     header    4 words of 32 bits: bytes, those of the header too; bytes as a listpack; entries; deleted entries
 *     run       number of fields and the fields of the first entry, then entry, entry ...   (structures/element-run.ts)
 *     entry     flags: 1 deleted, 2 same fields as the first one
 *               ms and sequence, as differences to the node's master ID
 *               values, or without flag 2: number of fields, field, value, field, value ...
 *
 * Redis's listpack of the same entries, which its limits are about and which RDB has (keyspace/rdb/stream-node.ts), has
 * the two numbers of entries and a 0 among its elements, and behind each entry how many elements that has. The header's
 * second word is the bytes of that without the two numbers.
 */

import { copyBytes } from '@kvasir/protocol'
import type { EncodedElements } from '../structures/element.ts'
import { LISTPACK_EMPTY_BYTES, listpackBytesOfRun, listpackIntegerBytes } from '../structures/listpack.ts'
import { readWord, writeWord } from '../structures/word.ts'

export const NODE_HEADER_BYTES = 16
const LISTPACK_BYTES = 4
const ENTRIES = 8
const DELETED_ENTRIES = 12

/** Flags of an entry: what it is, and that its fields are the node's. */
export const DELETED = 1
export const SAME_FIELDS = 2

/** Bytes of the node at `start`, with its header. */
export function nodeBytes(buf: Uint8Array, start: number): number {
  return readWord(buf, start)
}

/** Entries of the node that are not deleted. */
export function nodeEntries(buf: Uint8Array, start: number): number {
  return readWord(buf, start + ENTRIES)
}

/** Entries of the node that are deleted, but still take their room. */
export function nodeDeleted(buf: Uint8Array, start: number): number {
  return readWord(buf, start + DELETED_ENTRIES)
}

/** Bytes that Redis's listpack of the node has. */
export function nodeListpackBytes(buf: Uint8Array, start: number): number {
  const numbers = listpackIntegerBytes(nodeEntries(buf, start)) + listpackIntegerBytes(nodeDeleted(buf, start))
  return readWord(buf, start + LISTPACK_BYTES) + numbers
}

/** Makes a node without entries. @param fields their number, and the fields; there is room for them and the header */
export function openNode(buf: Uint8Array, start: number, { buf: run, length }: EncodedElements): void {
  writeWord(buf, start, NODE_HEADER_BYTES + length)
  const listpack = LISTPACK_EMPTY_BYTES + listpackBytesOfRun(run, 0, length) + listpackIntegerBytes(0)
  writeWord(buf, start + LISTPACK_BYTES, listpack)
  writeWord(buf, start + ENTRIES, 0)
  writeWord(buf, start + DELETED_ENTRIES, 0)
  copyBytes(run, 0, length, buf, start + NODE_HEADER_BYTES)
}

/** Adds an entry to a node that has room for it. */
export function addEntry(buf: Uint8Array, start: number, { buf: run, length, count }: EncodedElements): void {
  const bytes = nodeBytes(buf, start)
  const listpack = listpackBytesOfRun(run, 0, length) + listpackIntegerBytes(count)
  copyBytes(run, 0, length, buf, start + bytes)
  writeWord(buf, start, bytes + length)
  writeWord(buf, start + LISTPACK_BYTES, readWord(buf, start + LISTPACK_BYTES) + listpack)
  writeWord(buf, start + ENTRIES, nodeEntries(buf, start) + 1)
}

/** Marks the entry at `pos` of a node. Flags are one byte, whatever they are. */
export function markDeleted(buf: Uint8Array, start: number, pos: number): void {
  buf[pos] |= DELETED
  writeWord(buf, start + ENTRIES, nodeEntries(buf, start) - 1)
  writeWord(buf, start + DELETED_ENTRIES, nodeDeleted(buf, start) + 1)
}

/** Says of a node that was filled with `addEntry` that some of its entries are deleted, which their flags say too. */
export function setDeleted(buf: Uint8Array, start: number, deleted: number): void {
  writeWord(buf, start + ENTRIES, nodeEntries(buf, start) + nodeDeleted(buf, start) - deleted)
  writeWord(buf, start + DELETED_ENTRIES, deleted)
}
