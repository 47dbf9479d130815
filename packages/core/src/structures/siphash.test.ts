import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { hashBytes } from './siphash.ts'

/** HalfSipHash as its authors write it down, with any number of rounds. */
function reference(c: number, d: number, k0: number, k1: number, message: Uint8Array): number {
  let [v0, v1, v2, v3] = [k0, k1, 0x6c796765 ^ k0, 0x74656462 ^ k1]
  const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))
  const round = (): void => {
    v0 = (v0 + v1) | 0
    v1 = rotate(v1, 5) ^ v0
    v0 = rotate(v0, 16)
    v2 = (v2 + v3) | 0
    v3 = rotate(v3, 8) ^ v2
    v0 = (v0 + v3) | 0
    v3 = rotate(v3, 7) ^ v0
    v2 = (v2 + v1) | 0
    v1 = rotate(v1, 13) ^ v2
    v2 = rotate(v2, 16)
  }
  const blocks = (message.length >> 2) + 1
  for (let block = 0; block < blocks; block++) {
    let m = block === blocks - 1 ? message.length << 24 : 0
    for (let i = 0; i < 4 && 4 * block + i < message.length; i++) m |= message[4 * block + i] << (8 * i)
    v3 ^= m
    for (let i = 0; i < c; i++) round()
    v0 ^= m
  }
  v2 ^= 0xff
  for (let i = 0; i < d; i++) round()
  return v1 ^ v3
}

const K0 = 0x03020100
const K1 = 0x07060504

describe('the hash of keys', () => {
  it('is HalfSipHash, of which the authors publish values for 2 and 4 rounds', () => {
    const published = ['a9359f5b', '27475ab8', 'fa62a603', '8afee704']
    for (const [length, hex] of published.entries()) {
      const message = Uint8Array.from({ length }, (_, i) => i)
      const hash = reference(2, 4, K0, K1, message)
      const bytes = [0, 8, 16, 24].map((shift) => ((hash >>> shift) & 0xff).toString(16).padStart(2, '0'))
      expect(bytes.join('')).toBe(hex)
    }
  })

  it('takes 1 and 2 rounds, for bytes of every length at every place', () => {
    const random = seeded(1)
    for (let length = 0; length < 70; length++) {
      const start = random.below(9)
      const buf = Uint8Array.from({ length: start + length + 5 }, () => random.below(256))
      const seed = [random.next() | 0, random.next() | 0] as const
      const message = buf.subarray(start, start + length)
      expect(hashBytes(seed[0], seed[1], buf, start, length)).toBe(reference(1, 2, seed[0], seed[1], message))
    }
  })

  it('is a signed number of 32 bits that is always the same', () => {
    const of = (text: string): number =>
      hashBytes(
        1,
        2,
        Uint8Array.from(text, (c) => c.charCodeAt(0)),
        0,
        text.length,
      )
    expect([of(''), of('a'), of('key:1'), of('key:2'), of('0123456789abcdef')]).toEqual(GOLDEN)
  })

  it('spreads similar keys evenly over its first bits, by which the table orders them', () => {
    const counts = new Int32Array(64)
    const buf = new Uint8Array(16)
    for (let i = 0; i < 64_000; i++) {
      const text = `key:${i}`
      for (let k = 0; k < text.length; k++) buf[k] = text.charCodeAt(k)
      counts[hashBytes(7, 8, buf, 0, text.length) >>> 26]++
    }
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1150)
  })

  it('depends on the seed, and on every bit of it', () => {
    const key = Uint8Array.from([1, 2, 3])
    const hashes = new Set<number>()
    for (let bit = 0; bit < 32; bit++) {
      hashes.add(hashBytes(1 << bit, 0, key, 0, 3))
      hashes.add(hashBytes(0, 1 << bit, key, 0, 3))
    }
    expect(hashes.size).toBe(64)
  })
})

const GOLDEN = [-378177882, 1780862810, -1771323631, -333115029, -245676674]
