/**
 * Large list: what commands do with it, on the nodes of list-nodes.ts. keyspace/list-value.ts has the packed form, and
 * is the face of both.
 *
 * What is read is left in element.ts's `element`. What is put in may not lie in this list.
 *
 * Complexity: push and pop O(1); an element by its index as in node-sequence.ts, and half a node; insert and remove the
 * same, and shifting half a node.
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { SEGMENT_SHIFT } from '../structures/arena.ts'
import { element, encoded, isElementEqual, readElement } from '../structures/element.ts'
import { nextElement, removal, removeElements } from '../structures/element-run.ts'
import { listpackBytesOfRun } from '../structures/listpack.ts'
import { Needle, TOO_LONG } from '../structures/needle.ts'
import { NODE_BLOCK, NODE_END, NODE_START } from '../structures/node-sequence.ts'
import { type ListLimits, REPLACED_NODE_BYTES_MAX } from './list-limits.ts'
import { ListNodes, PLAIN_BLOCK } from './list-nodes.ts'
import { releaseAll, type ValueObject } from './value-object.ts'

export type VisitElement = (buf: Uint8Array, start: number, length: number) => void

export class ListObject extends ListNodes implements ValueObject {
  /** Whether Redis would still keep it as a listpack. */
  isNominallyPacked: boolean

  constructor(arena: Arena, limits: ListLimits, isNominallyPacked: boolean) {
    super(arena, limits)
    this.isNominallyPacked = isNominallyPacked
  }

  get encodingName(): string {
    return this.isNominallyPacked ? 'listpack' : 'quicklist'
  }

  // --- reading

  /** Lets `element` be the one with this index, 0 to `length` - 1. */
  read(index: number): void {
    const nodes = this.nodes
    const offset = nodes.seek(index)
    if (this.isPlain) return this.readPlain()
    readElement(this.buf, this.position(offset))
  }

  /** Visits `count` elements from an index on, which must be there. The list may not change meanwhile. */
  forRange(index: number, count: number, visit: VisitElement): void {
    if (count <= 0) return
    const nodes = this.nodes
    let offset = nodes.seek(index)
    let left = count
    for (;;) {
      const items = nodes.nodeItems
      const take = Math.min(left, items - offset)
      this.#visitNode(offset, take, visit)
      left -= take
      if (left === 0) return
      nodes.next()
      offset = 0
    }
  }

  #visitNode(offset: number, count: number, visit: VisitElement): void {
    if (this.isPlain) {
      this.readPlain()
      return visit(element.buf, element.start, element.length)
    }
    const buf = this.buf
    let pos = this.position(offset)
    for (let i = 0; i < count; i++) {
      readElement(buf, pos)
      visit(element.buf, element.start, element.length)
      pos = nextElement(buf, pos)
    }
  }

  /** As `forRange`, from an index towards the head. */
  forRangeBackwards(index: number, count: number, visit: VisitElement): void {
    if (count <= 0) return
    const nodes = this.nodes
    let offset = nodes.seek(index)
    let left = count
    for (;;) {
      const take = Math.min(left, offset + 1)
      this.#visitNodeBackwards(offset, take, visit)
      left -= take
      if (left === 0) return
      nodes.previous()
      offset = nodes.nodeItems - 1
    }
  }

  #visitNodeBackwards(offset: number, count: number, visit: VisitElement): void {
    if (this.isPlain) return this.#visitNode(offset, count, visit)
    const buf = this.buf
    for (let i = 0; i < count; i++) {
      readElement(buf, this.positionFromEnd(offset - i))
      visit(element.buf, element.start, element.length)
    }
  }

  /**
   * Visits the nodes in order, for DUMP and RDB: the run of elements that one holds, or the one element of a
   * plain node as it is.
   */
  forEachNode(visit: (buf: Uint8Array, start: number, length: number, items: number, isPlain: boolean) => void): void {
    const nodes = this.nodes
    for (let more = nodes.first(); more; more = nodes.next()) {
      const isPlain = this.isPlain
      if (isPlain) this.readPlain()
      const start = nodes.words[nodes.at + NODE_START]
      const bytes = nodes.words[nodes.at + NODE_END] - start
      if (isPlain) visit(element.buf, element.start, element.length, 1, true)
      else visit(this.buf, this.base + start, bytes, nodes.nodeItems, false)
    }
  }

  /**
   * Visits the indexes of the elements equal to `value`, from `index` on in steps of 1 or -1, at most `count` elements
   * looked at, until `visit` answers false.
   */
  forEachEqual(
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    index: number,
    step: 1 | -1,
    count: number,
    visit: (index: number) => boolean,
  ): void {
    if (count <= 0) return
    const nodes = this.nodes
    const needle = new Needle(value, valueStart, valueLength)
    let offset = nodes.seek(index)
    let at = index
    let left = count
    for (;;) {
      const take = Math.min(left, step === 1 ? nodes.nodeItems - offset : offset + 1)
      if (!this.#visitEqual(needle, offset, step, take, at, visit)) return
      left -= take
      at += step * take
      if (left === 0) return
      if (!(step === 1 ? nodes.next() : nodes.previous())) return
      offset = step === 1 ? 0 : nodes.nodeItems - 1
    }
  }

  /** As `forEachEqual`, within the cursor's node. @returns false when `visit` did */
  #visitEqual(
    needle: Needle,
    offset: number,
    step: 1 | -1,
    count: number,
    index: number,
    visit: (index: number) => boolean,
  ): boolean {
    if (this.isPlain) {
      this.readPlain()
      return needle.isRead() ? visit(index) : true
    }
    if (needle.bytes === TOO_LONG) return true
    const buf = this.buf
    let pos = step === 1 ? this.position(offset) : 0
    for (let i = 0; i < count; i++) {
      if (step === -1) pos = this.positionFromEnd(offset - i)
      if (isElementEqual(buf, pos, needle.buf, needle.bytes) && !visit(index + step * i)) return false
      if (step === 1) pos = nextElement(buf, pos)
    }
    return true
  }

  // --- changes; what is put in may not lie in this list

  pushHead(source: Uint8Array, start: number, length: number): void {
    const nodes = this.nodes
    if (this.isLong(length)) {
      nodes.insertFirst()
      return this.fillPlain(source, start, length)
    }
    encoded.clear()
    encoded.add(source, start, length)
    if (!nodes.first() || !this.takes(length)) {
      nodes.insertFirst()
      this.openNode(encoded.length, true)
    }
    this.prepend()
  }

  pushTail(source: Uint8Array, start: number, length: number): void {
    const nodes = this.nodes
    if (this.isLong(length)) {
      nodes.insertLast()
      return this.fillPlain(source, start, length)
    }
    encoded.clear()
    encoded.add(source, start, length)
    if (!nodes.last() || !this.takes(length)) {
      nodes.insertLast()
      this.openNode(encoded.length, false)
    }
    this.append()
  }

  /** Adds a node of its own at the tail: a run of elements of at most BLOCK_BYTES_MAX, with shortest encodings. */
  appendRun(buf: Uint8Array, start: number, length: number, items: number): void {
    const nodes = this.nodes
    nodes.insertLast()
    const block = this.alloc(length)
    nodes.words[nodes.at + NODE_BLOCK] = block
    nodes.words[nodes.at + NODE_START] = 0
    nodes.words[nodes.at + NODE_END] = length
    copyBytes(buf, start, length, this.buf, this.base)
    this.added(listpackBytesOfRun(buf, start, start + length), items)
  }

  /** Puts an element ahead of the one with this index; `length` for behind the last one. */
  insert(index: number, source: Uint8Array, start: number, length: number): void {
    if (index === 0) return this.pushHead(source, start, length)
    if (index === this.length) return this.pushTail(source, start, length)
    const nodes = this.nodes
    const offset = nodes.seek(index)
    if (this.isLong(length)) {
      this.splitBefore(offset)
      nodes.insertNext()
      return this.fillPlain(source, start, length)
    }
    encoded.clear()
    encoded.add(source, start, length)
    if (this.takes(length)) return this.#insertWithin(offset)
    this.splitBefore(offset)
    // The cursor is on the left part now, or on the node before.
    if (!this.takes(length)) {
      nodes.next()
      if (!this.takes(length)) {
        nodes.previous()
        nodes.insertNext()
        this.openNode(encoded.length, false)
      }
      return this.prepend()
    }
    this.append()
  }

  /** Inserts what is `encoded` ahead of the node's element number `offset`; shifts the shorter side. */
  #insertWithin(offset: number): void {
    const nodes = this.nodes
    const { words, at } = nodes
    const { length } = encoded
    const items = nodes.nodeItems
    const buf = this.buf
    const base = this.base
    const start = base + words[at + NODE_START]
    const pos = this.position(offset)
    const before = pos - start
    this.forgetPositions()
    if (offset * 2 < items && words[at + NODE_START] >= length) {
      buf.copyWithin(start - length, start, pos)
      words[at + NODE_START] -= length
      copyBytes(encoded.buf, 0, length, buf, pos - length)
    } else {
      this.makeRoom(length, false)
      const to = this.base + words[at + NODE_START] + before
      const end = words[at + NODE_END]
      this.buf.copyWithin(to + length, to, this.base + end)
      words[at + NODE_END] = end + length
      copyBytes(encoded.buf, 0, length, this.buf, to)
    }
    this.addedEncoded()
  }

  /** Gives the element with this index another value. */
  set(index: number, source: Uint8Array, start: number, length: number): void {
    const nodes = this.nodes
    const offset = nodes.seek(index)
    const { words, at } = nodes
    if (this.isPlain && this.isLong(length)) {
      this.dropPlain()
      nodes.addItems(-1)
      return this.fillPlain(source, start, length)
    }
    if (!this.isPlain && !this.isLong(length)) {
      encoded.clear()
      encoded.add(source, start, length)
      const runStart = this.base + words[at + NODE_START]
      const runEnd = this.base + words[at + NODE_END]
      const pos = this.position(offset)
      const removed = nextElement(this.buf, pos) - pos
      const bytes = runEnd - runStart - removed + encoded.length
      if (encoded.length <= removed || bytes <= REPLACED_NODE_BYTES_MAX) {
        return this.#replaceWithin(pos - runStart, removed)
      }
    }
    this.insert(index + 1, source, start, length)
    this.removeRange(index, 1)
  }

  /** Replaces the element that begins `offset` bytes behind the node's first by what is in `encoded`. */
  #replaceWithin(offset: number, removed: number): void {
    const { words, at } = this.nodes
    const { length } = encoded
    if (length > removed) this.makeRoom(length - removed, false)
    const pos = this.base + words[at + NODE_START] + offset
    this.elementBytes -= listpackBytesOfRun(this.buf, pos, pos + removed)
    this.elementBytes += listpackBytesOfRun(encoded.buf, 0, length)
    if (length !== removed) {
      this.forgetPositions()
      this.buf.copyWithin(pos + length, pos + removed, this.base + words[at + NODE_END])
      words[at + NODE_END] += length - removed
    }
    copyBytes(encoded.buf, 0, length, this.buf, pos)
  }

  /** Removes `count` elements from an index on, which must be there. */
  removeRange(index: number, count: number): void {
    if (count <= 0) return
    const nodes = this.nodes
    let offset = nodes.seek(index)
    let left = count
    while (left > 0) {
      const items = nodes.nodeItems
      const take = Math.min(left, items - offset)
      left -= take
      if (take === items) {
        if (!this.dropNode()) return
      } else {
        this.#removeWithin(offset, take)
        if (left === 0 || !nodes.next()) return
      }
      offset = 0
    }
  }

  /** Removes some but not all of the node's elements; shifts the shorter side. */
  #removeWithin(offset: number, count: number): void {
    const nodes = this.nodes
    const { words, at } = nodes
    const items = nodes.nodeItems
    const buf = this.buf
    const base = this.base
    const start = base + words[at + NODE_START]
    const end = base + words[at + NODE_END]
    const from = this.position(offset)
    let to = from
    if (offset + count === items) to = end
    else for (let i = 0; i < count; i++) to = nextElement(buf, to)
    this.elementBytes -= listpackBytesOfRun(buf, from, to)
    if (offset === 0) this.poppedHead(items - count)
    else if (to === end) this.poppedTail(count)
    else this.forgetPositions()
    if (from - start < end - to) {
      buf.copyWithin(start + to - from, start, from)
      words[at + NODE_START] += to - from
    } else {
      buf.copyWithin(from, to, end)
      words[at + NODE_END] -= to - from
    }
    nodes.addItems(-count)
    this.shrink()
  }

  /** Removes elements equal to `value`, at most `max`, the first or the last ones. @returns how many */
  removeEqual(value: Uint8Array, valueStart: number, valueLength: number, max: number, fromEnd: boolean): number {
    const nodes = this.nodes
    const needle = new Needle(value, valueStart, valueLength)
    let removed = 0
    let more = fromEnd ? nodes.last() : nodes.first()
    while (more && removed < max) {
      const count = this.#removeEqualWithin(needle, max - removed, fromEnd)
      removed += count
      if (count === nodes.nodeItems) {
        more = this.#dropNodeOnTheWay(fromEnd)
        continue
      }
      if (count > 0) {
        nodes.addItems(-count)
        this.shrink()
      }
      more = fromEnd ? nodes.previous() : nodes.next()
    }
    return removed
  }

  /** Removes them but for the node's count of items, and but for a plain node. @returns how many */
  #removeEqualWithin(needle: Needle, max: number, fromEnd: boolean): number {
    if (this.isPlain) {
      this.readPlain()
      return needle.isRead() ? 1 : 0
    }
    if (needle.bytes === TOO_LONG) return 0
    const { words, at } = this.nodes
    const base = this.base
    const end = base + words[at + NODE_END]
    const to = removeElements(this.buf, base + words[at + NODE_START], end, needle.buf, needle.bytes, max, fromEnd)
    if (removal.count > 0) this.forgetPositions()
    this.elementBytes -= removal.count * listpackBytesOfRun(needle.buf, 0, needle.bytes)
    words[at + NODE_END] = to - base
    return removal.count
  }

  /** @returns whether the cursor stands on the node to go on with */
  #dropNodeOnTheWay(fromEnd: boolean): boolean {
    const nodes = this.nodes
    const hasNext = this.dropNode()
    if (!fromEnd) return hasNext
    return hasNext ? nodes.previous() : nodes.last()
  }

  // --- as a whole

  copy(arena: Arena): ListObject {
    const copy = new ListObject(arena, this, this.isNominallyPacked)
    this.forEachNode((buf, start, length, items, isPlain) => {
      if (!isPlain) return copy.appendRun(buf, start, length, items)
      copy.appendPlain(buf, start, length)
    })
    return copy
  }

  /** Adds a plain node at the tail. */
  appendPlain(buf: Uint8Array, start: number, length: number): void {
    this.nodes.insertLast()
    this.fillPlain(buf, start, length)
  }

  free(): void {
    releaseAll(this.release())
  }

  *release(): Generator<void> {
    const nodes = this.nodes
    while (nodes.last()) {
      if (!this.isPlain) this.freeBlock(nodes.words[nodes.at + NODE_BLOCK])
      nodes.remove()
      yield
    }
  }

  leaveSegment(segment: number): void {
    const nodes = this.nodes
    for (let more = nodes.first(); more; more = nodes.next()) {
      const block = nodes.words[nodes.at + NODE_BLOCK]
      if (block === PLAIN_BLOCK || block >>> SEGMENT_SHIFT !== segment) continue
      const atEnd = nodes.words[nodes.at + NODE_END] === this.arena.capacity(block)
      this.moveTo(this.arena.capacity(block), atEnd)
    }
  }
}
