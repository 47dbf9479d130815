import { describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine } from '../_test-client.ts'

/** Bulk strings of an array's reply. */
function items(resp: string): string[] {
  const found: string[] = []
  for (let at = resp.indexOf('\r\n') + 2; at < resp.length; ) {
    const end = resp.indexOf('\r\n', at)
    const length = Number(resp.slice(at + 1, end))
    found.push(resp.slice(end + 2, end + 2 + length))
    at = end + 4 + length
  }
  return found
}

function removeEqual(model: string[], value: string, count: number): number {
  const found = [...model.keys()].filter((i) => model[i] === value)
  const chosen = count === 0 ? found : count > 0 ? found.slice(0, count) : found.slice(count)
  for (const i of chosen.toReversed()) model.splice(i, 1)
  return chosen.length
}

/** @param size about how long the list gets @param longest about how long an element gets */
function compare(nodeSize: number, size: number, longest: number, steps: number): void {
  const server = startTestEngine()
  const { client } = server
  const random = seededRandom(size + longest)
  const below = (limit: number): number => random.next() % limit
  client.run('SET x y')
  client.run('DEL x')
  const empty = server.engine.usedBytes()
  client.run(`CONFIG SET list-max-listpack-size ${nodeSize}`)
  let model: string[] = []
  const value = (): string => (below(3) === 0 ? `${below(40)}` : 'v'.repeat(below(below(20) === 0 ? longest : 30)))
  for (let step = 0; step < steps; step++) {
    // Grows, then shrinks, in turn.
    const isGrowing = Math.floor(step / (steps / 6)) % 2 === 0 && model.length < size
    const n = model.length
    const choice = below(12)
    if (n === 0 || choice < (isGrowing ? 7 : 2)) {
      const values = Array.from({ length: 1 + below(4) }, value)
      const atHead = below(2) === 0
      client.raw(atHead ? 'LPUSH' : 'RPUSH', 'l', ...values)
      if (atHead) model.unshift(...values.reverse())
      else model.push(...values)
    } else if (choice === 7) {
      const i = below(n)
      const set = value()
      expect(client.raw('LSET', 'l', i, set)).toBe('+OK\r\n')
      model[i] = set
    } else if (choice === 8) {
      const pivot = model[below(n)]
      const added = value()
      const isAfter = below(2)
      expect(client.raw('LINSERT', 'l', isAfter ? 'AFTER' : 'BEFORE', pivot, added)).toBe(`:${n + 1}\r\n`)
      model.splice(model.indexOf(pivot) + isAfter, 0, added)
    } else if (choice === 9) {
      const gone = value()
      const count = below(7) - 3
      expect(client.raw('LREM', 'l', count, gone)).toBe(`:${removeEqual(model, gone, count)}\r\n`)
    } else if (choice === 10) {
      const first = below(isGrowing ? 3 : Math.ceil(n / 4))
      const last = n - 1 - below(isGrowing ? 3 : Math.ceil(n / 4))
      client.raw('LTRIM', 'l', first, last)
      model = model.slice(first, last + 1)
    } else {
      const count = 1 + below(5)
      const fromHead = below(2) === 0
      const taken = fromHead ? model.splice(0, count) : model.splice(-count).reverse()
      expect(items(client.raw(fromHead ? 'LPOP' : 'RPOP', 'l', count))).toEqual(taken)
    }
    if (step % 50 === 0) {
      expect(items(client.raw('LRANGE', 'l', 0, -1))).toEqual(model)
      expect(client.raw('LLEN', 'l')).toBe(`:${model.length}\r\n`)
      if (model.length === 0) continue
      const i = below(model.length)
      const found = `$${model[i].length}\r\n${model[i]}\r\n`
      expect(client.raw('LINDEX', 'l', i)).toBe(found)
      expect(client.raw('LINDEX', 'l', i - model.length)).toBe(found)
      expect(client.raw('LPOS', 'l', model[i])).toBe(`:${model.indexOf(model[i])}\r\n`)
      expect(client.raw('LPOS', 'l', model[i], 'RANK', -1)).toBe(`:${model.lastIndexOf(model[i])}\r\n`)
    }
  }
  client.raw('COPY', 'l', 'm')
  expect(items(client.raw('LRANGE', 'm', 0, -1))).toEqual(model)
  client.raw('DEL', 'l', 'm')
  expect(server.engine.usedBytes()).toBe(empty)
}

describe('A list', () => {
  it('agrees with an array through any sequence of changes, and gives all memory back: packed', () => {
    compare(-2, 100, 60, 6000)
  })

  it('agrees with an array through any sequence of changes, and gives all memory back: large', () => {
    compare(-2, 3000, 300, 12_000)
  })

  it('agrees with an array through any sequence of changes, and gives all memory back: with long elements', () => {
    compare(-2, 300, 30_000, 4000)
  })

  it('agrees with an array through any sequence of changes, and gives all memory back: in small nodes', () => {
    compare(3, 1500, 100, 8000)
    compare(1, 300, 9000, 3000)
  })

  it('agrees with an array through any sequence of changes, and gives all memory back: in large nodes', () => {
    compare(-5, 3000, 2000, 6000)
  })
})
