/**
 * Bits of byte strings, as Redis's bitmap commands number them: bit 0 is the highest of the first byte.
 *
 * Whole words are counted and combined four bytes at a time where the bytes lie at a multiple of four, or are worth
 * being copied there. Complexity: O(bytes).
 */

/** Shorter runs are not worth a view. */
const WORDS_BYTES_MIN = 64

const ONES_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => onesOfWord(byte))

/** Set bits of a 32-bit word (H. Warren, "Hacker's Delight", 5-1). */
function onesOfWord(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Set bits in `buf[start .. end)`. */
export function countBits(buf: Uint8Array, start: number, end: number): number {
  let count = 0
  let at = start
  if (end - start >= WORDS_BYTES_MIN) {
    while (((buf.byteOffset + at) & 3) !== 0) count += ONES_OF_BYTE[buf[at++]]
    const words = new Int32Array(buf.buffer, buf.byteOffset + at, (end - at) >>> 2)
    count += countWords(words)
    at += words.length << 2
  }
  for (; at < end; at++) count += ONES_OF_BYTE[buf[at]]
  return count
}

/**
 * Eight words at a time: carry-save adders gather their bits into counters of ones, twos, fours and eights, of which
 * only the eights are counted each time (R. Harley and D. Seal, in "Hacker's Delight", 5-1).
 */
function countWords(words: Int32Array): number {
  let eights = 0
  let ones = 0
  let twos = 0
  let fours = 0
  const end = words.length & ~7
  for (let i = 0; i < end; i += 8) {
    let a = words[i]
    let b = words[i + 1]
    let u = ones ^ a
    const twosA = (ones & a) | (u & b)
    ones = u ^ b
    a = words[i + 2]
    b = words[i + 3]
    u = ones ^ a
    const twosB = (ones & a) | (u & b)
    ones = u ^ b
    u = twos ^ twosA
    const foursA = (twos & twosA) | (u & twosB)
    twos = u ^ twosB
    a = words[i + 4]
    b = words[i + 5]
    u = ones ^ a
    const twosC = (ones & a) | (u & b)
    ones = u ^ b
    a = words[i + 6]
    b = words[i + 7]
    u = ones ^ a
    const twosD = (ones & a) | (u & b)
    ones = u ^ b
    u = twos ^ twosC
    const foursB = (twos & twosC) | (u & twosD)
    twos = u ^ twosD
    u = fours ^ foursA
    const eightsA = (fours & foursA) | (u & foursB)
    fours = u ^ foursB
    eights += onesOfWord(eightsA)
  }
  let count = 8 * eights + 4 * onesOfWord(fours) + 2 * onesOfWord(twos) + onesOfWord(ones)
  for (let i = end; i < words.length; i++) count += onesOfWord(words[i])
  return count
}

/** Set bits from bit `first` to bit `last`, both included, of the bytes that begin at `start`. */
export function countBitRange(buf: Uint8Array, start: number, first: number, last: number): number {
  if (first > last) return 0
  const firstByte = start + Math.floor(first / 8)
  const lastByte = start + Math.floor(last / 8)
  const count = countBits(buf, firstByte, lastByte + 1)
  const before = buf[firstByte] & ~(0xff >> (first % 8))
  const behind = buf[lastByte] & (0xff >> ((last % 8) + 1))
  return count - ONES_OF_BYTE[before & 0xff] - ONES_OF_BYTE[behind]
}

/**
 * The first bit that is `bit` from bit `first` to bit `last`, both included, of the bytes that begin at `start`.
 * @returns its number, or -1
 */
export function findBit(buf: Uint8Array, start: number, bit: 0 | 1, first: number, last: number): number {
  const skipped = bit === 1 ? 0 : 0xff
  let at = first
  while (at <= last) {
    const byte = start + Math.floor(at / 8)
    if (at % 8 === 0 && buf[byte] === skipped) {
      at += 8 * equalRun(buf, byte, start + Math.floor(last / 8) + 1)
      continue
    }
    if (((buf[byte] >> (7 - (at % 8))) & 1) === bit) return at
    at++
  }
  return -1
}

/** How many bytes from `at` on, at least one, are the same as the first. */
function equalRun(buf: Uint8Array, at: number, end: number): number {
  const byte = buf[at]
  let to = at + 1
  while (to < end && ((buf.byteOffset + to) & 3) !== 0) {
    if (buf[to] !== byte) return to - at
    to++
  }
  if (end - to >= WORDS_BYTES_MIN) {
    const words = new Int32Array(buf.buffer, buf.byteOffset + to, (end - to) >>> 2)
    const word = Math.imul(byte, 0x01010101)
    let i = 0
    while (i < words.length && words[i] === word) i++
    to += i << 2
  }
  while (to < end && buf[to] === byte) to++
  return to - at
}

export type BitOperation = 'and' | 'or' | 'xor' | 'not'

/** Combines byte strings; shorter ones count as filled up with zeros. `not` takes one. */
export function combineBits(operation: BitOperation, sources: readonly Uint8Array[]): Uint8Array {
  const length = sources.reduce((longest, source) => Math.max(longest, source.length), 0)
  const result = new Uint8Array(Math.ceil(length / 4) * 4)
  result.set(sources[0])
  const words = new Int32Array(result.buffer)
  if (operation === 'not') for (let i = 0; i < words.length; i++) words[i] = ~words[i]
  for (const source of sources.slice(1)) {
    const padded = new Uint8Array(result.length)
    padded.set(source)
    const others = new Int32Array(padded.buffer)
    if (operation === 'and') for (let i = 0; i < words.length; i++) words[i] &= others[i]
    else if (operation === 'or') for (let i = 0; i < words.length; i++) words[i] |= others[i]
    else for (let i = 0; i < words.length; i++) words[i] ^= others[i]
  }
  return result.subarray(0, length)
}

/**
 * An unsigned number of up to 64 bits, from bit `offset` of the bytes `buf[start .. end)`; behind them are zeros.
 */
export function readUnsigned(buf: Uint8Array, start: number, end: number, offset: number, bits: number): bigint {
  const first = Math.floor(offset / 8)
  const last = Math.floor((offset + bits - 1) / 8)
  let value = 0n
  for (let i = first; i <= last; i++) value = (value << 8n) | BigInt(start + i < end ? buf[start + i] : 0)
  return BigInt.asUintN(bits, value >> BigInt((last + 1) * 8 - offset - bits))
}

/** Writes the lowest `bits` bits of a number from bit `offset` on; the bytes are there. */
export function writeUnsigned(buf: Uint8Array, start: number, offset: number, bits: number, value: bigint): void {
  const first = Math.floor(offset / 8)
  const last = Math.floor((offset + bits - 1) / 8)
  const shift = BigInt((last + 1) * 8 - offset - bits)
  let mask = ((1n << BigInt(bits)) - 1n) << shift
  let shifted = BigInt.asUintN(bits, value) << shift
  for (let i = last; i >= first; i--) {
    const byteMask = Number(mask & 0xffn)
    buf[start + i] = (buf[start + i] & ~byteMask) | Number(shifted & 0xffn)
    mask >>= 8n
    shifted >>= 8n
  }
}
