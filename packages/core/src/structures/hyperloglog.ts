/**
 * HyperLogLog: how many different elements were added, within 0.81 %, in at most 12 KiB. In Redis's own format.
 *
 *     0         4     HYLL
 *     4         1     0 dense, 1 sparse
 *     5         3     0
 *     8         8     cardinality counted last, little-endian; the top bit of the last byte says that it is out of date
 *     16              dense: 16,384 registers of 6 bits, from the lowest bits of each byte on
 *                     sparse: runs of registers, one behind the other
 *                       00xxxxxx            x + 1 registers are 0
 *                       01xxxxxx xxxxxxxx   x + 1 registers are 0
 *                       1vvvvvxx            x + 1 registers are v + 1
 *
 * An element's hash chooses a register by its lowest 14 bits; the register keeps the longest run of zeros, and the one
 * behind it, that any of its hashes had in the other 50 bits.
 *
 * Sources: P. Flajolet et al., "HyperLogLog"; O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
 * (algorithm 6: what is estimated from the registers).
 */

import { hashHigh, hashLow, murmurHash64 } from './murmur.ts'

export const REGISTERS_COUNT = 16384
const INDEX_BITS = 14
const RUN_MAX = 64 - INDEX_BITS
const SEED = 0xadc83b19 | 0
const HEADER_BYTES = 16
export const DENSE_BYTES = HEADER_BYTES + (REGISTERS_COUNT * 6) / 8
const MAGIC = [72, 89, 76, 76]
const DENSE = 0
const SPARSE = 1
/** Largest register, and longest run of equal ones, that sparse runs can say. */
const SPARSE_VALUE_MAX = 32
const SPARSE_RUN_MAX = 4
const ZERO_RUN_MAX = 64
const ALPHA_INFINITY = 0.7213475204444817

// --- the value as a whole

/** A new one, sparse: header, and all registers 0. */
export function newHyperLogLog(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 2)
  bytes.set(MAGIC)
  bytes[4] = SPARSE
  writeZeros(bytes, HEADER_BYTES, REGISTERS_COUNT)
  return bytes
}

/** Whether a string can be one: magic, encoding, and the length of a dense one. */
export function isHyperLogLog(buf: Uint8Array, start: number, length: number): boolean {
  if (length < HEADER_BYTES) return false
  for (let i = 0; i < MAGIC.length; i++) if (buf[start + i] !== MAGIC[i]) return false
  if (buf[start + 4] === DENSE) return length === DENSE_BYTES
  return buf[start + 4] === SPARSE
}

export function isDense(buf: Uint8Array, start: number): boolean {
  return buf[start + 4] === DENSE
}

/** The cardinality counted last, or -1 when it is out of date. */
export function cachedCount(buf: Uint8Array, start: number): number {
  if ((buf[start + 15] & 0x80) !== 0) return -1
  let count = 0
  for (let i = 15; i >= 8; i--) count = count * 256 + buf[start + i]
  return count
}

export function cacheCount(buf: Uint8Array, start: number, count: number): void {
  let rest = count
  for (let i = 8; i < 16; i++) {
    buf[start + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

export function outdateCount(buf: Uint8Array, start: number): void {
  buf[start + 15] |= 0x80
}

// --- elements

let hashedRegister = 0
let hashedRun = 0

/** Hashes an element: `elementRegister` and `elementRun` have the result. */
export function hashElement(buf: Uint8Array, start: number, length: number): void {
  murmurHash64(buf, start, length, SEED)
  const low = hashLow()
  const high = hashHigh()
  hashedRegister = low & (REGISTERS_COUNT - 1)
  const first = low >>> INDEX_BITS
  if (first !== 0) hashedRun = 32 - Math.clz32(first & -first)
  else {
    hashedRun = high === 0 ? RUN_MAX + 1 : 32 - INDEX_BITS + 32 - Math.clz32(high & -high)
  }
}

export const elementRegister = (): number => hashedRegister
export const elementRun = (): number => hashedRun

// --- dense

/** @param at where the registers begin */
export function denseRegister(buf: Uint8Array, at: number, register: number): number {
  const bit = register * 6
  const byte = at + (bit >> 3)
  const shift = bit & 7
  const pair = buf[byte] | (shift > 2 ? buf[byte + 1] << 8 : 0)
  return (pair >> shift) & 63
}

function setDenseRegister(buf: Uint8Array, at: number, register: number, value: number): void {
  const bit = register * 6
  const byte = at + (bit >> 3)
  const shift = bit & 7
  buf[byte] = (buf[byte] & ~(63 << shift)) | (value << shift)
  if (shift > 2) buf[byte + 1] = (buf[byte + 1] & ~(63 >> (8 - shift))) | (value >> (8 - shift))
}

/** Raises a register of a dense one. @returns whether it was lower */
export function raiseDense(buf: Uint8Array, start: number, register: number, run: number): boolean {
  if (denseRegister(buf, start + HEADER_BYTES, register) >= run) return false
  setDenseRegister(buf, start + HEADER_BYTES, register, run)
  return true
}

// --- sparse

/** What is wrong with the runs of a sparse one: they do not make all registers. */
export class CorruptedError extends Error {
  override readonly name = 'CorruptedError'
}

/**
 * Raises a register of a sparse one in a copy.
 * @returns the new bytes, undefined when it is that high already, or null when it has to become dense: the run is too
 *          long to be said, or more than `bytesMax` bytes would be needed
 */
export function raiseSparse(
  source: Uint8Array,
  register: number,
  run: number,
  bytesMax: number,
): Uint8Array | undefined | null {
  if (run > SPARSE_VALUE_MAX) return null
  let at = HEADER_BYTES
  let first = 0
  let previous = -1
  let span = 0
  while (at < source.length) {
    span = spanAt(source, at)
    if (register <= first + span - 1) break
    previous = at
    at += isLongZeros(source[at]) ? 2 : 1
    first += span
  }
  if (at >= source.length || span === 0) throw new CorruptedError()
  const value = valueAt(source, at)
  if (value >= run) return undefined
  const oldBytes = isLongZeros(source[at]) ? 2 : 1
  const runs: number[] = []
  if (span === 1) pushValue(runs, run, 1)
  else {
    pushRun(runs, value, register - first)
    pushValue(runs, run, 1)
    pushRun(runs, value, first + span - 1 - register)
  }
  const length = source.length - oldBytes + runs.length
  // Redis asks before it takes more room; what takes no more is always changed in place.
  if (runs.length > oldBytes && length > bytesMax) return null
  const result = new Uint8Array(length)
  result.set(source.subarray(0, at))
  result.set(runs, at)
  result.set(source.subarray(at + oldBytes), at + runs.length)
  return mergeRuns(result, previous < 0 ? HEADER_BYTES : previous)
}

/** Joins neighbouring runs of the same value behind a place, as far as five runs on. */
function mergeRuns(bytes: Uint8Array, from: number): Uint8Array {
  let end = bytes.length
  let at = from
  for (let scanned = 0; at < end && scanned < 5; scanned++) {
    if (isLongZeros(bytes[at])) {
      at += 2
      continue
    }
    if (bytes[at] < 0x80) {
      at++
      continue
    }
    if (at + 1 < end && bytes[at + 1] >= 0x80 && valueAt(bytes, at) === valueAt(bytes, at + 1)) {
      const span = spanAt(bytes, at) + spanAt(bytes, at + 1)
      if (span <= SPARSE_RUN_MAX) {
        bytes[at + 1] = 0x80 | ((valueAt(bytes, at) - 1) << 2) | (span - 1)
        bytes.copyWithin(at, at + 1, end)
        end--
        // The joined run may be joined with the next one, too.
        continue
      }
    }
    at++
  }
  return bytes.subarray(0, end)
}

function isLongZeros(byte: number): boolean {
  return (byte & 0xc0) === 0x40
}

function spanAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte >= 0x80) return (byte & 3) + 1
  if (isLongZeros(byte)) return (((byte & 63) << 8) | bytes[at + 1]) + 1
  return (byte & 63) + 1
}

function valueAt(bytes: Uint8Array, at: number): number {
  return bytes[at] >= 0x80 ? ((bytes[at] >> 2) & 31) + 1 : 0
}

function pushValue(runs: number[], value: number, span: number): void {
  runs.push(0x80 | ((value - 1) << 2) | (span - 1))
}

function pushRun(runs: number[], value: number, span: number): void {
  if (span === 0) return
  if (value > 0) pushValue(runs, value, span)
  else if (span > ZERO_RUN_MAX) runs.push(0x40 | ((span - 1) >> 8), (span - 1) & 0xff)
  else runs.push(span - 1)
}

function writeZeros(bytes: Uint8Array, at: number, span: number): void {
  bytes[at] = 0x40 | ((span - 1) >> 8)
  bytes[at + 1] = (span - 1) & 0xff
}

// --- all registers

/**
 * Raises registers, one byte each, to those of a HyperLogLog where they are lower.
 * Throws CorruptedError when the runs of a sparse one do not make all registers.
 */
export function mergeInto(registers: Uint8Array, buf: Uint8Array, start: number, length: number): void {
  if (isDense(buf, start)) {
    for (let i = 0; i < REGISTERS_COUNT; i++) {
      const value = denseRegister(buf, start + HEADER_BYTES, i)
      if (value > registers[i]) registers[i] = value
    }
    return
  }
  const end = start + length
  let i = 0
  for (let at = start + HEADER_BYTES; at < end; at += isLongZeros(buf[at]) ? 2 : 1) {
    if (isLongZeros(buf[at]) && at + 1 === end) throw new CorruptedError()
    const span = spanAt(buf, at)
    if (i + span > REGISTERS_COUNT) throw new CorruptedError()
    const value = valueAt(buf, at)
    for (let k = 0; k < span; k++) if (value > registers[i + k]) registers[i + k] = value
    i += span
  }
  if (i !== REGISTERS_COUNT) throw new CorruptedError()
}

/** A dense one with the registers and the cached count of a sparse one. Throws CorruptedError. */
export function toDense(sparse: Uint8Array): Uint8Array {
  const registers = new Uint8Array(REGISTERS_COUNT)
  mergeInto(registers, sparse, 0, sparse.length)
  const bytes = new Uint8Array(DENSE_BYTES)
  bytes.set(sparse.subarray(0, HEADER_BYTES))
  bytes[4] = DENSE
  for (let i = 0; i < REGISTERS_COUNT; i++) if (registers[i] > 0) setDenseRegister(bytes, HEADER_BYTES, i, registers[i])
  return bytes
}

/** The runs of a sparse one as PFDEBUG DECODE tells them: `z:` and `Z:` zeros, `v:value,span`. */
export function describeRuns(bytes: Uint8Array): string {
  const runs: string[] = []
  for (let at = HEADER_BYTES; at < bytes.length; at += isLongZeros(bytes[at]) ? 2 : 1) {
    const span = spanAt(bytes, at)
    if (bytes[at] >= 0x80) runs.push(`v:${valueAt(bytes, at)},${span}`)
    else runs.push(`${isLongZeros(bytes[at]) ? 'Z' : 'z'}:${span}`)
  }
  return runs.join(' ')
}

/** How many different elements made these registers. */
export function estimate(registers: Uint8Array): number {
  const histogram = new Int32Array(64)
  for (let i = 0; i < REGISTERS_COUNT; i++) histogram[registers[i]]++
  const m = REGISTERS_COUNT
  let z = m * tau((m - histogram[RUN_MAX + 1]) / m)
  for (let run = RUN_MAX; run >= 1; run--) {
    z += histogram[run]
    z *= 0.5
  }
  z += m * sigma(histogram[0] / m)
  return Math.round((ALPHA_INFINITY * m * m) / z)
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY
  let x = start
  let y = 1
  let z = x
  let before: number
  do {
    x *= x
    before = z
    z += x * y
    y += y
  } while (before !== z)
  return z
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0
  let x = start
  let y = 1
  let z = 1 - x
  let before: number
  do {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  } while (before !== z)
  return z / 3
}
