/**
 * Zipmap: what Redis kept short hashes in before 2.6. It is only read, from old RDB files and payloads of RESTORE, and
 * becomes elements at once.
 *
 *     offset  size  meaning
 *     0       1     pairs (254 or 255: more than 253, they have to be counted)
 *     1             pairs: length, field, length, unused (1 byte), value, as many unused bytes
 *     last    1     0xff
 *
 * A length is one byte below 254, or 254 and a u32, little-endian, of at least 254. Reading is O(n).
 * Source: the description of RDB's value encodings in the redis-rdb-tools project.
 */

import type { EncodedElements } from './element.ts'

const END = 0xff
const LENGTH_LONG = 254
const COUNT_UNKNOWN_MIN = 254

/**
 * Adds every field and value of a zipmap to `out`, one behind the other.
 * @returns false, whatever was added by then, unless `buf[start .. start + length)` is a zipmap and in order
 */
export function readZipmap(buf: Uint8Array, start: number, length: number, out: EncodedElements): boolean {
  if (length < 2 || buf[start + length - 1] !== END) return false
  const end = start + length - 1
  const before = out.count
  let pos = start + 1
  while (pos < end) {
    pos = readString(buf, pos, end, 0, out)
    if (pos < 0 || pos >= end) return false
    pos = readString(buf, pos, end, 1, out)
    if (pos < 0) return false
  }
  const pairs = (out.count - before) / 2
  return buf[start] >= COUNT_UNKNOWN_MIN || buf[start] === pairs
}

/**
 * @param unusedBytes 1 where a byte behind the length tells how much is unused behind the string
 * @returns where it ends, or -1 when that is beyond `end`
 */
function readString(buf: Uint8Array, pos: number, end: number, unusedBytes: 0 | 1, out: EncodedElements): number {
  let at = pos
  let length = buf[at++]
  if (length === LENGTH_LONG) {
    if (at + 4 > end) return -1
    length = (buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)) >>> 0
    if (length < LENGTH_LONG) return -1
    at += 4
  } else if (length > LENGTH_LONG) return -1
  if (at + unusedBytes + length > end) return -1
  const unused = unusedBytes === 0 ? 0 : buf[at++]
  out.add(buf, at, length)
  const next = at + length + unused
  return next > end ? -1 : next
}
