/**
 * Entry: a key, what belongs to it and its small value, in one arena block.
 *
 *     offset    size  meaning                                                   present
 *     0         1     flags: type (bits 0-2), TTL (3), LONG (4), encoding (5-7)  always
 *     1         3     access clock: LRU seconds, or LFU minutes (2) and counter (1)  always
 *     4         14    previous, next, expiry time: see timer-wheel.ts            with TTL
 *     4 or 18   1, 1  key length, value length                                   without LONG
 *     4 or 20   4, 4  key length, value length                                   with LONG
 *     then            key, value
 *
 * So a small key costs 6 bytes, 20 with a time to live. LONG entries hold what is longer than 255 bytes. The value is
 * the bytes of a string or a packed collection (INLINE, RAW), or a 4-byte handle of an object of the database's
 * (OBJECT): a large string's buffer, a large collection, a module's value. A key over KEY_INLINE_BYTES_MAX is an object
 * too, and so is one that the value leaves no room for: then the top bit of its length is set and a handle stands in
 * its place.
 */

import { SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from '../structures/arena.ts'
import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'

export const TYPE_STRING = 0
export const TYPE_LIST = 1
export const TYPE_SET = 2
export const TYPE_ZSET = 3
export const TYPE_HASH = 4
export const TYPE_STREAM = 5
export const TYPE_MODULE = 6
export const TYPE_MASK = 7

export const FLAG_TTL = 8
export const FLAG_LONG = 16

export const ENCODING_SHIFT = 5
export const ENCODING_MASK = 7
/** Type and encoding together: what a value is, wherever it is. */
export const KIND_MASK = TYPE_MASK | (ENCODING_MASK << ENCODING_SHIFT)
/** The value's bytes are in the entry. */
export const ENCODING_INLINE = 0
/** As INLINE; a string that was changed in place, which Redis calls `raw` whatever it holds. */
export const ENCODING_RAW = 1
/** A set of whole numbers, sorted; other packed collections are INLINE runs, lists listpacks. */
export const ENCODING_INTSET = 1
/** The value is an object of the database's; a handle is in the entry. */
export const ENCODING_OBJECT = 2

export const HANDLE_BYTES = 4
export const SHORT_BYTES_MAX = 255
/** Longer keys are kept outside the arena. */
export const KEY_INLINE_BYTES_MAX = 4096
export const KEY_EXTERNAL = 0x80000000 | 0

/** Key and value in one block; the largest header is counted, so that a time to live always fits in later. */
const BODY_BYTES_MAX = BLOCK_BYTES_MAX - 28
/** Largest value that any entry can hold inline, whatever its key is. */
export const INLINE_BYTES_MAX = BODY_BYTES_MAX - HANDLE_BYTES

/** Whether a key is kept outside the arena: long ones, and those that would not fit into a block beside the value. */
export function isExternalKey(keyLength: number, valueLength: number): boolean {
  return keyLength > KEY_INLINE_BYTES_MAX || keyLength + valueLength > BODY_BYTES_MAX
}

/** Whether a string stays in the entry; otherwise it gets a buffer of its own. */
export function isInlineString(keyLength: number, valueLength: number): boolean {
  return valueLength + (keyLength > KEY_INLINE_BYTES_MAX ? HANDLE_BYTES : keyLength) <= BODY_BYTES_MAX
}

/** Bytes in front of the key, by flags. */
export function headerBytes(flags: number): number {
  if ((flags & FLAG_TTL) === 0) return (flags & FLAG_LONG) === 0 ? 6 : 12
  return (flags & FLAG_LONG) === 0 ? 20 : 28
}

/** Byte offset of the block in its segment. */
export function byteOffset(address: number): number {
  return (address & SEGMENT_UNIT_MASK) << 3
}

export function segmentOf(address: number): number {
  return address >>> SEGMENT_SHIFT
}

/** Index of the block's first 32-bit word in its segment. */
export function wordOffset(address: number): number {
  return (address & SEGMENT_UNIT_MASK) << 1
}

export const KIND_STRING_INLINE = TYPE_STRING | (ENCODING_INLINE << ENCODING_SHIFT)
export const KIND_STRING_RAW = TYPE_STRING | (ENCODING_RAW << ENCODING_SHIFT)
