import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { NODE_BLOCK, NodeSequence } from './node-sequence.ts'

/** Nodes as [name, items]. */
type Model = [number, number][]

function contents(sequence: NodeSequence): Model {
  const nodes: Model = []
  for (let more = sequence.first(); more; more = sequence.next()) {
    nodes.push([sequence.words[sequence.at + NODE_BLOCK], sequence.nodeItems])
  }
  return nodes
}

function put(sequence: NodeSequence, name: number, items: number): void {
  sequence.words[sequence.at + NODE_BLOCK] = name
  sequence.addItems(items)
}

/** To the n-th node, which has items. */
function standOn(sequence: NodeSequence, model: Model, n: number): void {
  let index = 0
  for (let i = 0; i < n; i++) index += model[i][1]
  expect(sequence.seek(index)).toBe(0)
  expect(sequence.words[sequence.at + NODE_BLOCK]).toBe(model[n][0])
}

describe('A node sequence', () => {
  it('finds the node of every item, from both ends', () => {
    const sequence = new NodeSequence()
    for (let i = 0; i < 700; i++) {
      sequence.insertLast()
      put(sequence, i, (i % 3) + 1)
    }
    let index = 0
    for (let i = 0; i < 700; i++) {
      for (let k = 0; k <= i % 3; k++) {
        expect(sequence.seek(index++)).toBe(k)
        expect(sequence.words[sequence.at + NODE_BLOCK]).toBe(i)
      }
    }
    expect(index).toBe(sequence.items)
  })

  it('agrees with an array through any sequence of changes, and walks both ways', () => {
    const random = seeded(7).next
    const sequence = new NodeSequence()
    const model: Model = []
    for (let step = 0; step < 30_000; step++) {
      const items = 1 + (random() % 5)
      // Grows to some thousand nodes, shrinks to none, twice.
      const removes = Math.floor(step / 7500) % 2 === 1 ? 6 : 2
      const choice = random() % 10
      if (model.length === 0 || choice === 9) {
        sequence.insertLast()
        put(sequence, step, items)
        model.push([step, items])
      } else if (choice < removes) {
        const n = random() % 3 === 0 ? 0 : random() % model.length
        standOn(sequence, model, n)
        const more = sequence.remove()
        model.splice(n, 1)
        expect(more).toBe(n < model.length)
        if (more) expect(sequence.words[sequence.at + NODE_BLOCK]).toBe(model[n][0])
      } else if (choice === 8) {
        sequence.insertFirst()
        put(sequence, step, items)
        model.unshift([step, items])
      } else {
        const n = random() % model.length
        standOn(sequence, model, n)
        sequence.insertNext()
        put(sequence, step, items)
        model.splice(n + 1, 0, [step, items])
      }
      if (step % 500 === 0) expect(contents(sequence)).toEqual(model)
    }
    expect(sequence.nodes).toBe(model.length)
    const backwards: Model = []
    for (let more = sequence.last(); more; more = sequence.previous()) {
      backwards.push([sequence.words[sequence.at + NODE_BLOCK], sequence.nodeItems])
    }
    expect(backwards).toEqual(model.toReversed())
  })

  it('gives the memory of its spans back', () => {
    const sequence = new NodeSequence()
    for (let i = 0; i < 2000; i++) {
      sequence.insertFirst()
      put(sequence, i, 1)
    }
    expect(sequence.bytes).toBeGreaterThan(2000 * 16)
    while (sequence.nodes > 3) {
      sequence.seek(sequence.nodes >> 1)
      sequence.remove()
    }
    expect(sequence.bytes).toBeLessThan(1000)
    while (sequence.first()) sequence.remove()
    expect([sequence.bytes, sequence.items, sequence.nodes]).toEqual([0, 0, 0])
  })
})
