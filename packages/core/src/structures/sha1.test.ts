import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'
import { sha1 } from './sha1.ts'

describe('sha1', () => {
  it('gives the digests of FIPS 180-4', () => {
    const hex = (text: string): string => Buffer.from(sha1(fromLatin1(text))).toString('hex')
    expect(hex('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(hex('')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709')
  })

  it('agrees with Node.js on every length around the block size', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 31 + length) & 255)
      const expected = createHash('sha1').update(bytes.subarray(3)).digest()
      expect(latin1(sha1(bytes, 3, length))).toBe(latin1(expected))
    }
  })
})
