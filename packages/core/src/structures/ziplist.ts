/**
 * Ziplist: what Redis kept short lists, hashes and sorted sets in before listpacks came (2.0 to 6.2). It is only read,
 * from RDB files and payloads of RESTORE, and becomes elements at once.
 *
 *     offset  size  meaning
 *     0       4     bytes in all
 *     4       4     offset of the last entry (10 when there is none)
 *     8       2     entries (65535: more than that, they have to be counted)
 *     10            entries
 *     last    1     0xff
 *
 * An entry is the length of the entry before it (one byte below 254, or 254 and a u32), an encoding and data:
 *
 *     00xxxxxx ...            string of up to 63 bytes        11000000 ...   16 bits, signed
 *     01xxxxxx x ...          string of up to 16383 bytes     11010000 ...   32 bits, signed
 *     10000000 u32 ...        longer string                   11100000 ...   64 bits, signed
 *     1111xxxx (1 to 13)      the number xxxx - 1             11110000 ...   24 bits, signed
 *                                                             11111110 .     8 bits, signed
 *
 * The lengths of strings are big-endian, all else is little-endian. Reading is O(n).
 * Source: the description of RDB's value encodings in the redis-rdb-tools project, and what servers of that age wrote.
 */

import type { EncodedElements } from './element.ts'

const HEADER_BYTES = 10
const END = 0xff
const COUNT_UNKNOWN = 0xffff
const PREVIOUS_LONG = 254

/**
 * Adds every entry of a ziplist to `out`.
 * @returns false, whatever was added by then, unless `buf[start .. start + length)` is a ziplist and in order
 */
export function readZiplist(buf: Uint8Array, start: number, length: number, out: EncodedElements): boolean {
  if (length <= HEADER_BYTES || word(buf, start) >>> 0 !== length) return false
  const end = start + length - 1
  if (buf[end] !== END) return false
  const before = out.count
  let previous = 0
  let pos = start + HEADER_BYTES
  let last = pos
  while (pos < end) {
    const next = readEntry(buf, pos, end, previous, out)
    if (next < 0) return false
    last = pos
    previous = next - pos
    pos = next
  }
  if (word(buf, start + 4) >>> 0 !== last - start) return false
  const count = buf[start + 8] | (buf[start + 9] << 8)
  return count === COUNT_UNKNOWN || count === out.count - before
}

/** @returns where the entry at `pos` ends, or -1 when it is none. */
function readEntry(buf: Uint8Array, pos: number, end: number, previous: number, out: EncodedElements): number {
  let at = pos
  if (buf[at] >= PREVIOUS_LONG) {
    if (buf[at] !== PREVIOUS_LONG || at + 5 > end || word(buf, at + 1) >>> 0 !== previous) return -1
    at += 5
  } else if (buf[at++] !== previous) return -1
  if (at >= end) return -1
  const c = buf[at++]
  if (c >= 0xc0) return readNumber(buf, c, at, end, out)
  let length = c & 63
  if (c >= 0x80) {
    if (c !== 0x80 || at + 4 > end) return -1
    length = ((buf[at] << 24) | (buf[at + 1] << 16) | (buf[at + 2] << 8) | buf[at + 3]) >>> 0
    at += 4
  } else if (c >= 0x40) {
    if (at >= end) return -1
    length = (length << 8) | buf[at++]
  }
  if (at + length > end) return -1
  out.add(buf, at, length)
  return at + length
}

/** @param c the encoding, of a number; its data are at `at` */
function readNumber(buf: Uint8Array, c: number, at: number, end: number, out: EncodedElements): number {
  const bytes = numberBytes(c)
  if (bytes < 0 || at + bytes > end) return -1
  if (bytes === 0) out.addInteger((c & 15) - 1)
  else if (bytes === 8) addInt64(word(buf, at), word(buf, at + 4), out)
  else {
    let value = 0
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8) | buf[at + i]
    const unused = 32 - 8 * bytes
    out.addInteger((value << unused) >> unused)
  }
  return at + bytes
}

/** Bytes of a number's data by its encoding, or -1 when there is no such encoding. */
function numberBytes(c: number): number {
  switch (c) {
    case 0xc0:
      return 2
    case 0xd0:
      return 4
    case 0xe0:
      return 8
    case 0xf0:
      return 3
    case 0xfe:
      return 1
    default:
      return c > 0xf0 && c < 0xfe ? 0 : -1
  }
}

function addInt64(low: number, high: number, out: EncodedElements): void {
  const value = high * 2 ** 32 + (low >>> 0)
  if (Number.isSafeInteger(value)) out.addInteger(value)
  else out.addText(((BigInt(high) << 32n) | BigInt(low >>> 0)).toString())
}

function word(buf: Uint8Array, at: number): number {
  return buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
}
