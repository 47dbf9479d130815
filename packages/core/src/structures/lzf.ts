/**
 * LZF: the compression of strings in RDB files and DUMP payloads.
 *
 * A compressed string is a sequence of
 *
 *     bits of the first byte   then                       meaning
 *     000LLLLL                 LLLLL + 1 bytes            these bytes as they are (1 to 32)
 *     LLLooooo (LLL 1 to 6)    oooooooo                   LLL + 2 bytes from `o + 1` bytes back in the output
 *     111ooooo                 LLLLLLLL, oooooooo         LLLLLLLL + 9 bytes from there (up to 264)
 *
 * A reference may reach into what it writes itself. References go back at most 8,192 bytes. The length of the output is
 * not part of the format; RDB keeps it beside.
 *
 * Compressing is greedy, with one candidate for each hash of three bytes: what is found depends on the hash, so that
 * our output is not byte for byte another implementation's. Both directions are linear.
 *
 * Source: M. Lehmann, LibLZF, the description of the format in its documentation.
 */

import { copyBytes } from '@kvasir/protocol'

const HASH_BITS = 14
const OFFSET_MAX = 8192
const LITERALS_MAX = 32
const MATCH_MIN = 3
const MATCH_MAX = 264

/** The most bytes that `length` compressed bytes can become: three of them are at most MATCH_MAX. */
export function lzfOutputMax(length: number): number {
  return Math.ceil(length / 3) * MATCH_MAX
}

/**
 * Where three bytes with that hash were seen last, as `base + position`. `base` moves on by each input's length, so
 * that entries of earlier inputs are known as such and nothing has to be cleared.
 */
let seen: Int32Array | undefined
let base = 1

/** Room for the positions of `length` bytes. @returns the table */
function tableFor(length: number): Int32Array {
  if (seen === undefined) seen = new Int32Array(1 << HASH_BITS)
  if (base + length > 0x7fffffff) {
    seen.fill(0)
    base = 1
  }
  return seen
}

/** @returns the bytes written to `out` from `at` on, or 0 when it would be more than `room` */
export function lzfCompress(
  buf: Uint8Array,
  start: number,
  length: number,
  out: Uint8Array,
  at: number,
  room: number,
): number {
  const table = tableFor(length)
  const offset = base - start
  base += length
  const end = start + length
  const limit = at + Math.min(room, out.length - at)
  let to = at
  let literal = start
  let i = start
  while (i < end - 2) {
    const hash = (Math.imul((buf[i] << 16) | (buf[i + 1] << 8) | buf[i + 2], 0x9e3779b1) >>> (32 - HASH_BITS)) | 0
    const candidate = table[hash] - offset
    table[hash] = i + offset
    if (
      candidate < start ||
      i - candidate > OFFSET_MAX ||
      buf[candidate] !== buf[i] ||
      buf[candidate + 1] !== buf[i + 1] ||
      buf[candidate + 2] !== buf[i + 2]
    ) {
      i++
      continue
    }
    const most = Math.min(MATCH_MAX, end - i)
    let match = MATCH_MIN
    while (match < most && buf[candidate + match] === buf[i + match]) match++
    to = writeLiterals(buf, literal, i - literal, out, to, limit)
    if (to < 0 || to + (match < 9 ? 2 : 3) > limit) return 0
    const back = i - candidate - 1
    if (match < 9) out[to++] = ((match - 2) << 5) | (back >> 8)
    else {
      out[to++] = 0xe0 | (back >> 8)
      out[to++] = match - 9
    }
    out[to++] = back
    i += match
    literal = i
  }
  to = writeLiterals(buf, literal, end - literal, out, to, limit)
  return to < 0 ? 0 : to - at
}

/** @returns where it ended, or -1 when there is no room */
function writeLiterals(
  buf: Uint8Array,
  start: number,
  length: number,
  out: Uint8Array,
  at: number,
  limit: number,
): number {
  let to = at
  if (to + length + Math.ceil(length / LITERALS_MAX) > limit) return -1
  for (let done = 0; done < length; ) {
    const run = Math.min(LITERALS_MAX, length - done)
    out[to++] = run - 1
    copyBytes(buf, start + done, run, out, to)
    to += run
    done += run
  }
  return to
}

/**
 * Restores `outLength` bytes at `out[at]` from `buf[start .. start + length)`.
 * @returns false, whatever was written by then, unless the input is well-formed and gives exactly `outLength` bytes
 */
export function lzfDecompress(
  buf: Uint8Array,
  start: number,
  length: number,
  out: Uint8Array,
  at: number,
  outLength: number,
): boolean {
  const end = start + length
  const limit = at + outLength
  let i = start
  let to = at
  while (i < end) {
    const control = buf[i++]
    if (control < LITERALS_MAX) {
      const run = control + 1
      if (i + run > end || to + run > limit) return false
      copyBytes(buf, i, run, out, to)
      i += run
      to += run
      continue
    }
    let match = (control >> 5) + 2
    if (match === 9) {
      if (i === end) return false
      match += buf[i++]
    }
    if (i === end) return false
    const from = to - (((control & 31) << 8) | buf[i++]) - 1
    if (from < at || to + match > limit) return false
    if (to - from >= match) out.copyWithin(to, from, from + match)
    else for (let k = 0; k < match; k++) out[to + k] = out[from + k]
    to += match
  }
  return to === limit
}
