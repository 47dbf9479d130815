import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'
import { compareIds, idOf, MAX_ID, MIN_ID, type StreamId } from '../structures/stream-id.ts'
import { StreamNodes } from './stream-nodes.ts'
import { releaseAll } from './value-object.ts'

interface ModelNode {
  readonly master: StreamId
  /** Every byte of the node is this one. */
  readonly mark: number
  used: number
}

/** Nodes and what they should be. */
class Twin {
  readonly arena = new Arena()
  readonly nodes = new StreamNodes(this.arena)
  model: ModelNode[] = []
  #ms = 0

  push(bytes: number, mark: number): void {
    this.#ms += 1 + (mark % 5)
    const master = idOf(this.#ms, mark)
    this.nodes.push(master, bytes)
    const node = this.nodes.count - 1
    this.nodes.buf(node).fill(mark, this.nodes.start(node), this.nodes.start(node) + bytes)
    this.model.push({ master, mark, used: bytes })
  }

  grow(node: number, bytes: number): void {
    const { used, mark } = this.model[node]
    this.nodes.ensure(node, used, bytes)
    this.nodes.buf(node).fill(mark, this.nodes.start(node) + used, this.nodes.start(node) + bytes)
    this.model[node].used = bytes
  }

  remove(node: number): void {
    this.nodes.remove(node)
    this.model.splice(node, 1)
  }

  check(random: SeededRandom): void {
    const { nodes, model, arena } = this
    expect(nodes.count).toBe(model.length)
    expect(arena.usedBytes).toBe(nodes.arenaBytes)
    for (const [node, { master, mark, used }] of model.entries()) {
      expect(nodes.master(node)).toEqual(master)
      const start = nodes.start(node)
      expect(
        nodes
          .buf(node)
          .subarray(start, start + used)
          .every((byte) => byte === mark),
      ).toBe(true)
    }
    for (let i = 0; i < 20; i++) {
      const id = i === 0 ? MIN_ID : i === 1 ? MAX_ID : idOf(random.below(this.#ms + 2), random.below(256))
      expect(nodes.find(id)).toBe(model.findLastIndex(({ master }) => compareIds(master, id) <= 0))
      if (model.length === 0) continue
      const node = random.below(model.length)
      expect(Math.sign(nodes.compareMaster(node, id))).toBe(Math.sign(compareIds(model[node].master, id)))
    }
  }
}

describe('The nodes of a stream', () => {
  it('keep their bytes and masters while any of them come, grow, move and go', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed)
      const twin = new Twin()
      for (let step = 0; step < 3000; step++) {
        const { length } = twin.model
        const node = random.below(Math.max(1, length))
        const roll = random.below(20)
        const grows = step % 1000 < 600
        if (length === 0 || roll < (grows ? 9 : 3)) {
          twin.push(random.below(60) === 0 ? BLOCK_BYTES_MAX + random.below(9000) : 1 + random.below(900), step % 256)
        } else if (roll < 12)
          twin.grow(node, twin.model[node].used + 1 + random.below(random.below(40) === 0 ? 20_000 : 300))
        else if (roll < 14) twin.nodes.trim(node, twin.model[node].used)
        else if (roll < 17) twin.remove(0)
        else if (roll < 18) twin.remove(length - 1)
        else if (roll < 19) twin.remove(node)
        else twin.nodes.leaveSegment(random.below(3))
        if (step % 50 === 0) twin.check(random)
      }
      twin.check(random)
      const { nodes, arena } = twin
      const { externalBytes } = nodes
      while (nodes.count > 0) nodes.remove(random.below(nodes.count))
      expect([nodes.arenaBytes, nodes.externalBytes, arena.usedBytes, externalBytes >= 0]).toEqual([0, 0, 0, true])
    }
  })

  it('are thousands, of which the first go and others come, in a table that does not grow with them', () => {
    const twin = new Twin()
    for (let i = 0; i < 3000; i++) twin.push(8, i % 256)
    const table = twin.nodes.externalBytes + twin.nodes.arenaBytes
    for (let i = 0; i < 30_000; i++) {
      twin.nodes.remove(0)
      twin.push(8, i % 256)
    }
    twin.model = twin.model.slice(-3000)
    twin.check(seeded(1))
    expect(twin.nodes.externalBytes + twin.nodes.arenaBytes).toBeLessThanOrEqual(table * 1.5)
    releaseAll(twin.nodes.release())
    expect(twin.arena.usedBytes).toBe(0)
  })

  it('take nothing while there are none, and a few bytes for one', () => {
    const { nodes } = new Twin()
    expect([nodes.arenaBytes, nodes.externalBytes, nodes.find(MAX_ID)]).toEqual([0, 0, -1])
    nodes.push(MIN_ID, 64)
    expect([nodes.arenaBytes, nodes.externalBytes]).toEqual([64 + 24, 0])
  })
})
