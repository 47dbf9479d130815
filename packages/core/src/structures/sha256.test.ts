import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'
import { sha256 } from './sha256.ts'

describe('sha256', () => {
  it('gives the digests of FIPS 180-4', () => {
    const hex = (text: string): string => Buffer.from(sha256(fromLatin1(text))).toString('hex')
    expect(hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    )
    expect(hex('a'.repeat(1_000_000))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0')
  })

  it('agrees with Node.js on every length around the block size', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 31 + length) & 255)
      const expected = createHash('sha256').update(bytes.subarray(3)).digest()
      expect(latin1(sha256(bytes, 3, length))).toBe(latin1(expected))
    }
  })
})
