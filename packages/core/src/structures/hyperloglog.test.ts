import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1 } from './bytes.ts'
import {
  CorruptedError,
  describeRuns,
  elementRegister,
  elementRun,
  estimate,
  hashElement,
  mergeInto,
  newHyperLogLog,
  REGISTERS_COUNT,
  raiseDense,
  raiseSparse,
  toDense,
} from './hyperloglog.ts'
import { hashHigh, hashLow, murmurHash64 } from './murmur.ts'

const M = 0xc6a4a7935bd1e995n
const MASK = 2n ** 64n - 1n

/** The same hash, written down with BigInt. */
function murmur(bytes: Uint8Array, seed: bigint): bigint {
  let h = (seed ^ (BigInt(bytes.length) * M)) & MASK
  const whole = bytes.length & ~7
  for (let i = 0; i < whole; i += 8) {
    let k = 0n
    for (let b = 7; b >= 0; b--) k = (k << 8n) | BigInt(bytes[i + b])
    k = (k * M) & MASK
    k ^= k >> 47n
    k = (k * M) & MASK
    h = ((h ^ k) * M) & MASK
  }
  if (whole < bytes.length) {
    for (let b = bytes.length - 1; b >= whole; b--) h ^= BigInt(bytes[b]) << BigInt(8 * (b - whole))
    h = (h * M) & MASK
  }
  h ^= h >> 47n
  h = (h * M) & MASK
  return h ^ (h >> 47n)
}

const random = seeded(1)
const registersOf = (bytes: Uint8Array): Uint8Array => {
  const registers = new Uint8Array(REGISTERS_COUNT)
  mergeInto(registers, bytes, 0, bytes.length)
  return registers
}

describe('the hash', () => {
  it('is MurmurHash64A', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length: length + 3 }, () => random.below(256))
      murmurHash64(bytes, 3, length, 0xadc83b19 | 0)
      const hash = (BigInt(hashHigh() >>> 0) << 32n) | BigInt(hashLow() >>> 0)
      expect(hash).toBe(murmur(bytes.subarray(3), 0xadc83b19n))
    }
  })

  it('chooses a register and a run', () => {
    for (let i = 0; i < 500; i++) {
      const bytes = fromLatin1(`element ${i}`)
      hashElement(bytes, 0, bytes.length)
      const hash = murmur(bytes, 0xadc83b19n)
      expect(elementRegister()).toBe(Number(hash & 16383n))
      const rest = (hash >> 14n) | (1n << 50n)
      expect(elementRun()).toBe(rest.toString(2).length - rest.toString(2).lastIndexOf('1'))
    }
  })
})

describe('a HyperLogLog', () => {
  it('has the same registers sparse and dense, and joins runs of the same value', () => {
    let sparse = newHyperLogLog()
    const dense = toDense(sparse)
    const model = new Uint8Array(REGISTERS_COUNT)
    for (let i = 0; i < 3000; i++) {
      const register = random.below(4) === 0 ? random.below(20) : random.below(REGISTERS_COUNT)
      const run = 1 + random.below(random.below(3) === 0 ? 32 : 2)
      const raised = raiseSparse(sparse, register, run, 100_000)
      expect(raised === undefined).toBe(model[register] >= run)
      expect(raiseDense(dense, 0, register, run)).toBe(model[register] < run)
      if (raised) sparse = raised
      model[register] = Math.max(model[register], run)
    }
    expect(registersOf(sparse)).toEqual(model)
    expect(registersOf(dense)).toEqual(model)
    expect(toDense(sparse)).toEqual(dense)
    expect(describeRuns(sparse)).toMatch(/v:\d+,[2-4]/)
  })

  it('has to become dense for a run that is too long, or for want of room', () => {
    expect(raiseSparse(newHyperLogLog(), 5, 33, 3000)).toBe(null)
    expect(raiseSparse(newHyperLogLog(), 5, 3, 18)).toBe(null)
    expect(raiseSparse(newHyperLogLog(), 5, 3, 21)?.length).toBe(20)
  })

  it('estimates within five standard errors', () => {
    const dense = toDense(newHyperLogLog())
    for (let count = 1; count <= 200_000; count++) {
      const element = fromLatin1(`e${count}`)
      hashElement(element, 0, element.length)
      raiseDense(dense, 0, elementRegister(), elementRun())
      if (![1, 10, 100, 1000, 10_000, 100_000, 200_000].includes(count)) continue
      expect(Math.abs(estimate(registersOf(dense)) - count)).toBeLessThanOrEqual(count * 5 * 0.00813)
    }
    expect(estimate(new Uint8Array(REGISTERS_COUNT))).toBe(0)
  })

  it('whose runs are broken is refused, whatever they are', () => {
    let refused = 0
    for (let round = 0; round < 3000; round++) {
      const broken = new Uint8Array(16 + random.below(40))
      broken.set(newHyperLogLog().subarray(0, 16))
      for (let i = 16; i < broken.length; i++) broken[i] = random.below(256)
      try {
        mergeInto(new Uint8Array(REGISTERS_COUNT), broken, 0, broken.length)
        raiseSparse(broken, random.below(REGISTERS_COUNT), 1, 3000)
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptedError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(2900)
  })
})
