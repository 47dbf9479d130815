/**
 * List nodes: where the elements of a large list are, and how its nodes come, grow, split, merge and go.
 *
 *     NodeSequence --> node: block, start, end, items
 *                              |
 *                              v         start          end
 *                            block:  free  | elements ... |  free          (structures/element-run.ts)
 *
 * A run has nothing for walking backwards: that is 1 byte in 18 of a list of short elements. Where the last elements of
 * a node begin is noted when they are first asked for, and kept right while elements come and go at the ends
 * (`tailIndex`, one for all lists): so a pop at the tail reads one element, and only the first one in a node reads all.
 *
 * A push writes ahead of `start` or behind `end`, a pop moves them; nothing is shifted. A new block at an end of a long
 * list is as large as a node may become; those of short lists grow by halves.
 *
 * How much a node takes is Redis's parameter list-max-listpack-size, as far as a block of the arena allows; it counts
 * what is in the block, so that a node has some elements more than Redis's, which are a byte longer each. An element
 * too long for that has a node and a buffer of its own (a plain node, in Redis's words): its block is 0, its start and
 * end are the index of the buffer. Nodes are not compressed, whatever list-compress-depth says.
 *
 * Everything here is about the node under the sequence's cursor.
 */

import { copyBytes } from '@kvasir/protocol'
import { Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from '../structures/arena.ts'
import { element, encoded } from '../structures/element.ts'
import { positionInRun, RunIndex } from '../structures/element-run.ts'
import { listpackBytesOfRun } from '../structures/listpack.ts'
import { NODE_BLOCK, NODE_END, NODE_START, NodeSequence } from '../structures/node-sequence.ts'
import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'
import { type ListLimits, listNodeBytes, listNodeItems } from './list-limits.ts'

/** Most that encoding adds to an element that a node takes. */
const ELEMENT_HEAD_BYTES = 5
/** What Redis reckons with for an element that has a node to itself. */
const ELEMENT_OVERHEAD_BYTES = 8
const NODE_BYTES_FIRST = 1024
/** A list with more nodes than this gets blocks of full size for new ones. */
const SHORT_LIST_NODES = 4
/** The objects around the arena's blocks, roughly. */
const OBJECT_BYTES = 400
/** In place of a plain node's block. */
export const PLAIN_BLOCK = 0

/** Where the last elements of one node begin. */
class TailIndex extends RunIndex {
  /** Number of the list: a reference would keep the list's arena. */
  #list = 0
  #block = PLAIN_BLOCK
  /** Positions ahead of this one are of elements that are gone. */
  #first = 0

  /** Notes all elements of a node, which are in `buf[start .. end)`. */
  begin(list: number, block: number, buf: Uint8Array, start: number, end: number): void {
    this.#list = list
    this.#block = block
    this.#first = 0
    this.fill(buf, start, end)
  }

  isOf(list: number, block: number): boolean {
    return this.#list === list && this.#block === block
  }

  /** How many are known. */
  get known(): number {
    return this.count - this.#first
  }

  /** @param fromEnd 0 for the last element, up to `known` - 1 */
  at(fromEnd: number): number {
    return this.positions[this.count - 1 - fromEnd]
  }

  pop(count: number): void {
    this.count = Math.max(this.#first, this.count - count)
  }

  /** The node has only so many elements left, its last ones. */
  keepLast(count: number): void {
    this.#first = Math.max(this.#first, this.count - count)
  }

  forget(): void {
    this.#list = 0
  }
}

const tailIndex = new TailIndex()
let lists = 0

export abstract class ListNodes {
  readonly arena: Arena
  /** list-max-listpack-size when the list was made: as in Valkey, it holds for all its nodes. */
  readonly listNodeSize: number
  protected readonly nodes = new NodeSequence()
  readonly #number = ++lists
  /** Buffers of plain nodes, by index; what is not used any more is in `#unused`. */
  readonly #plain: Uint8Array[] = []
  readonly #unused: number[] = []
  #plainBytes = 0
  arenaBytes = 0
  /** Bytes of all elements, as they would be in one listpack. */
  elementBytes = 0

  constructor(arena: Arena, { listNodeSize }: ListLimits) {
    this.arena = arena
    this.listNodeSize = listNodeSize
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.nodes.bytes + this.#plainBytes
  }

  get length(): number {
    return this.nodes.items
  }

  get nodeCount(): number {
    return this.nodes.nodes
  }

  /** Whether it has a node for an element that is too long for the others. */
  get hasPlainNodes(): boolean {
    return this.#plainBytes > 0
  }

  // --- the cursor's node

  protected get isPlain(): boolean {
    return this.nodes.words[this.nodes.at + NODE_BLOCK] === PLAIN_BLOCK
  }

  protected get buf(): Uint8Array {
    return this.arena.u8[this.nodes.words[this.nodes.at + NODE_BLOCK] >>> SEGMENT_SHIFT]
  }

  /** Where the node's block begins in `buf`. */
  protected get base(): number {
    return (this.nodes.words[this.nodes.at + NODE_BLOCK] & SEGMENT_UNIT_MASK) << 3
  }

  protected readPlain(): void {
    const bytes = this.#plain[this.nodes.words[this.nodes.at + NODE_START]]
    element.buf = bytes
    element.start = 0
    element.length = bytes.length
  }

  protected isLong(length: number): boolean {
    return length > listNodeBytes(this)
  }

  /** Whether the node takes one more element of `length` bytes. */
  protected takes(length: number): boolean {
    if (this.isPlain) return false
    const { words, at, nodeItems } = this.nodes
    const bytes = words[at + NODE_END] - words[at + NODE_START]
    return bytes + length + ELEMENT_HEAD_BYTES <= listNodeBytes(this) && nodeItems < listNodeItems(this)
  }

  /** Position in `buf` of one of the node's elements. Elements behind the middle are found from the end. */
  protected position(offset: number): number {
    if (offset * 2 > this.nodes.nodeItems) return this.positionFromEnd(offset)
    return positionInRun(this.buf, this.base + this.nodes.words[this.nodes.at + NODE_START], offset)
  }

  /** As `position`; the ones before it are found at once then, until another node is read in this way. */
  protected positionFromEnd(offset: number): number {
    const { words, at, nodeItems } = this.nodes
    const block = words[at + NODE_BLOCK]
    const fromEnd = nodeItems - 1 - offset
    if (!tailIndex.isOf(this.#number, block) || tailIndex.known <= fromEnd) {
      const { buf, base } = this
      tailIndex.begin(this.#number, block, buf, base + words[at + NODE_START], base + words[at + NODE_END])
    }
    return tailIndex.at(fromEnd)
  }

  /** Whether it is this node whose last elements are noted. */
  get #isIndexed(): boolean {
    return tailIndex.isOf(this.#number, this.nodes.words[this.nodes.at + NODE_BLOCK])
  }

  /** To be called when elements of the node moved or changed in some other way than by push and pop. */
  protected forgetPositions(): void {
    if (this.#isIndexed) tailIndex.forget()
  }

  /** To be called when elements were taken from an end of the node, of which `left` are left. */
  protected poppedHead(left: number): void {
    if (this.#isIndexed) tailIndex.keepLast(left)
  }

  protected poppedTail(count: number): void {
    if (this.#isIndexed) tailIndex.pop(count)
  }

  /** Gives the node, which has no block yet, one. @param front whether it is going to be filled from its end */
  protected openNode(bytes: number, front: boolean): void {
    const nodes = this.nodes
    const isCounted = this.listNodeSize >= 0
    const usual = nodes.nodes > SHORT_LIST_NODES ? listNodeBytes(this) : NODE_BYTES_FIRST
    const block = this.alloc(isCounted ? bytes : Math.max(bytes, usual))
    const at = front ? this.arena.capacity(block) : 0
    nodes.words[nodes.at + NODE_BLOCK] = block
    nodes.words[nodes.at + NODE_START] = at
    nodes.words[nodes.at + NODE_END] = at
  }

  protected alloc(bytes: number): number {
    const block = this.arena.alloc(bytes, KIND_OBJECT)
    this.arenaBytes += this.arena.capacity(block)
    return block
  }

  protected freeBlock(block: number): void {
    if (tailIndex.isOf(this.#number, block)) tailIndex.forget()
    this.arenaBytes -= this.arena.capacity(block)
    this.arena.free(block)
  }

  /** Moves the node's elements to a block of `capacity` bytes, to its end or its beginning. */
  protected moveTo(capacity: number, toEnd: boolean): void {
    const { words, at } = this.nodes
    const old = words[at + NODE_BLOCK]
    const from = this.buf
    const start = this.base + words[at + NODE_START]
    const used = words[at + NODE_END] - words[at + NODE_START]
    const block = this.alloc(capacity)
    words[at + NODE_BLOCK] = block
    const to = toEnd ? this.arena.capacity(block) - used : 0
    copyBytes(from, start, used, this.buf, this.base + to)
    words[at + NODE_START] = to
    words[at + NODE_END] = to + used
    this.freeBlock(old)
  }

  /** Makes room for `bytes` more ahead of the node's first element, or behind its last. */
  protected makeRoom(bytes: number, front: boolean): void {
    const { words, at } = this.nodes
    const start = words[at + NODE_START]
    const end = words[at + NODE_END]
    const capacity = this.arena.capacity(words[at + NODE_BLOCK])
    if (front ? start >= bytes : end + bytes <= capacity) return
    const used = end - start
    if (used + bytes <= capacity) {
      this.forgetPositions()
      const to = front ? capacity - used : 0
      const base = this.base
      this.buf.copyWithin(base + to, base + start, base + end)
      words[at + NODE_START] = to
      words[at + NODE_END] = to + used
      return
    }
    const grown = Math.min(Math.floor(capacity * 1.5), Math.max(listNodeBytes(this), used + bytes))
    this.moveTo(Math.min(BLOCK_BYTES_MAX, Math.max(grown, used + bytes)), front)
  }

  /** Gives back most of a block that became mostly empty. */
  protected shrink(): void {
    const { words, at } = this.nodes
    const used = words[at + NODE_END] - words[at + NODE_START]
    const capacity = this.arena.capacity(words[at + NODE_BLOCK])
    if (used * 3 < capacity && Arena.classBytes(used) < capacity) this.moveTo(used, false)
  }

  /** Takes the node out with all its elements. @returns false when there is no next one */
  protected dropNode(): boolean {
    const { words, at } = this.nodes
    if (this.isPlain) this.dropPlain()
    else {
      const { buf, base } = this
      this.elementBytes -= listpackBytesOfRun(buf, base + words[at + NODE_START], base + words[at + NODE_END])
      this.freeBlock(words[at + NODE_BLOCK])
    }
    return this.nodes.remove()
  }

  protected dropPlain(): void {
    const handle = this.nodes.words[this.nodes.at + NODE_START]
    const { length } = this.#plain[handle]
    this.#plain[handle] = EMPTY
    this.#unused.push(handle)
    this.#plainBytes -= length
    this.elementBytes -= length + ELEMENT_OVERHEAD_BYTES
  }

  /** Makes the new node under the cursor a plain one that holds these bytes. */
  protected fillPlain(source: Uint8Array, start: number, length: number): void {
    const nodes = this.nodes
    const handle = this.#unused.pop() ?? this.#plain.length
    this.#plain[handle] = source.slice(start, start + length)
    this.#plainBytes += length
    this.elementBytes += length + ELEMENT_OVERHEAD_BYTES
    nodes.words[nodes.at + NODE_BLOCK] = PLAIN_BLOCK
    nodes.words[nodes.at + NODE_START] = handle
    nodes.words[nodes.at + NODE_END] = handle
    nodes.addItems(1)
  }

  /** Adds what is `encoded` ahead of the node's elements. */
  protected prepend(): void {
    const { length } = encoded
    this.makeRoom(length, true)
    const { words, at } = this.nodes
    const start = words[at + NODE_START] - length
    words[at + NODE_START] = start
    copyBytes(encoded.buf, 0, length, this.buf, this.base + start)
    this.addedEncoded()
  }

  /** Adds what is `encoded`, one element, behind the node's elements. */
  protected append(): void {
    const { length } = encoded
    this.makeRoom(length, false)
    const { words, at } = this.nodes
    const end = words[at + NODE_END]
    words[at + NODE_END] = end + length
    copyBytes(encoded.buf, 0, length, this.buf, this.base + end)
    if (this.#isIndexed) tailIndex.push(this.base + end)
    this.addedEncoded()
  }

  protected addedEncoded(): void {
    this.added(listpackBytesOfRun(encoded.buf, 0, encoded.length), encoded.count)
  }

  /** @param bytes of the elements in a listpack */
  protected added(bytes: number, items: number): void {
    this.elementBytes += bytes
    this.nodes.addItems(items)
  }

  /** Splits the cursor's node ahead of one of its elements. The cursor stands on the left part, or the node before. */
  protected splitBefore(offset: number): void {
    const nodes = this.nodes
    if (offset === 0) {
      nodes.previous()
      return
    }
    const { words, at } = nodes
    const buf = this.buf
    const base = this.base
    const end = words[at + NODE_END]
    const items = nodes.nodeItems
    const pos = positionInRun(buf, base + words[at + NODE_START], offset)
    this.forgetPositions()
    const bytes = base + end - pos
    words[at + NODE_END] = pos - base
    nodes.addItems(offset - items)
    nodes.insertNext()
    const block = this.alloc(bytes)
    nodes.words[nodes.at + NODE_BLOCK] = block
    nodes.words[nodes.at + NODE_START] = 0
    nodes.words[nodes.at + NODE_END] = bytes
    copyBytes(buf, pos, bytes, this.buf, this.base)
    nodes.addItems(items - offset)
    this.#mergeNext()
    nodes.previous()
    if (nodes.previous()) {
      // What is left of the node may fit behind the one before it.
      if (!this.#mergeNext()) nodes.next()
    }
    this.shrink()
  }

  /** Joins the node with the next one, if one node takes both. @returns whether it did */
  #mergeNext(): boolean {
    const nodes = this.nodes
    if (this.isPlain) return false
    const used = nodes.words[nodes.at + NODE_END] - nodes.words[nodes.at + NODE_START]
    const items = nodes.nodeItems
    if (!nodes.next()) return false
    const { words, at } = nodes
    const block = words[at + NODE_BLOCK]
    const start = words[at + NODE_START]
    const bytes = words[at + NODE_END] - start
    if (block === PLAIN_BLOCK || used + bytes > listNodeBytes(this) || items + nodes.nodeItems > listNodeItems(this)) {
      nodes.previous()
      return false
    }
    const from = this.buf
    const pos = this.base + start
    const added = nodes.nodeItems
    const isLast = !nodes.remove()
    if (isLast) nodes.last()
    else nodes.previous()
    this.forgetPositions()
    this.makeRoom(bytes, false)
    const end = nodes.words[nodes.at + NODE_END]
    copyBytes(from, pos, bytes, this.buf, this.base + end)
    nodes.words[nodes.at + NODE_END] = end + bytes
    nodes.addItems(added)
    this.freeBlock(block)
    return true
  }
}

const EMPTY = new Uint8Array(0)
