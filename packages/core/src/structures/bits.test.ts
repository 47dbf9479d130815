import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { combineBits, countBitRange, countBits, findBit, readUnsigned, writeUnsigned } from './bits.ts'

const random = seeded(1)
const someBytes = (length: number): Uint8Array => {
  const fill = random.below(3)
  return Uint8Array.from({ length }, () => (fill === 0 ? random.below(256) : fill === 1 ? 255 : 0))
}
const bitsOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')

describe('bits', () => {
  it('are counted and found wherever they lie', () => {
    for (let round = 0; round < 2000; round++) {
      const bytes = someBytes(1 + random.below(400))
      if (random.below(2) === 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      const start = random.below(Math.min(bytes.length, 5))
      const text = bitsOf(bytes.subarray(start))
      expect(countBits(bytes, start, bytes.length)).toBe(text.replaceAll('0', '').length)
      const first = random.below(text.length)
      const last = first + random.below(text.length - first)
      const part = text.slice(first, last + 1)
      expect(countBitRange(bytes, start, first, last)).toBe(part.replaceAll('0', '').length)
      for (const bit of [0, 1] as const) {
        const at = part.indexOf(`${bit}`)
        expect(findBit(bytes, start, bit, first, last)).toBe(at < 0 ? -1 : first + at)
      }
    }
  })

  it('are combined, shorter strings filled up with zeros', () => {
    for (let round = 0; round < 300; round++) {
      const sources = Array.from({ length: 1 + random.below(4) }, () => someBytes(random.below(50)))
      const length = Math.max(...sources.map((source) => source.length))
      const byte = (source: Uint8Array, i: number): number => source[i] ?? 0
      const expected = (combine: (a: number, b: number) => number): number[] =>
        Array.from({ length }, (_, i) => sources.map((source) => byte(source, i)).reduce(combine))
      expect([...combineBits('and', sources)]).toEqual(expected((a, b) => a & b))
      expect([...combineBits('or', sources)]).toEqual(expected((a, b) => a | b))
      expect([...combineBits('xor', sources)]).toEqual(expected((a, b) => a ^ b))
      expect([...combineBits('not', [sources[0]])]).toEqual([...sources[0]].map((each) => ~each & 255))
    }
  })

  it('are read and written as numbers of up to 64 bits, and nothing beside them changes', () => {
    for (let round = 0; round < 2000; round++) {
      const bytes = someBytes(20)
      const before = bitsOf(bytes)
      const bits = 1 + random.below(64)
      const offset = random.below(160 - bits)
      expect(readUnsigned(bytes, 0, 20, offset, bits)).toBe(BigInt(`0b${before.slice(offset, offset + bits)}`))
      const value = BigInt.asUintN(bits, BigInt(random.below(2 ** 32)) * 0x123456789n)
      writeUnsigned(bytes, 0, offset, bits, value)
      const written = value.toString(2).padStart(bits, '0')
      expect(bitsOf(bytes)).toBe(before.slice(0, offset) + written + before.slice(offset + bits))
    }
    expect(readUnsigned(Uint8Array.of(255), 0, 1, 4, 8)).toBe(0xf0n)
  })
})
