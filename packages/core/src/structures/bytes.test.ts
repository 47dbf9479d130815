import { expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'

it.each([0, 1, 7, 8, 9, 1000, 65_536, 65_537, 300_001])(
  '%i bytes are as many characters, and the same bytes again',
  (length) => {
    const bytes = Uint8Array.from({ length: length + 5 }, (_, i) => (i * 7 + (i >> 8)) % 256)
    const text = latin1(bytes, 3, length)
    expect(text.length).toBe(length)
    expect(fromLatin1(text)).toEqual(bytes.slice(3, 3 + length))
  },
)
