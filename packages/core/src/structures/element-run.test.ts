import { describe, expect, it } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { EncodedElements, elementBytes } from './element.ts'
import { findElement, nextElement, positionInRun, RunIndex, runCount, runTexts, setRunCount } from './element-run.ts'

const TEXTS = ['', '0', '127', '128', '-1', '4095', '-4096', '32767', '-32769', '8388608', '2147483648', '-0', '007']
TEXTS.push('9223372036854775807', '9223372036854775808', 'x'.repeat(63), 'x'.repeat(64), 'y'.repeat(4095))
TEXTS.push('z'.repeat(4096), 'q'.repeat(20_000), '\xff\x00\xf4', 'last')

function build(texts: readonly string[]): EncodedElements {
  const elements = new EncodedElements()
  for (const text of texts) elements.add(fromLatin1(text), 0, text.length)
  return elements
}

describe('An element run', () => {
  it('has heads and data one behind the other, and nothing else', () => {
    const { buf, length } = build(['a', '1', '-1', '300', '99999'])
    const elements = [0x81, 97, 1, 0xdf, 0xff, 0xc1, 0x2c, 0xf2, 0x9f, 0x86, 0x01]
    expect([...buf.subarray(0, length)]).toEqual(elements)
  })

  it('keeps strings and numbers of every length and encoding', () => {
    const { buf, length, count } = build(TEXTS)
    expect(runTexts(buf, 0, length)).toEqual(TEXTS)
    expect(count).toBe(TEXTS.length)
  })

  it('is walked by index and, indexed, from its end', () => {
    const { buf, length } = build(TEXTS)
    const forward: number[] = []
    for (let pos = 0; pos < length; pos = nextElement(buf, pos)) forward.push(pos)
    expect(forward.map((_, i) => positionInRun(buf, 0, i))).toEqual(forward)
    const index = new RunIndex()
    index.fill(buf, 0, length)
    expect([...index.positions.subarray(0, index.count)]).toEqual(forward)
  })

  it('is indexed however many elements it has', () => {
    const { buf, length } = build(Array.from({ length: 5000 }, (_, i) => `${i % 100}`))
    const index = new RunIndex()
    index.fill(buf, 0, length)
    expect(index.count).toBe(5000)
    expect(index.positions[4999]).toBe(4999)
    index.fill(buf, 10, 12)
    expect(index.count).toBe(2)
  })

  it('is searched for encoded elements, every one or every second one', () => {
    const { buf, length } = build(TEXTS)
    const find = (text: string, step: number): number => {
      const needle = build([text])
      return findElement(buf, 0, length, step, needle.buf, needle.length)
    }
    const places = TEXTS.map((_, i) => positionInRun(buf, 0, i))
    expect(TEXTS.map((text) => find(text, 1))).toEqual(places)
    expect(TEXTS.map((text) => find(text, 2))).toEqual(places.map((pos, i) => (i % 2 === 0 ? pos : -1)))
    expect(find('missing', 1)).toBe(-1)
    expect(find('x'.repeat(62), 1)).toBe(-1)
  })

  it('is copied element by element', () => {
    const source = build(TEXTS)
    const copy = build(['first'])
    for (let pos = 0; pos < source.length; pos = nextElement(source.buf, pos)) copy.addElement(source.buf, pos)
    expect(runTexts(copy.buf, 0, copy.length)).toEqual(['first', ...TEXTS])
    expect(copy.count).toBe(TEXTS.length + 1)
    expect(elementBytes(source.buf, positionInRun(source.buf, 0, 5))).toEqual(fromLatin1('4095'))
  })

  it('may have its count ahead', () => {
    const buf = new Uint8Array(4)
    setRunCount(buf, 1, 40_000)
    expect(runCount(buf, 1)).toBe(40_000)
  })
})
