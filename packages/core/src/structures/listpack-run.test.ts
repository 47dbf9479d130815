import { describe, expect, it } from 'vitest'
import { latin1 } from './bytes.ts'
import { EncodedElements, element, readElement } from './element.ts'
import { removal } from './element-run.ts'
import { ListpackElements, nextInListpack } from './listpack.ts'
import { positionInRun, previousInRun, removeEqual } from './listpack-run.ts'

const MARGIN = 3

/** A run between bytes that must not change. */
function run(texts: readonly string[]): { buf: Uint8Array; start: number; end: number } {
  const elements = new ListpackElements()
  for (const text of texts) elements.addText(text)
  const buf = new Uint8Array(elements.length + 2 * MARGIN).fill(0xee)
  buf.set(elements.buf.subarray(0, elements.length), MARGIN)
  return { buf, start: MARGIN, end: MARGIN + elements.length }
}

function texts(buf: Uint8Array, start: number, end: number): string[] {
  const found: string[] = []
  for (let pos = start; pos < end; pos = nextInListpack(buf, pos)) {
    readElement(buf, pos)
    found.push(latin1(element.buf, element.start, element.length))
  }
  return found
}

function without(items: readonly string[], needle: string, max: number, fromEnd: boolean): readonly string[] {
  const elements = new EncodedElements()
  elements.addText(needle)
  const { buf, start, end } = run(items)
  const newEnd = removeEqual(buf, start, end, elements.buf, elements.length, max, fromEnd)
  expect(removal.count).toBe(items.length - texts(buf, start, newEnd).length)
  expect([...buf.subarray(0, start), ...buf.subarray(end)]).toEqual(new Array(2 * MARGIN).fill(0xee))
  return texts(buf, start, newEnd)
}

describe('A listpack run', () => {
  const items = ['a', '-1', 'x'.repeat(5000), '', '9223372036854775807', 'b'.repeat(70), '300', 'a']

  it('finds each element by its index, and its end, from both sides', () => {
    const { buf, start, end } = run(items)
    let pos = start
    for (let i = 0; i < items.length; i++) {
      expect(positionInRun(buf, start, end, items.length, i)).toBe(pos)
      pos = nextInListpack(buf, pos)
    }
    expect(positionInRun(buf, start, end, items.length, items.length)).toBe(end)
    expect(previousInRun(buf, start, start)).toBe(-1)
  })

  it('loses the elements that are equal to a needle: all, the first ones, the last ones', () => {
    const row = ['7', 'a', '7', '7', 'b', '7']
    expect(without(row, '7', 10, false)).toEqual(['a', 'b'])
    expect(without(row, '7', 10, true)).toEqual(['a', 'b'])
    expect(without(row, '7', 2, false)).toEqual(['a', '7', 'b', '7'])
    expect(without(row, '7', 2, true)).toEqual(['7', 'a', '7', 'b'])
    expect(without(row, '07', 2, true)).toEqual(row)
    expect(without(['7', '7'], '7', 2, false)).toEqual([])
    expect(without(items, 'x'.repeat(5000), 1, false)).toEqual(items.filter((item) => item.length !== 5000))
    expect(without([], 'x', 1, true)).toEqual([])
  })
})
