/**
 * Nodes: how a document lies in its bytes, once a path has been followed into it (document.ts). It is one node, which
 * holds the others; nothing outside of the bytes is needed to read it.
 *
 * A node begins with a tag, kind in the upper three bits and `info` in the lower five:
 *
 *     kind        info                     then
 *     0 literal   0 null 1 false 2 true    nothing
 *     1 integer   length of the text       the text: decimal, -2^63 to 2^64 - 1
 *     2 double    length of the text       the text: the shortest that gives the double back, as JSON.GET shows it
 *     3 string    length, see below        UTF-8 without anything that JSON escapes
 *     4 escaped   length, see below        UTF-8 with escapes, each in its shortest form: \" \\ \b \f \n \r \t \u00xx
 *     5 array     0, 1, 2: width           size, count: 1, 2 or 4 bytes each; then the elements
 *     6 object    0, 1, 2: width           size, count: likewise; then key, value, key, value ...
 *
 *     length      0 to 28: itself   29: one byte follows   30: two bytes   31: four bytes
 *     size        bytes behind the header; count: elements or members. All numbers are little-endian.
 *
 *     {"id":7,"tags":["a"]}    C0 0F 02 | 62 i d | 21 7 | 64 t a g s | A0 02 01 | 61 a
 *
 * Every node can be stepped over without looking into it, so a path reads the members on its way and nothing else.
 * Scalars are kept as the very text that goes out: a reply is a copy with punctuation, and two scalars are the same
 * exactly when their bytes are. A container costs 3 bytes where JSON takes 2 and mostly a comma; strings and keys cost
 * one byte up to 28 of text, where JSON takes three. So documents are smaller than their text.
 *
 * Invariants: text is valid UTF-8 and canonical; the keys of an object differ; no node is nested deeper than DEPTH_MAX;
 * a container may have a wider header than it needs (it was bigger once), never a narrower one.
 *
 * Rejected: a tape of 8-byte words beside the text (simdjson) takes twice the memory; an index of members by hash makes
 * only objects of hundreds of members faster; numbers in binary would have to be printed on every read.
 */

export const KIND_LITERAL = 0
export const KIND_INTEGER = 1
export const KIND_DOUBLE = 2
export const KIND_STRING = 3
export const KIND_ESCAPED = 4
export const KIND_ARRAY = 5
export const KIND_OBJECT = 6

export const TAG_NULL = 0
export const TAG_FALSE = 1
export const TAG_TRUE = 2

/** Arrays and objects within each other, in a document and in a value that a command brings: RedisJSON's limit. */
export const DEPTH_MAX = 128
/** Bytes of a document's nodes. */
export const DOCUMENT_BYTES_MAX = 512 * 1024 * 1024
/** Longest string whose length is in its tag. */
const SHORT_MAX = 28
/** Bytes of a container's header, by its width. */
const HEADER_BYTES = [3, 5, 9]

export function kindAt(buf: Uint8Array, at: number): number {
  return buf[at] >> 5
}

export function isContainer(buf: Uint8Array, at: number): boolean {
  return buf[at] >> 5 >= KIND_ARRAY
}

export function isString(buf: Uint8Array, at: number): boolean {
  const kind = buf[at] >> 5
  return kind === KIND_STRING || kind === KIND_ESCAPED
}

export function isNumber(buf: Uint8Array, at: number): boolean {
  const kind = buf[at] >> 5
  return kind === KIND_INTEGER || kind === KIND_DOUBLE
}

function u16(buf: Uint8Array, at: number): number {
  return buf[at] | (buf[at + 1] << 8)
}

function u32(buf: Uint8Array, at: number): number {
  return (buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)) >>> 0
}

/** Where the text of a number or string begins. */
export function textStart(buf: Uint8Array, at: number): number {
  const info = buf[at] & 31
  if (info <= SHORT_MAX || buf[at] >> 5 < KIND_STRING) return at + 1
  return at + (info === 29 ? 2 : info === 30 ? 3 : 5)
}

/** Bytes of the text of a number or string, as they lie here. */
export function textLength(buf: Uint8Array, at: number): number {
  const info = buf[at] & 31
  if (info <= SHORT_MAX || buf[at] >> 5 < KIND_STRING) return info
  return info === 29 ? buf[at + 1] : info === 30 ? u16(buf, at + 1) : u32(buf, at + 1)
}

/** Where a container's first element or key begins. */
export function contentStart(buf: Uint8Array, at: number): number {
  return at + HEADER_BYTES[buf[at] & 31]
}

/** Elements of an array, members of an object. */
export function countAt(buf: Uint8Array, at: number): number {
  const width = buf[at] & 31
  return width === 0 ? buf[at + 2] : width === 1 ? u16(buf, at + 3) : u32(buf, at + 5)
}

/** Bytes of a container's elements. */
export function contentSize(buf: Uint8Array, at: number): number {
  const width = buf[at] & 31
  return width === 0 ? buf[at + 1] : width === 1 ? u16(buf, at + 1) : u32(buf, at + 1)
}

/** Where the node behind this one begins. */
export function nodeEnd(buf: Uint8Array, at: number): number {
  const tag = buf[at]
  const info = tag & 31
  const kind = tag >> 5
  if (kind < KIND_STRING) return kind === KIND_LITERAL ? at + 1 : at + 1 + info
  if (kind < KIND_ARRAY) {
    if (info <= SHORT_MAX) return at + 1 + info
    return info === 29 ? at + 2 + buf[at + 1] : info === 30 ? at + 3 + u16(buf, at + 1) : at + 5 + u32(buf, at + 1)
  }
  return info === 0 ? at + 3 + buf[at + 1] : info === 1 ? at + 5 + u16(buf, at + 1) : at + 9 + u32(buf, at + 1)
}

/** Bytes that the tag and length of a string take. */
export function stringHeaderBytes(length: number): number {
  return length <= SHORT_MAX ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5
}

/** @returns the position behind the header; the room is there */
export function writeStringHeader(buf: Uint8Array, at: number, kind: number, length: number): number {
  if (length <= SHORT_MAX) {
    buf[at] = (kind << 5) | length
    return at + 1
  }
  buf[at] = (kind << 5) | (length < 0x100 ? 29 : length < 0x10000 ? 30 : 31)
  buf[at + 1] = length
  if (length < 0x100) return at + 2
  buf[at + 2] = length >>> 8
  if (length < 0x10000) return at + 3
  buf[at + 3] = length >>> 16
  buf[at + 4] = length >>> 24
  return at + 5
}

/** The width that a container's header needs; its count is never above its size. */
export function widthFor(size: number): number {
  return size < 0x100 ? 0 : size < 0x10000 ? 1 : 2
}

export function headerBytes(width: number): number {
  return HEADER_BYTES[width]
}

/** Writes a container's header of this width; the room is there. */
export function writeHeader(
  buf: Uint8Array,
  at: number,
  kind: number,
  width: number,
  size: number,
  count: number,
): void {
  buf[at] = (kind << 5) | width
  const bytes = 1 << width
  for (let i = 0; i < bytes; i++) {
    buf[at + 1 + i] = size >>> (8 * i)
    buf[at + 1 + bytes + i] = count >>> (8 * i)
  }
}

/** The member with this key: where its key is, or -1. @param key as it lies in nodes, without its header */
export function findMember(buf: Uint8Array, objectAt: number, key: Uint8Array): number {
  const { length } = key
  const end = nodeEnd(buf, objectAt)
  let at = contentStart(buf, objectAt)
  // A short key is compared by its tag first: kind and length in one.
  while (at < end) {
    const keyEnd = nodeEnd(buf, at)
    if (keyEnd - at >= length && textLength(buf, at) === length) {
      let i = 0
      const start = keyEnd - length
      while (i < length && buf[start + i] === key[i]) i++
      if (i === length) return at
    }
    at = nodeEnd(buf, keyEnd)
  }
  return -1
}

/** An element, by its place from 0 to count - 1; the place is valid. */
export function elementAt(buf: Uint8Array, arrayAt: number, index: number): number {
  let at = contentStart(buf, arrayAt)
  for (let i = 0; i < index; i++) at = nodeEnd(buf, at)
  return at
}

/** A place given from the front or, negative, from the back; -1 when there is none. */
export function placeOf(index: number, count: number): number {
  const place = index < 0 ? index + count : index
  return place >= 0 && place < count ? place : -1
}

/** Containers within each other: 0 for a scalar. */
export function depthOf(buf: Uint8Array, at: number): number {
  if (!isContainer(buf, at)) return 0
  const end = nodeEnd(buf, at)
  const step = kindAt(buf, at) === KIND_OBJECT
  let deepest = 0
  for (let child = contentStart(buf, at); child < end; child = nodeEnd(buf, child)) {
    if (step) child = nodeEnd(buf, child)
    if (isContainer(buf, child)) deepest = Math.max(deepest, depthOf(buf, child))
  }
  return deepest + 1
}

const TYPE_NAMES = ['', 'integer', 'number', 'string', 'string', 'array', 'object']

/** What JSON.TYPE answers. */
export function typeNameAt(buf: Uint8Array, at: number): string {
  if (kindAt(buf, at) !== KIND_LITERAL) return TYPE_NAMES[kindAt(buf, at)]
  return buf[at] === TAG_NULL ? 'null' : 'boolean'
}
