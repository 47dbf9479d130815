import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'
import { EncodedElements, element, readElement } from './element.ts'
import { nextElement } from './element-run.ts'
import { readZiplist } from './ziplist.ts'

/** The texts of a ziplist that stands between other bytes, or undefined when it is refused. */
function read(bytes: Uint8Array): string[] | undefined {
  const out = new EncodedElements()
  const buf = new Uint8Array(bytes.length + 8).fill(0xff)
  buf.set(bytes, 3)
  if (!readZiplist(buf, 3, bytes.length, out)) return undefined
  const texts: string[] = []
  for (let pos = 0; pos < out.length; pos = nextElement(out.buf, pos)) {
    readElement(out.buf, pos)
    texts.push(latin1(element.buf, element.start, element.length))
  }
  expect(texts).toHaveLength(out.count)
  return texts
}

/** Encoding and data of an entry, in the way that servers chose it. */
function body(text: string): number[] {
  if (/^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) {
    const value = BigInt(text)
    const bytes = (count: number): number[] =>
      Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
    if (value >= 0n && value <= 12n) return [0xf1 + Number(value)]
    for (const [code, count] of [
      [0xfe, 1],
      [0xc0, 2],
      [0xf0, 3],
      [0xd0, 4],
      [0xe0, 8],
    ] as const) {
      if (BigInt.asIntN(8 * count, value) === value) return [code, ...bytes(count)]
    }
  }
  const { length } = text
  const data = [...fromLatin1(text)]
  if (length < 64) return [length, ...data]
  if (length < 16384) return [0x40 | (length >> 8), length & 255, ...data]
  return [0x80, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255, ...data]
}

/** A ziplist of these texts. @param longPrevious whether lengths of entries before always take five bytes */
function ziplist(texts: readonly string[], longPrevious = false): Uint8Array {
  const entries: number[] = []
  let previous = 0
  let last = 10
  for (const text of texts) {
    const prefix = previous < 254 && !longPrevious ? [previous] : [254, ...little(previous)]
    const entry = [...prefix, ...body(text)]
    last = 10 + entries.length
    previous = entry.length
    for (const byte of entry) entries.push(byte)
  }
  const count = Math.min(texts.length, 65535)
  return Uint8Array.from([...little(entries.length + 11), ...little(last), count & 255, count >> 8, ...entries, 255])
}

function little(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]
}

describe('a ziplist', () => {
  it('is read as the description of the format has it', () => {
    // Golden: the example of "Redis RDB Dump File Format".
    const bytes = '230000001e000000040000e0ffffffffffffff7f0ad0ffff000006c0fc3f04c03f00ff'
    expect(read(Buffer.from(bytes, 'hex'))).toEqual(['9223372036854775807', '65535', '16380', '63'])
  })

  it('gives entries of every encoding', () => {
    const texts = ['', 'a', '0', '12', '13', '-1', '127', '-128', '128', '-32768', '8388607', '-8388608', '2147483647']
    texts.push('-2147483648', '9007199254740993', '-9223372036854775808', '9223372036854775807', '007', '-0')
    texts.push('x'.repeat(63), 'x'.repeat(64), 'y'.repeat(253), 'y'.repeat(16383), 'z'.repeat(16384), 'end')
    expect(read(ziplist(texts))).toEqual(texts)
    expect(read(ziplist(texts, true))).toEqual(texts)
    expect(read(ziplist([]))).toEqual([])
  })

  it('of more entries than the header can count is counted', () => {
    const texts = Array.from({ length: 70_000 }, (_, i) => `${i % 7}`)
    expect(read(ziplist(texts))).toEqual(texts)
    const wrong = ziplist(texts.slice(0, 10))
    wrong[8] = wrong[9] = 255
    expect(read(wrong)).toHaveLength(10)
  })

  it('is refused when it is cut, extended or says of itself what is not so', () => {
    const good = ziplist(['field', '12', 'x'.repeat(300), '70000'])
    for (let length = 0; length < good.length; length++) expect(read(good.subarray(0, length))).toBeUndefined()
    expect(read(Uint8Array.from([...good, 255]))).toBeUndefined()
    for (let i = 0; i < 10; i++) {
      const wrong = good.slice()
      wrong[i] ^= 1
      expect([i, read(wrong)]).toEqual([i, undefined])
    }
    // The length of the entry before, encodings that do not exist, strings that reach beyond the end.
    for (const [from, to] of [
      [10, 1],
      [17, 6],
      [11, 0xff],
      [11, 0x85],
      [11, 0x8f],
      [11, 0xc1],
      [11, 0xf0 - 1],
    ]) {
      const wrong = good.slice()
      wrong[from] = to
      expect([from, to, read(wrong)]).toEqual([from, to, undefined])
    }
  })

  it('never reads beyond its end, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 })), fc.array(fc.tuple(fc.nat(), fc.nat(255))), (texts, flips) => {
        const bytes = ziplist(texts.map((text) => latin1(Buffer.from(text))))
        for (const [at, value] of flips) bytes[4 + (at % (bytes.length - 4))] = value
        // Views of exactly this length: a read beyond gives undefined, and with it no ziplist or a failure.
        const out = new EncodedElements()
        if (readZiplist(bytes, 0, bytes.length, out)) expect(read(bytes)).toHaveLength(out.count)
      }),
      { numRuns: 1000 },
    )
  })
})
