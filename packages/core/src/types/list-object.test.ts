import { describe, expect, it } from 'vitest'
import { seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { element } from '../structures/element.ts'
import { ListpackElements } from '../structures/listpack.ts'
import { defaultLimits } from './collection-limits.ts'
import { ListObject } from './list-object.ts'

function push(list: ListObject, text: string): void {
  list.pushTail(fromLatin1(text), 0, text.length)
}

function texts(list: ListObject): string[] {
  const found: string[] = []
  list.forRange(0, list.length, (buf, start, length) => found.push(latin1(buf, start, length)))
  return found
}

describe('A large list', () => {
  it('keeps its elements when its blocks leave a segment, and uses the arena as it says', () => {
    const arena = new Arena()
    const list = new ListObject(arena, defaultLimits(), false)
    for (let i = 0; i < 100_000; i++) push(list, `element:${i}`)
    push(list, 'x'.repeat(50_000))
    const before = texts(list)
    expect(arena.usedBytes).toBe(list.arenaBytes)
    for (let segment = 0; segment < 2; segment++) list.leaveSegment(segment)
    expect(texts(list)).toEqual(before)
    expect(arena.usedBytes).toBe(list.arenaBytes)
    list.free()
    expect(arena.usedBytes).toBe(0)
  })

  it('has no block left in the segment that it was told to leave', () => {
    const arena = new Arena()
    const list = new ListObject(arena, defaultLimits(), false)
    const other = new ListObject(arena, defaultLimits(), false)
    // Their blocks take turns, so that half of every page is empty when one of them is gone.
    for (let i = 0; i < 20_000; i++) {
      push(list, `${i}:${'x'.repeat(4000)}`)
      push(other, 'y'.repeat(4000))
    }
    other.free()
    const segment = arena.startDrain()
    expect(segment).toBeGreaterThan(0)
    list.leaveSegment(segment)
    expect(arena.drained).toBe(true)
    arena.finishDrain()
    expect(arena.usedBytes).toBe(list.arenaBytes)
    for (const index of [0, 9999, 19_999]) {
      list.read(index)
      expect(latin1(element.buf, element.start, element.length)).toBe(`${index}:${'x'.repeat(4000)}`)
    }
  })

  it('agrees with an array through pushes, pops and changes at any place, read from either end', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed)
      const arena = new Arena()
      const lists = [0, 1].map(() => new ListObject(arena, { listNodeSize: [-1, -2, 40, -5][seed - 1] }, false))
      const models: string[][] = [[], []]
      const text = (): string => ['7', `${random.below(100_000)}`, 'e'.repeat(random.below(90))][random.below(3)]
      for (let step = 0; step < 12_000; step++) {
        const which = random.below(2)
        const list = lists[which]
        const model = models[which]
        const value = text()
        const bytes = fromLatin1(value)
        const at = random.below(model.length + 1)
        const action = model.length === 0 ? 0 : random.below(step % 4000 < 2500 ? 9 : 14)
        if (action < 3) {
          list.pushTail(bytes, 0, bytes.length)
          model.push(value)
        } else if (action < 5) {
          list.pushHead(bytes, 0, bytes.length)
          model.unshift(value)
        } else if (action < 6) {
          list.insert(at, bytes, 0, bytes.length)
          model.splice(at, 0, value)
        } else if (action < 7 && at < model.length) {
          list.set(at, bytes, 0, bytes.length)
          model[at] = value
        } else if (action < 8 && random.below(200) === 0) {
          model.splice(0, model.length, ...model.filter((other) => other !== value))
          list.removeEqual(bytes, 0, bytes.length, Number.POSITIVE_INFINITY, random.below(2) === 0)
        } else if (action < 11) {
          list.removeRange(model.length - 1, 1)
          model.pop()
        } else {
          const count = Math.min(model.length, 1 + random.below(random.below(100) === 0 ? 500 : 2))
          list.removeRange(0, count)
          model.splice(0, count)
        }
        expect(list.length).toBe(model.length)
        for (const index of model.length === 0 ? [] : [model.length - 1, random.below(model.length)]) {
          list.read(index)
          expect(latin1(element.buf, element.start, element.length)).toBe(model[index])
        }
        if (step % 400 === 0) {
          expect(texts(list)).toEqual(model)
          const backwards: string[] = []
          list.forRangeBackwards(model.length - 1, model.length, (buf, start, length) =>
            backwards.push(latin1(buf, start, length)),
          )
          expect(backwards.reverse()).toEqual(model)
          const packed = new ListpackElements()
          for (const value of model) packed.addText(value)
          expect(list.elementBytes).toBe(packed.length)
        }
      }
      for (const list of lists) list.free()
      expect(arena.usedBytes).toBe(0)
    }
  })

  it('reads the same by index as in a row, forwards and backwards', () => {
    const list = new ListObject(new Arena(), defaultLimits(), false)
    for (let i = 0; i < 5000; i++) push(list, i % 700 === 0 ? 'p'.repeat(9000 + i) : `e${i}`)
    const row = texts(list)
    const random = seeded(3)
    for (let k = 0; k < 300; k++) {
      const i = random.below(row.length)
      list.read(i)
      expect(latin1(element.buf, element.start, element.length)).toBe(row[i])
      const back: string[] = []
      list.forRangeBackwards(i, Math.min(20, i + 1), (buf, start, length) => back.push(latin1(buf, start, length)))
      expect(back).toEqual(row.slice(Math.max(0, i - 19), i + 1).reverse())
    }
  })

  it('hands its nodes over, and is made of them again', () => {
    const arena = new Arena()
    const list = new ListObject(arena, defaultLimits(), false)
    for (let i = 0; i < 3000; i++) push(list, i === 1500 ? 'p'.repeat(9000) : `e${i}`)
    const copy = new ListObject(arena, defaultLimits(), false)
    let nodes = 0
    list.forEachNode((buf, start, length, items, isPlain) => {
      nodes++
      const bytes = buf.slice(start, start + length)
      if (isPlain) copy.appendPlain(bytes, 0, length)
      else copy.appendRun(bytes, 0, length, items)
    })
    expect(nodes).toBe(list.nodeCount)
    expect(copy.nodeCount).toBe(nodes)
    expect(copy.elementBytes).toBe(list.elementBytes)
    expect(texts(copy)).toEqual(texts(list))
  })

  it('stays about as large as what is in it when most elements are removed from its middle', () => {
    const list = new ListObject(new Arena(), defaultLimits(), false)
    for (let i = 0; i < 50_000; i++) push(list, i % 50 === 0 ? `kept:${i}` : 'gone')
    expect(list.removeEqual(fromLatin1('gone'), 0, 4, Number.POSITIVE_INFINITY, false)).toBe(49_000)
    expect(list.arenaBytes).toBeLessThan(list.elementBytes * 2)
  })
})
