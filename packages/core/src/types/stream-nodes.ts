/**
 * Nodes of a stream: the runs of bytes that its entries are in, in the order of their IDs, the first one removed and
 * the last one added in constant time.
 *
 *     node      a listpack in a block of the arena, or, when it is longer than a block, in a buffer of its own
 *     master    the ID that the IDs of a node's entries are differences to
 *
 * Numbers of nodes count from the first one that is left. Complexity: push and removal of the first node O(1)
 * amortised; finding one by an ID O(log n), removing one in the middle O(n) moves of 8 bytes.
 */

import { type Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from '../structures/arena.ts'
import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'
import { compareIds, type StreamId } from '../structures/stream-id.ts'

const GROWTH = 1.5
/** Places of removed nodes at the front that are kept before the rest moves up. */
const GAP_MAX = 64

export class StreamNodes {
  readonly arena: Arena
  #bufs: Uint8Array[] = []
  #offsets: number[] = []
  /** The arena's block of each node; 0 for a buffer of its own. */
  #blocks: number[] = []
  #masters: StreamId[] = []
  /** Places at the front that are not used any more. */
  #gap = 0
  /** Bytes of buffers of their own, and of blocks. */
  externalBytes = 0
  arenaBytes = 0

  constructor(arena: Arena) {
    this.arena = arena
  }

  get count(): number {
    return this.#blocks.length - this.#gap
  }

  buf(node: number): Uint8Array {
    return this.#bufs[node + this.#gap]
  }

  /** Where the listpack begins in `buf`. */
  start(node: number): number {
    return this.#offsets[node + this.#gap]
  }

  master(node: number): StreamId {
    return this.#masters[node + this.#gap]
  }

  /** The last node whose master is not above an ID, or -1. */
  find(id: StreamId): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareIds(this.master(middle), id) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Adds a node behind the last one, with room for `bytes` bytes. */
  push(master: StreamId, bytes: number): void {
    const i = this.#blocks.length
    this.#masters.push(master)
    this.#place(i, bytes)
  }

  #place(i: number, bytes: number): void {
    if (bytes > BLOCK_BYTES_MAX) {
      this.#blocks[i] = 0
      this.#bufs[i] = new Uint8Array(bytes)
      this.#offsets[i] = 0
      this.externalBytes += bytes
      return
    }
    const block = this.arena.alloc(bytes, KIND_OBJECT)
    this.#blocks[i] = block
    this.#bufs[i] = this.arena.u8[block >>> SEGMENT_SHIFT]
    this.#offsets[i] = (block & SEGMENT_UNIT_MASK) << 3
    this.arenaBytes += this.arena.capacity(block)
  }

  #capacity(i: number): number {
    return this.#blocks[i] === 0 ? this.#bufs[i].length : this.arena.capacity(this.#blocks[i])
  }

  /** Makes room for `bytes` bytes in a node that has `used`. */
  ensure(node: number, used: number, bytes: number): void {
    const i = node + this.#gap
    const capacity = this.#capacity(i)
    if (bytes <= capacity) return
    const grown = Math.floor(capacity * GROWTH)
    this.#move(i, used, bytes <= BLOCK_BYTES_MAX ? Math.min(BLOCK_BYTES_MAX, Math.max(bytes, grown)) : bytes * 2)
  }

  /** Gives back what a node that stays as it is has too much. */
  trim(node: number, used: number): void {
    const i = node + this.#gap
    const isShorter = this.#blocks[i] === 0 ? used < this.#bufs[i].length : this.#fitsSmaller(i, used)
    if (isShorter) this.#move(i, used, used)
  }

  #fitsSmaller(i: number, used: number): boolean {
    return (this.#capacity(i) - used) * 16 > used
  }

  #move(i: number, used: number, bytes: number): void {
    const from = this.#bufs[i].subarray(this.#offsets[i], this.#offsets[i] + used)
    const old = this.#blocks[i]
    this.#forget(i)
    this.#place(i, bytes)
    this.#bufs[i].set(from, this.#offsets[i])
    if (old !== 0) this.arena.free(old)
  }

  /** Takes a node's bytes off the accounts. */
  #forget(i: number): void {
    if (this.#blocks[i] === 0) this.externalBytes -= this.#bufs[i].length
    else this.arenaBytes -= this.arena.capacity(this.#blocks[i])
  }

  remove(node: number): void {
    const i = node + this.#gap
    this.#forget(i)
    if (this.#blocks[i] !== 0) this.arena.free(this.#blocks[i])
    if (node > 0) {
      for (const array of [this.#bufs, this.#offsets, this.#blocks, this.#masters]) array.splice(i, 1)
      return
    }
    this.#bufs[i] = NO_BYTES
    this.#gap++
    if (this.#gap < GAP_MAX || this.#gap * 2 < this.#blocks.length) return
    this.#bufs = this.#bufs.slice(this.#gap)
    this.#offsets = this.#offsets.slice(this.#gap)
    this.#blocks = this.#blocks.slice(this.#gap)
    this.#masters = this.#masters.slice(this.#gap)
    this.#gap = 0
  }

  /** Moves blocks that lie in a segment of the arena elsewhere. */
  leaveSegment(segment: number): void {
    for (let i = this.#gap; i < this.#blocks.length; i++) {
      if (this.#blocks[i] === 0 || this.#blocks[i] >>> SEGMENT_SHIFT !== segment) continue
      const capacity = this.#capacity(i)
      this.#move(i, capacity, capacity)
    }
  }

  /** Gives all blocks back; the nodes may not be used afterwards. */
  discard(): void {
    for (let i = this.#gap; i < this.#blocks.length; i++) if (this.#blocks[i] !== 0) this.arena.free(this.#blocks[i])
    this.#blocks.length = 0
    this.#gap = 0
  }
}

const NO_BYTES = new Uint8Array(0)
