/**
 * Whole numbers of 64 bits, signed: counters that clients can set to any value, and that turn over as Redis's do.
 *
 * Up to ±(2^53 - 1) such a number is a JavaScript number, beyond that a bigint, never the other way: counting costs
 * nothing until somebody asks for more, and `===` and `<` compare any two of them rightly.
 */

import { readWord, writeWord } from './word.ts'

export type Int64 = number | bigint

export const INT64_BYTES = 8
const TWO_32 = 2 ** 32

/** The lowest 64 bits of a bigint. */
export function toInt64(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value)
  const near = Number(wrapped)
  return Number.isSafeInteger(near) ? near : wrapped
}

export function addInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return toInt64(BigInt(a) + BigInt(b))
}

export function subtractInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return toInt64(BigInt(a) - BigInt(b))
}

/** 8 bytes, little-endian. */
export function readInt64(buf: Uint8Array, at: number): Int64 {
  const low = readWord(buf, at) >>> 0
  const high = readWord(buf, at + 4)
  const value = high * TWO_32 + low
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low)
}

export function writeInt64(buf: Uint8Array, at: number, value: Int64): void {
  if (typeof value === 'number') {
    writeWord(buf, at, value % TWO_32)
    writeWord(buf, at + 4, Math.floor(value / TWO_32))
  } else {
    writeWord(buf, at, Number(BigInt.asIntN(32, value)))
    writeWord(buf, at + 4, Number(value >> 32n))
  }
}
