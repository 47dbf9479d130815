import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1, latin1 } from './bytes.ts'
import { lzfCompress, lzfDecompress, lzfOutputMax } from './lzf.ts'

/** Compressed strings in payloads of Valkey 9.1's DUMP. */
const GOLDEN: readonly [packed: string, text: string][] = [
  ['\x01aa\xe0\x1b\x00\x01aa', 'a'.repeat(40)],
  ['\x03abca\xe0\x15\x02\x01bc', 'abc'.repeat(12)],
  [
    '\rto be or not t@\x0c\x08, that is \x07\x0ee question; whe \x10\x00r\x80$\xe0\x021\x01be',
    'to be or not to be, that is the question; whether to be or not to be',
  ],
  ['\x01xx\xe0\xff\x00\xe0\xff\x00\xe0\xff\x00\xe0\xc3\x00\x01xx', 'x'.repeat(1000)],
]

/** Compressed with other bytes around it, or undefined when it does not get smaller than `room`. */
function compress(bytes: Uint8Array, room = bytes.length * 2 + 8): Uint8Array | undefined {
  const input = new Uint8Array(bytes.length + 6).fill(0xaa)
  input.set(bytes, 3)
  const out = new Uint8Array(room + 8).fill(0x55)
  const length = lzfCompress(input, 3, bytes.length, out, 4, room)
  expect([...out.subarray(0, 4), ...out.subarray(4 + room)]).toEqual(new Array(8).fill(0x55))
  return length === 0 ? undefined : out.slice(4, 4 + length)
}

function decompress(bytes: Uint8Array, outLength: number): Uint8Array | undefined {
  const out = new Uint8Array(outLength + 8).fill(0x55)
  const fine = lzfDecompress(bytes, 0, bytes.length, out, 4, outLength)
  expect([...out.subarray(0, 4), ...out.subarray(4 + outLength)]).toEqual(new Array(8).fill(0x55))
  return fine ? out.slice(4, 4 + outLength) : undefined
}

/** Bytes that repeat themselves, at distances of every kind. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 400 })), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  )

describe('LZF', () => {
  it('restores what it compressed', () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const packed = compress(bytes)
        if (packed === undefined) expect(bytes).toHaveLength(0)
        else expect(decompress(packed, bytes.length)).toEqual(bytes)
      }),
    )
  })

  it('restores references at the largest distance, and none beyond', () => {
    const random = seeded(3)
    for (const gap of [8187, 8188, 8189, 8190, 8191, 8192, 9000]) {
      const noise = Uint8Array.from({ length: gap }, () => random.below(256))
      const bytes = Uint8Array.from([...fromLatin1('unlikely'), ...noise, ...fromLatin1('unlikely')])
      const packed = compress(bytes) as Uint8Array
      expect(decompress(packed, bytes.length)).toEqual(bytes)
    }
  })

  it('makes text that repeats itself small', () => {
    const packed = compress(fromLatin1('abc'.repeat(1000))) as Uint8Array
    expect(packed.length).toBeLessThan(60)
    expect(compress(fromLatin1('a'.repeat(100_000)))?.length).toBeLessThan(1200)
  })

  it('gives up when the output would be longer than asked for, at every length', () => {
    const bytes = fromLatin1('to be or not to be, that is the question whether to be or not')
    const whole = (compress(bytes) as Uint8Array).length
    for (let room = 0; room < whole; room++) expect(compress(bytes, room)).toBeUndefined()
    expect(compress(bytes, whole)).toHaveLength(whole)
  })

  it('reads what Valkey 9.1 wrote', () => {
    for (const [packed, text] of GOLDEN)
      expect(latin1(decompress(fromLatin1(packed), text.length) as Uint8Array)).toBe(text)
  })

  it('refuses what is cut, too long or too short, or refers to what is not there', () => {
    for (const [packed, length] of [
      ['\x04abc', 5],
      ['\x04abcde', 4],
      ['\x04abcde', 6],
      ['\x00a\x20', 4],
      ['\x00a\xe0', 10],
      ['\x00a\xe0\x00', 10],
      ['\x00a\x20\x01', 4],
      ['\x00a\x3f\xff', 4],
      ['\x20\x00', 3],
      ['\x00a\x20\x00', 3],
      ['\x00a\xe0\xff\x00', 264],
    ] as const) {
      expect([packed, decompress(fromLatin1(packed), length)]).toEqual([packed, undefined])
    }
    expect(decompress(fromLatin1('\x00a\xe0\xff\x00'), 265)).toEqual(fromLatin1('a'.repeat(265)))
    expect(decompress(new Uint8Array(0), 0)).toEqual(new Uint8Array(0))
  })

  it('never writes outside of the output, whatever it reads, nor more than is said to be possible', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(2000), (bytes, length) => {
        const out = decompress(bytes, length)
        if (out !== undefined) expect(length).toBeLessThanOrEqual(lzfOutputMax(bytes.length))
      }),
      { numRuns: 2000 },
    )
  })
})
