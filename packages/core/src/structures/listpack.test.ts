import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1 } from './bytes.ts'
import { EncodedElements, integerAt, isIntegerElement } from './element.ts'
import { runTexts } from './element-run.ts'
import {
  decodeListpack,
  firstInListpack,
  frameListpack,
  isListpack,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_HEADER_BYTES,
  ListpackElements,
  ListpackWriter,
  listpackBytes,
  listpackBytesOfRun,
  listpackCount,
  listpackTexts,
  nextInListpack,
  previousInListpack,
} from './listpack.ts'
import { positionInRun } from './listpack-run.ts'

/** A listpack of texts, at offset 3 of its buffer. */
function build(texts: readonly string[]): Uint8Array {
  const elements = new ListpackElements()
  for (const text of texts) elements.add(fromLatin1(text), 0, text.length)
  const buf = new Uint8Array(3 + elements.length + LISTPACK_EMPTY_BYTES)
  buf.set(elements.buf.subarray(0, elements.length), 3 + LISTPACK_HEADER_BYTES)
  frameListpack(buf, 3, elements.length, elements.count)
  return buf
}

const NUMBERS = [
  ...[0, 1, 127, 128, -1, 4095, 4096, -4096, -4097, 32767, 32768, -32768, -32769, 8388607, 8388608, -8388608, -8388609],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1],
].map(String)
const BIG = ['9007199254740992', '-9007199254740993', '9223372036854775807', '-9223372036854775808']
const NO_NUMBERS = ['', '-', '-0', '007', '+1', ' 1', '1.0', '9223372036854775808', '-9223372036854775809']
const STRINGS = [
  'a',
  'x'.repeat(62),
  'x'.repeat(63),
  'x'.repeat(64),
  'y'.repeat(127),
  'z'.repeat(4095),
  'z'.repeat(4096),
]
const ALL = [...NUMBERS, ...BIG, ...NO_NUMBERS, ...STRINGS, 'q'.repeat(20_000), '\xff\x00\xf4']

describe('a listpack', () => {
  it('has the bytes that Redis writes', () => {
    // DUMP of RPUSH l a 1 -1 300 99999 without the frame around it.
    const elements = [0x81, 97, 2, 1, 1, 0xdf, 0xff, 2, 0xc1, 0x2c, 2, 0xf2, 0x9f, 0x86, 0x01, 4]
    expect([...build(['a', '1', '-1', '300', '99999']).subarray(3)]).toEqual([23, 0, 0, 0, 5, 0, ...elements, 0xff])
  })

  it('keeps strings and numbers of every length and encoding', () => {
    const buf = build(ALL)
    expect(listpackTexts(buf, 3)).toEqual(ALL)
    expect(listpackCount(buf, 3)).toBe(ALL.length)
    expect(listpackBytes(buf, 3)).toBe(buf.length - 3)
    expect(isListpack(buf, 3, buf.length - 3)).toBe(true)
    const integers: boolean[] = []
    for (let pos = firstInListpack(3); buf[pos] !== 0xff; pos = nextInListpack(buf, pos)) {
      integers.push(isIntegerElement(buf, pos))
    }
    expect(integers).toEqual(ALL.map((text) => NUMBERS.includes(text) || BIG.includes(text)))
    const first = firstInListpack(3)
    expect(NUMBERS.map((_, i) => integerAt(buf, positionInRun(buf, first, buf.length - 1, ALL.length, i)))).toEqual(
      NUMBERS.map(Number),
    )
  })

  it('is walked from both ends, and by index', () => {
    const buf = build(ALL)
    const forward: number[] = []
    for (let pos = firstInListpack(3); buf[pos] !== 0xff; pos = nextInListpack(buf, pos)) forward.push(pos)
    const backward: number[] = []
    const end = buf.length - 1
    for (let pos = previousInListpack(buf, 3, end); pos >= 0; pos = previousInListpack(buf, 3, pos)) {
      backward.unshift(pos)
    }
    expect(backward).toEqual(forward)
    expect(forward.map((_, i) => positionInRun(buf, firstInListpack(3), end, ALL.length, i))).toEqual(forward)
  })

  it('counts more elements than its header can tell', () => {
    const buf = build(Array.from({ length: 70_000 }, (_, i) => `${i}`))
    expect(listpackCount(buf, 3)).toBe(70_000)
    expect(isListpack(buf, 3, buf.length - 3)).toBe(true)
  })

  it('from outside is refused when any byte of its frame is wrong, and never read beyond its end', () => {
    const random = seeded(5)
    let refused = 0
    for (let round = 0; round < 20_000; round++) {
      const buf = build(Array.from({ length: random.below(6) }, () => ALL[random.below(ALL.length - 2)].slice(0, 200)))
      const bad = buf.slice(0, buf.length - (random.below(3) === 0 ? 1 + random.below(4) : 0))
      if (bad.length <= 3) continue
      bad[3 + random.below(bad.length - 3)] = random.below(256)
      if (!isListpack(bad, 3, bad.length - 3)) refused++
      else listpackTexts(bad, 3)
    }
    expect(refused).toBeGreaterThan(8000)
  })

  it('becomes a run, numbers that were encoded longer than they need in their shortest form, and back', () => {
    const writer = new ListpackWriter()
    const run = new EncodedElements()
    const buf = build(ALL)
    decodeListpack(buf, 3, run)
    expect(runTexts(run.buf, 0, run.length)).toEqual(ALL)
    writer.begin(LISTPACK_EMPTY_BYTES + listpackBytesOfRun(run.buf, 0, run.length))
    expect(writer.addRun(run.buf, 0, run.length)).toBe(ALL.length)
    writer.end()
    expect(writer.buf.slice(0, writer.length)).toEqual(buf.slice(3))
    const long = Uint8Array.from([13, 0, 0, 0, 1, 0, 0xf3, 1, 0, 0, 0, 5, 0xff])
    expect(isListpack(long, 0, long.length)).toBe(true)
    run.clear()
    decodeListpack(long, 0, run)
    expect([...run.buf.subarray(0, run.length)]).toEqual([1])
  })
})
