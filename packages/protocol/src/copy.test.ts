import { describe, expect, it } from 'vitest'
import { copyBytes } from './copy.ts'

describe('a copy of bytes', () => {
  it('has every byte of any length, short or long, and touches nothing beside it', () => {
    const source = Uint8Array.from({ length: 300 }, (_, i) => i + 1)
    for (let length = 0; length <= 250; length++) {
      const target = new Uint8Array(300)
      copyBytes(source, 3, length, target, 5)
      expect(target.subarray(5, 5 + length)).toEqual(source.subarray(3, 3 + length))
      expect(target.every((byte, i) => (i >= 5 && i < 5 + length) || byte === 0)).toBe(true)
    }
  })
})
