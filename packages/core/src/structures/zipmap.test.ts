import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'
import { EncodedElements, element, readElement } from './element.ts'
import { nextElement } from './element-run.ts'
import { readZipmap } from './zipmap.ts'

/** The texts of a zipmap that stands between other bytes, or undefined when it is refused. */
function read(bytes: Uint8Array): string[] | undefined {
  const out = new EncodedElements()
  const buf = new Uint8Array(bytes.length + 8).fill(0xff)
  buf.set(bytes, 3)
  if (!readZipmap(buf, 3, bytes.length, out)) return undefined
  const texts: string[] = []
  for (let pos = 0; pos < out.length; pos = nextElement(out.buf, pos)) {
    readElement(out.buf, pos)
    texts.push(latin1(element.buf, element.start, element.length))
  }
  expect(texts).toHaveLength(out.count)
  return texts
}

function head(length: number): number[] {
  if (length < 254) return [length]
  return [254, length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24]
}

/** @param unused bytes behind each value that hold nothing */
function zipmap(texts: readonly string[], unused = 0): Uint8Array {
  const bytes = [Math.min(texts.length / 2, 254)]
  texts.forEach((text, i) => {
    bytes.push(...head(text.length))
    if (i % 2 === 1) bytes.push(unused)
    bytes.push(...fromLatin1(text))
    if (i % 2 === 1) for (let k = 0; k < unused; k++) bytes.push(0x99)
  })
  return Uint8Array.from([...bytes, 255])
}

describe('a zipmap', () => {
  it('is read as the description of the format has it', () => {
    // Golden: the example of "Redis RDB Dump File Format".
    const bytes = Buffer.from('02064d4b4431473601003205594e4e584b040046375449ff', 'hex')
    expect(read(bytes)).toEqual(['MKD1G6', '2', 'YNNXK', 'F7TI'])
  })

  it('gives fields and values of every length, with or without unused bytes', () => {
    const texts = ['', '', 'a', 'b'.repeat(253), 'c'.repeat(254), 'd'.repeat(70_000), '12', '-5']
    expect(read(zipmap(texts))).toEqual(texts)
    expect(read(zipmap(texts, 4))).toEqual(texts)
    expect(read(zipmap([]))).toEqual([])
  })

  it('of more pairs than the header can count is counted', () => {
    const texts = Array.from({ length: 600 }, (_, i) => `${i}`)
    expect(read(zipmap(texts))).toEqual(texts)
  })

  it('is refused when it is cut, extended or says of itself what is not so', () => {
    const good = zipmap(['field', 'x'.repeat(300), 'other', 'y'], 2)
    for (let length = 0; length < good.length; length++) expect(read(good.subarray(0, length))).toBeUndefined()
    expect(read(Uint8Array.from([...good, 255]))).toBeUndefined()
    expect(read(Uint8Array.from([...good, 1, 65]))).toBeUndefined()
    for (const count of [0, 1, 3, 253]) {
      const wrong = good.slice()
      wrong[0] = count
      expect(read(wrong)).toBeUndefined()
    }
    // A length below 254 in the long form, of a field and of a value.
    expect(read(Uint8Array.from([1, 254, 1, 0, 0, 0, 97, 1, 0, 98, 255]))).toBeUndefined()
    expect(read(Uint8Array.from([1, 1, 97, 254, 1, 0, 0, 0, 0, 98, 255]))).toBeUndefined()
    // A field without a value; unused bytes that reach beyond the end.
    expect(read(Uint8Array.from([1, 1, 97, 255]))).toBeUndefined()
    expect(read(Uint8Array.from([1, 1, 97, 1, 9, 98, 255]))).toBeUndefined()
  })

  it('never reads beyond its end, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        bytes[bytes.length - 1] = 255
        const out = new EncodedElements()
        if (readZipmap(bytes, 0, bytes.length, out)) expect(read(bytes)).toHaveLength(out.count)
      }),
      { numRuns: 3000 },
    )
  })
})
