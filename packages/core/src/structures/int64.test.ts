import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { addInt64, INT64_BYTES, type Int64, readInt64, subtractInt64, toInt64, writeInt64 } from './int64.ts'

const TWO_53 = 2n ** 53n
const TWO_63 = 2n ** 63n
const EDGES = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, -(2n ** 31n), -(2n ** 32n), TWO_53, -TWO_53, TWO_63 - 1n, -TWO_63]

/** Numbers at the edges, one off them, and any others. */
function values(): bigint[] {
  const random = seeded(7)
  const all = EDGES.flatMap((edge) => [edge - 2n, edge - 1n, edge, edge + 1n])
  for (let i = 0; i < 40; i++) all.push((BigInt(random.next()) << 32n) | BigInt(random.next()))
  for (let i = 0; i < 40; i++) all.push(BigInt(random.next()) * (i % 2 === 0 ? 5n : -3n))
  return all
}

/** The one form that a value has. */
function canonical(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value)
  return wrapped > -TWO_53 && wrapped < TWO_53 ? Number(wrapped) : wrapped
}

describe('a whole number of 64 bits', () => {
  it('has one form, a number wherever that is exact', () => {
    for (const value of values()) expect(toInt64(value)).toBe(canonical(value))
  })

  it('is added and subtracted exactly, and turns over at its ends', () => {
    const all = values()
    for (const a of all) {
      for (const b of all) {
        expect(addInt64(toInt64(a), toInt64(b))).toBe(canonical(a + b))
        expect(subtractInt64(toInt64(a), toInt64(b))).toBe(canonical(a - b))
      }
    }
  })

  it('is read from bytes as it was written', () => {
    const buf = new Uint8Array(INT64_BYTES + 6)
    const view = new DataView(buf.buffer)
    for (const value of values()) {
      writeInt64(buf, 3, toInt64(value))
      expect(view.getBigInt64(3, true)).toBe(BigInt.asIntN(64, value))
      expect(readInt64(buf, 3)).toBe(canonical(value))
    }
    expect([...buf.subarray(0, 3), ...buf.subarray(11)]).toEqual([0, 0, 0, 0, 0, 0])
  })
})
