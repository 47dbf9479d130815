/**
 * Nodes of a stream: the runs of bytes that its entries are in, in the order of their IDs, the first one removed and
 * the last one added in constant time.
 *
 *     node      its bytes (stream-node.ts) in a block of the arena, or, when they are longer, in a buffer of their own
 *     table     one place of 6 words a node, in a block of the arena or, when that is too short, in an array
 *       word 0    block; 0 for a buffer of its own
 *       word 1    number of that buffer
 *       word 2    master: the ID that those of the node's entries are differences to: ms high, low, sequence high, low
 *
 * So a stream of one node has no array, and none has an object for each node. Numbers of nodes count from the first one
 * that is left. Complexity: push and removal of the first node O(1) amortised; finding one by an ID O(log n), removing
 * one in the middle O(n) moves of 24 bytes.
 */

import { type Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from '../structures/arena.ts'
import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'
import type { StreamId } from '../structures/stream-id.ts'

const GROWTH = 1.5
const NODE_WORDS = 6
const MASTER = 2
const WORD_BYTES = 4
const NO_BLOCK = 0

export type MutableId = { -readonly [half in keyof StreamId]: number }

export class StreamNodes {
  readonly arena: Arena
  count = 0
  /** Bytes of buffers of their own, and of blocks. */
  externalBytes = 0
  arenaBytes = 0
  /** The table's words: the whole segment that its block is in, from `#base` on, or an array of its own. */
  #words: Int32Array = NO_WORDS
  #base = 0
  #table = NO_BLOCK
  /** Places that the table has, and those at its front that are not used any more. */
  #capacity = 0
  #gap = 0
  /** Buffers of their own by number; made when there is one. */
  #own: Map<number, Uint8Array> | undefined
  #nextOwn = 1

  constructor(arena: Arena) {
    this.arena = arena
  }

  /** Index of a node's first word. */
  #at(node: number): number {
    return this.#base + (this.#gap + node) * NODE_WORDS
  }

  buf(node: number): Uint8Array {
    const at = this.#at(node)
    const block = this.#words[at]
    return block === NO_BLOCK ? this.#ownBuf(this.#words[at + 1]) : this.arena.u8[block >>> SEGMENT_SHIFT]
  }

  #ownBuf(number: number): Uint8Array {
    return this.#own?.get(number) as Uint8Array
  }

  /** Where the node begins in `buf`. */
  start(node: number): number {
    return (this.#words[this.#at(node)] & SEGMENT_UNIT_MASK) << 3
  }

  master(node: number): StreamId {
    const master = { msHigh: 0, msLow: 0, seqHigh: 0, seqLow: 0 }
    this.readMaster(node, master)
    return master
  }

  /** As `master`, into an object that is there. */
  readMaster(node: number, into: MutableId): void {
    const words = this.#words
    const at = this.#at(node) + MASTER
    into.msHigh = words[at] >>> 0
    into.msLow = words[at + 1] >>> 0
    into.seqHigh = words[at + 2] >>> 0
    into.seqLow = words[at + 3] >>> 0
  }

  /** Compares a node's master with an ID. @returns negative, 0 or positive */
  compareMaster(node: number, id: StreamId): number {
    const words = this.#words
    const at = this.#at(node) + MASTER
    return (
      (words[at] >>> 0) - id.msHigh ||
      (words[at + 1] >>> 0) - id.msLow ||
      (words[at + 2] >>> 0) - id.seqHigh ||
      (words[at + 3] >>> 0) - id.seqLow
    )
  }

  /** The last node whose master is not above an ID, or -1. */
  find(id: StreamId): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compareMaster(middle, id) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Adds a node behind the last one, with room for `bytes` bytes. */
  push(master: StreamId, bytes: number): void {
    if (this.#gap + this.count === this.#capacity) {
      // With half of the places free the nodes move to the front, else the table grows.
      if (this.#capacity > 0 && this.#gap * 2 >= this.#capacity) this.#closeGap()
      else this.#resize(Math.max(1, this.count * 2))
    }
    const at = this.#at(this.count) + MASTER
    const words = this.#words
    words[at] = master.msHigh
    words[at + 1] = master.msLow
    words[at + 2] = master.seqHigh
    words[at + 3] = master.seqLow
    this.#place(this.count, bytes)
    this.count++
  }

  /** Gives a node room for `bytes` bytes, whatever it has now. */
  #place(node: number, bytes: number): void {
    const at = this.#at(node)
    const words = this.#words
    if (bytes > BLOCK_BYTES_MAX) {
      this.#own ??= new Map()
      this.#own.set(this.#nextOwn, new Uint8Array(bytes))
      words[at] = NO_BLOCK
      words[at + 1] = this.#nextOwn++
      this.externalBytes += bytes
      return
    }
    const block = this.arena.alloc(bytes, KIND_OBJECT)
    words[at] = block
    this.arenaBytes += this.arena.capacity(block)
  }

  #nodeCapacity(node: number): number {
    const block = this.#words[this.#at(node)]
    return block === NO_BLOCK ? this.buf(node).length : this.arena.capacity(block)
  }

  /** Makes room for `bytes` bytes in a node that has `used`. */
  ensure(node: number, used: number, bytes: number): void {
    const capacity = this.#nodeCapacity(node)
    if (bytes <= capacity) return
    const grown = Math.floor(capacity * GROWTH)
    this.#move(node, used, bytes <= BLOCK_BYTES_MAX ? Math.min(BLOCK_BYTES_MAX, Math.max(bytes, grown)) : bytes * 2)
  }

  /** Gives back what a node that stays as it is has too much. */
  trim(node: number, used: number): void {
    const capacity = this.#nodeCapacity(node)
    const isOwn = this.#words[this.#at(node)] === NO_BLOCK
    if (isOwn ? used < capacity : (capacity - used) * 16 > used) this.#move(node, used, used)
  }

  #move(node: number, used: number, bytes: number): void {
    const start = this.start(node)
    const from = this.buf(node).subarray(start, start + used)
    const at = this.#at(node)
    const block = this.#words[at]
    const own = this.#words[at + 1]
    this.#place(node, bytes)
    this.buf(node).set(from, this.start(node))
    this.#release(block, own)
  }

  /** Frees a block, or a buffer of its own. */
  #release(block: number, own: number): void {
    if (block === NO_BLOCK) {
      this.externalBytes -= this.#ownBuf(own).length
      this.#own?.delete(own)
      return
    }
    this.arenaBytes -= this.arena.capacity(block)
    this.arena.free(block)
  }

  remove(node: number): void {
    const at = this.#at(node)
    const words = this.#words
    this.#release(words[at], words[at + 1])
    if (node === 0) this.#gap++
    else words.copyWithin(at, at + NODE_WORDS, this.#at(this.count))
    this.count--
    if (this.count === 0) this.#gap = 0
    if (this.count * 4 < this.#capacity) this.#resize(this.count * 2)
  }

  // --- the table

  #closeGap(): void {
    this.#words.copyWithin(this.#base, this.#at(0), this.#at(this.count))
    this.#gap = 0
  }

  /** Gives the table room for so many places, all nodes among them. */
  #resize(capacity: number): void {
    const bytes = capacity * NODE_WORDS * WORD_BYTES
    const words = this.#words
    const from = this.#at(0)
    const end = this.#at(this.count)
    const old = this.#table
    if (old === NO_BLOCK) this.externalBytes -= this.#capacity * NODE_WORDS * WORD_BYTES
    this.#gap = 0
    this.#capacity = capacity
    if (bytes > BLOCK_BYTES_MAX || bytes === 0) {
      this.#table = NO_BLOCK
      this.#words = bytes === 0 ? NO_WORDS : new Int32Array(capacity * NODE_WORDS)
      this.#base = 0
      this.externalBytes += bytes
    } else {
      this.#table = this.arena.alloc(bytes, KIND_OBJECT)
      this.#words = this.arena.i32[this.#table >>> SEGMENT_SHIFT]
      this.#base = (this.#table & SEGMENT_UNIT_MASK) << 1
      this.arenaBytes += this.arena.capacity(this.#table)
    }
    if (from < end) this.#words.set(words.subarray(from, end), this.#base)
    if (old === NO_BLOCK) return
    this.arenaBytes -= this.arena.capacity(old)
    this.arena.free(old)
  }

  /** Moves blocks that lie in a segment of the arena elsewhere. */
  leaveSegment(segment: number): void {
    if (this.#table !== NO_BLOCK && this.#table >>> SEGMENT_SHIFT === segment) this.#resize(this.#capacity)
    for (let node = 0; node < this.count; node++) {
      const block = this.#words[this.#at(node)]
      if (block === NO_BLOCK || block >>> SEGMENT_SHIFT !== segment) continue
      const capacity = this.arena.capacity(block)
      this.#move(node, capacity, capacity)
    }
  }

  /** Gives all blocks back, one at each step; the nodes may not be used afterwards. */
  *release(): Generator<void> {
    while (this.count > 0) {
      const block = this.#words[this.#at(--this.count)]
      if (block !== NO_BLOCK) this.arena.free(block)
      yield
    }
    if (this.#table !== NO_BLOCK) this.arena.free(this.#table)
  }
}

const NO_WORDS = new Int32Array(0)
