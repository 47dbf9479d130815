import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1, latin1 } from './bytes.ts'
import {
  findNumber,
  INTSET_HEADER_BYTES,
  IntsetNumbers,
  intsetBytes,
  intsetCount,
  intsetWidth,
  isIntset,
  numberText,
  numberWidth,
  parseNumber,
  readNumber,
  setIntsetHeader,
  widenIntset,
  widestNumber,
  writeNumber,
} from './intset.ts'

/** An intset that grows as a set does. */
class Numbers {
  buf = new Uint8Array(INTSET_HEADER_BYTES)

  constructor() {
    setIntsetHeader(this.buf, 0, 2, 0)
  }

  add(value: bigint): boolean {
    expect(parse(value)).toBe(true)
    const width = Math.max(numberWidth(), intsetWidth(this.buf, 0))
    const count = intsetCount(this.buf, 0)
    const next = new Uint8Array(intsetBytes(width, count + 1))
    next.set(this.buf)
    if (width > intsetWidth(next, 0)) widenIntset(next, 0, width)
    const found = findNumber(next, 0)
    if (found >= 0) return false
    const index = -1 - found
    const at = INTSET_HEADER_BYTES + index * width
    next.copyWithin(at + width, at, INTSET_HEADER_BYTES + count * width)
    setIntsetHeader(next, 0, width, count + 1)
    writeNumber(next, 0, index)
    this.buf = next
    return true
  }

  values(): bigint[] {
    return Array.from({ length: intsetCount(this.buf, 0) }, (_, i) => {
      readNumber(this.buf, 0, i)
      return BigInt(latin1(numberText.buf, 0, numberText.length))
    })
  }
}

function parse(value: bigint): boolean {
  const text = fromLatin1(value.toString())
  return parseNumber(text, 0, text.length)
}

const EDGES = [0, 15, 16, 31, 32, 52, 53, 62, 63].flatMap((bits) =>
  [-1n, 0n, 1n].flatMap((more) => [2n ** BigInt(bits) + more, -(2n ** BigInt(bits)) + more]),
)
const INT64S = EDGES.filter((value) => BigInt.asIntN(64, value) === value)

describe('an intset', () => {
  it('has the bytes of Redis', () => {
    const numbers = new Numbers()
    for (const value of [5n, -1n, 300n]) numbers.add(value)
    expect([...numbers.buf]).toEqual([2, 0, 0, 0, 3, 0, 0, 0, 0xff, 0xff, 5, 0, 44, 1])
    numbers.add(-40_000n)
    expect([...numbers.buf.subarray(0, 12)]).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 0xc0, 0x63, 0xff, 0xff])
    numbers.add(2n ** 40n)
    expect([...numbers.buf.subarray(40)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0])
    expect(intsetWidth(numbers.buf, 0)).toBe(8)
  })

  it('takes every number of 64 bits, and finds it again', () => {
    const numbers = new Numbers()
    const sorted = [...new Set(INT64S)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    for (const value of INT64S) numbers.add(value)
    for (const value of INT64S) expect(numbers.add(value)).toBe(false)
    expect(numbers.values()).toEqual(sorted)
    expect(isIntset(numbers.buf, 0, numbers.buf.length)).toBe(true)
    expect(widestNumber(numbers.buf, 0)).toBe(20)
  })

  it('reads canonical text alone as a number', () => {
    for (const value of EDGES) expect(parse(value)).toBe(BigInt.asIntN(64, value) === value)
    for (const text of [
      '',
      '-',
      '-0',
      '00',
      '01',
      '+1',
      ' 1',
      '1 ',
      '1.0',
      'x',
      '1x',
      '9'.repeat(21),
      '1'.repeat(400),
    ]) {
      expect([text, parseNumber(fromLatin1(text), 0, text.length)]).toEqual([text, false])
    }
  })

  it('agrees with a Set through random numbers of every width', () => {
    const random = seeded(7)
    for (const bits of [8, 16, 17, 33, 64]) {
      const numbers = new Numbers()
      const model = new Set<bigint>()
      for (let i = 0; i < 500; i++) {
        const value = BigInt.asIntN(64, BigInt.asIntN(bits, (BigInt(random.next()) << 32n) | BigInt(random.next())))
        expect(numbers.add(value)).toBe(!model.has(value))
        model.add(value)
      }
      expect(numbers.values()).toEqual([...model].sort((a, b) => (a < b ? -1 : 1)))
    }
  })

  it('is built of numbers in any order', () => {
    const together = new IntsetNumbers()
    const one = new Numbers()
    for (const value of new Set(INT64S)) {
      parse(value)
      together.add()
      one.add(value)
    }
    expect(together.build()).toEqual(one.buf)
  })

  it('from outside passes only with the right width, length and order', () => {
    const numbers = new Numbers()
    for (const value of [1n, 2n, 2n ** 33n]) numbers.add(value)
    const { buf } = numbers
    expect(isIntset(buf, 0, buf.length)).toBe(true)
    for (let length = 0; length < buf.length; length++) expect(isIntset(buf, 0, length)).toBe(false)
    for (const [at, byte] of [
      [0, 3],
      [0, 16],
      [1, 1],
      [4, 4],
      [7, 255],
      [8, 2],
      [8, 9],
    ]) {
      const damaged = buf.slice()
      damaged[at] = byte
      expect([at, byte, isIntset(damaged, 0, damaged.length)]).toEqual([at, byte, false])
    }
  })
})
