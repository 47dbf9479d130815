/**
 * Counted tree: a B+ tree that keeps 32-bit items in an order that its caller knows, and counts them, so that the item
 * with a rank and the rank of an item are found as quickly as the item itself.
 *
 *     node      a block of the arena, 512 bytes: 128 words; a leaf that is alone has 64 to 512
 *       word 0    entries
 *       leaf      words 1 to 127: items
 *       inner     words 1 to 42: children; 43 to 84: items under each; 85 to 126: the first item under each
 *
 * All leaves are at the same depth; `#height` says how many levels are above them. An empty tree has no node. The tree
 * compares no items: callers pass `isBelow`, which says of an item whether it comes before the place that they mean.
 *
 * Invariants: no node is empty; counts and first items of inner nodes are true. A removal that leaves a node less than
 * a quarter of its entries joins it with a neighbour; appending begins nodes with one. Complexity: all operations
 * O(log n), ranges O(log n + m). A random insert leaves leaves 69 % full, 6 bytes an item; appending fills them.
 *
 * Source: R. Bayer, E. McCreight, "Organization and Maintenance of Large Ordered Indexes".
 */

import { type Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'

const NODE_BYTES = 512
const FIRST_NODE_BYTES = 64
const NO_NODE = 0
const LEAF_MAX = 127
const INNER_MAX = 42
const CHILDREN = 1
const COUNTS = CHILDREN + INNER_MAX
const FIRSTS = COUNTS + INNER_MAX

/** Whether an item comes before the place that is meant. True for all items up to some rank, false behind it. */
export type IsBelow = (item: number) => boolean

export class CountedTree {
  readonly arena: Arena
  /** Items. */
  size = 0
  /** Bytes of the nodes. */
  bytes = 0
  #root = NO_NODE
  /** Levels of inner nodes. */
  #height = 0

  constructor(arena: Arena) {
    this.arena = arena
  }

  // --- finding

  /** How many items come before a place: the rank of the first item behind it. */
  rank(isBelow: IsBelow): number {
    if (this.size === 0) return 0
    let node = this.#root
    let rank = 0
    for (let level = this.#height; level > 0; level--) {
      const words = this.#words(node)
      const base = baseOf(node)
      const i = Math.max(0, lowerBound(words, base + FIRSTS, words[base], isBelow) - 1)
      for (let k = 0; k < i; k++) rank += words[base + COUNTS + k]
      node = words[base + CHILDREN + i]
    }
    const words = this.#words(node)
    const base = baseOf(node)
    return rank + lowerBound(words, base + 1, words[base], isBelow)
  }

  /** The item with a rank, 0 to size - 1. */
  at(rank: number): number {
    let node = this.#root
    let rest = rank
    for (let level = this.#height; level > 0; level--) {
      const words = this.#words(node)
      const base = baseOf(node)
      let i = 0
      while (rest >= words[base + COUNTS + i]) rest -= words[base + COUNTS + i++]
      node = words[base + CHILDREN + i]
    }
    return this.#words(node)[baseOf(node) + 1 + rest]
  }

  /**
   * Visits `count` items from a rank on, upwards or downwards; stops when `visit` returns false. The tree may not
   * change meanwhile.
   */
  walk(rank: number, count: number, isReverse: boolean, visit: (item: number) => unknown): void {
    let at = rank
    let left = isReverse ? Math.min(count, rank + 1) : Math.min(count, this.size - rank)
    while (left > 0) {
      let node = this.#root
      let rest = at
      for (let level = this.#height; level > 0; level--) {
        const words = this.#words(node)
        const base = baseOf(node)
        let i = 0
        while (rest >= words[base + COUNTS + i]) rest -= words[base + COUNTS + i++]
        node = words[base + CHILDREN + i]
      }
      const words = this.#words(node)
      const base = baseOf(node)
      const here = Math.min(left, isReverse ? rest + 1 : words[base] - rest)
      for (let k = 0; k < here; k++) {
        if (visit(words[base + 1 + (isReverse ? rest - k : rest + k)]) === false) return
      }
      at += isReverse ? -here : here
      left -= here
    }
  }

  /** Lets the item at the place, which has to be `from`, be `to`: the same element at another address. */
  replace(isBelow: IsBelow, from: number, to: number): void {
    let node = this.#root
    for (let level = this.#height; level > 0; level--) {
      const words = this.#words(node)
      const base = baseOf(node)
      const below = lowerBound(words, base + FIRSTS, words[base], isBelow)
      // The first item of the next child may be the one.
      const i = below < words[base] && words[base + FIRSTS + below] === from ? below : Math.max(0, below - 1)
      if (words[base + FIRSTS + i] === from) words[base + FIRSTS + i] = to
      node = words[base + CHILDREN + i]
    }
    const words = this.#words(node)
    const base = baseOf(node)
    const i = lowerBound(words, base + 1, words[base], isBelow)
    if (i === words[base] || words[base + 1 + i] !== from) throw new Error('counted tree: the item is not at its place')
    words[base + 1 + i] = to
  }

  // --- inserting

  /** Puts an item in front of the first one that is not below. */
  insert(item: number, isBelow: IsBelow): void {
    if (this.#height === 0) this.#growRoot()
    const sibling = this.#insertInto(this.#root, this.#height, item, isBelow, true)
    this.size++
    if (sibling === 0) return
    const root = this.#newNode()
    const words = this.#words(root)
    const base = baseOf(root)
    words[base] = 2
    this.#height++
    this.#describe(root, 0, this.#root)
    this.#describe(root, 1, sibling)
    this.#root = root
  }

  /** Sees to it that a leaf that is alone has room for one more item, or is as large as leaves get. */
  #growRoot(): void {
    const old = this.#root
    if (old === NO_NODE) {
      this.#root = this.#newNode(FIRST_NODE_BYTES)
      return
    }
    const capacity = this.arena.capacity(old)
    if (capacity === NODE_BYTES || this.#words(old)[baseOf(old)] + 1 < capacity / 4) return
    this.#root = this.#newNode(capacity * 2)
    this.#words(this.#root)[baseOf(this.#root)] = this.size
    this.#copy(old, 0, this.#root, 0, this.size, 0)
    this.#freeNode(old)
  }

  /** @returns the new right sibling when the node was split, else 0 */
  #insertInto(node: number, level: number, item: number, isBelow: IsBelow, isLast: boolean): number {
    const words = this.#words(node)
    const base = baseOf(node)
    const entries = words[base]
    if (level === 0) {
      const i = lowerBound(words, base + 1, entries, isBelow)
      if (entries < LEAF_MAX) {
        words.copyWithin(base + 2 + i, base + 1 + i, base + 1 + entries)
        words[base + 1 + i] = item
        words[base] = entries + 1
        return 0
      }
      // Behind the last item of all a new leaf begins: whoever appends fills all leaves.
      const sibling = this.#split(node, 0, isLast && i === entries ? entries : entries >> 1)
      this.#insertInto(i > words[base] || words[base] === LEAF_MAX ? sibling : node, 0, item, isBelow, false)
      return sibling
    }
    const i = Math.max(0, lowerBound(words, base + FIRSTS, entries, isBelow) - 1)
    const child = words[base + CHILDREN + i]
    const newChild = this.#insertInto(child, level - 1, item, isBelow, isLast && i === entries - 1)
    if (newChild === 0) {
      words[base + COUNTS + i]++
      words[base + FIRSTS + i] = this.#firstOf(child, level - 1)
      return 0
    }
    this.#describeAt(node, i, child, level - 1)
    if (entries < INNER_MAX) {
      this.#openGap(node, i + 1)
      this.#describeAt(node, i + 1, newChild, level - 1)
      return 0
    }
    const sibling = this.#split(node, level, isLast && i === entries - 1 ? entries - 1 : entries >> 1)
    const kept = words[base]
    const target = i + 1 > kept ? sibling : node
    const at = i + 1 > kept ? i + 1 - kept : i + 1
    this.#openGap(target, at)
    this.#describeAt(target, at, newChild, level - 1)
    return sibling
  }

  /** Moves the entries from `kept` on into a new node. */
  #split(node: number, level: number, kept: number): number {
    const sibling = this.#newNode()
    const entries = this.#words(node)[baseOf(node)]
    this.#copy(node, kept, sibling, 0, entries - kept, level)
    this.#words(sibling)[baseOf(sibling)] = entries - kept
    this.#words(node)[baseOf(node)] = kept
    return sibling
  }

  /** Makes room for an entry of an inner node. */
  #openGap(node: number, at: number): void {
    const words = this.#words(node)
    const base = baseOf(node)
    this.#copy(node, at, node, at + 1, words[base] - at, 1)
    words[base]++
  }

  // --- removing

  /** Takes out `count` items from a rank on. */
  remove(rank: number, count: number): void {
    for (let left = count; left > 0; ) {
      const removed = this.#removeFrom(this.#root, this.#height, rank, left)
      this.size -= removed
      left -= removed
      while (this.#height > 0 && this.#words(this.#root)[baseOf(this.#root)] === 1) {
        const old = this.#root
        this.#root = this.#words(old)[baseOf(old) + CHILDREN]
        this.#freeNode(old)
        this.#height--
      }
    }
    if (this.size > 0 || this.#root === NO_NODE) return
    this.#freeNode(this.#root)
    this.#root = NO_NODE
  }

  /** Removes up to `count` items of one leaf. @returns how many */
  #removeFrom(node: number, level: number, rank: number, count: number): number {
    const words = this.#words(node)
    const base = baseOf(node)
    if (level === 0) {
      const removed = Math.min(count, words[base] - rank)
      words.copyWithin(base + 1 + rank, base + 1 + rank + removed, base + 1 + words[base])
      words[base] -= removed
      return removed
    }
    let i = 0
    let rest = rank
    while (rest >= words[base + COUNTS + i]) rest -= words[base + COUNTS + i++]
    const child = words[base + CHILDREN + i]
    const removed = this.#removeFrom(child, level - 1, rest, count)
    const entries = this.#words(child)[baseOf(child)]
    if (entries === 0) {
      this.#freeNode(child)
      this.#copy(node, i + 1, node, i, words[base] - i - 1, 1)
      words[base]--
      return removed
    }
    this.#describeAt(node, i, child, level - 1)
    if (entries * 4 < (level === 1 ? LEAF_MAX : INNER_MAX) && words[base] > 1) {
      this.#fill(node, i > 0 ? i - 1 : 0, level - 1)
    }
    return removed
  }

  /** Makes one of the children `i` and `i + 1`, or shares their entries evenly. */
  #fill(node: number, i: number, level: number): void {
    const words = this.#words(node)
    const base = baseOf(node)
    const left = words[base + CHILDREN + i]
    const right = words[base + CHILDREN + i + 1]
    const leftEntries = this.#words(left)[baseOf(left)]
    const rightEntries = this.#words(right)[baseOf(right)]
    const entries = leftEntries + rightEntries
    if (entries <= (level === 0 ? LEAF_MAX : INNER_MAX)) {
      this.#copy(right, 0, left, leftEntries, rightEntries, level)
      this.#words(left)[baseOf(left)] = entries
      this.#freeNode(right)
      this.#copy(node, i + 2, node, i + 1, words[base] - i - 2, 1)
      words[base]--
      this.#describeAt(node, i, left, level)
      return
    }
    const kept = entries >> 1
    if (kept > leftEntries) {
      const moved = kept - leftEntries
      this.#copy(right, 0, left, leftEntries, moved, level)
      this.#copy(right, moved, right, 0, rightEntries - moved, level)
    } else {
      const moved = leftEntries - kept
      this.#copy(right, 0, right, moved, rightEntries, level)
      this.#copy(left, kept, right, 0, moved, level)
    }
    this.#words(left)[baseOf(left)] = kept
    this.#words(right)[baseOf(right)] = entries - kept
    this.#describeAt(node, i, left, level)
    this.#describeAt(node, i + 1, right, level)
  }

  // --- nodes

  #words(node: number): Int32Array {
    return this.arena.i32[node >>> SEGMENT_SHIFT]
  }

  /** Copies entries of nodes of one level; the places may overlap within a node. */
  #copy(from: number, fromAt: number, to: number, toAt: number, entries: number, level: number): void {
    if (entries <= 0) return
    if (level === 0) return this.#copyWords(baseOf(from) + 1 + fromAt, from, baseOf(to) + 1 + toAt, to, entries)
    for (const part of [CHILDREN, COUNTS, FIRSTS]) {
      this.#copyWords(baseOf(from) + part + fromAt, from, baseOf(to) + part + toAt, to, entries)
    }
  }

  #copyWords(fromWord: number, from: number, toWord: number, to: number, count: number): void {
    const source = this.#words(from)
    const target = this.#words(to)
    if (source === target) source.copyWithin(toWord, fromWord, fromWord + count)
    else target.set(source.subarray(fromWord, fromWord + count), toWord)
  }

  #firstOf(node: number, level: number): number {
    return this.#words(node)[baseOf(node) + (level === 0 ? 1 : FIRSTS)]
  }

  #countOf(node: number, level: number): number {
    const words = this.#words(node)
    const base = baseOf(node)
    if (level === 0) return words[base]
    let count = 0
    for (let i = 0; i < words[base]; i++) count += words[base + COUNTS + i]
    return count
  }

  /** Writes an entry of the root, whose children are a level below `#height`. */
  #describe(node: number, i: number, child: number): void {
    this.#describeAt(node, i, child, this.#height - 1)
  }

  /** Writes an inner node's entry `i`: the child, the items under it, the first of them. */
  #describeAt(node: number, i: number, child: number, childLevel: number): void {
    const words = this.#words(node)
    const base = baseOf(node)
    words[base + CHILDREN + i] = child
    words[base + COUNTS + i] = this.#countOf(child, childLevel)
    words[base + FIRSTS + i] = this.#firstOf(child, childLevel)
  }

  #newNode(bytes = NODE_BYTES): number {
    const node = this.arena.alloc(bytes, KIND_OBJECT)
    this.arena.i32[node >>> SEGMENT_SHIFT][baseOf(node)] = 0
    this.bytes += bytes
    return node
  }

  #freeNode(node: number): void {
    this.bytes -= this.arena.capacity(node)
    this.arena.free(node)
  }

  /** Moves nodes that lie in a segment of the arena elsewhere. */
  leaveSegment(segment: number): void {
    if (this.#root !== NO_NODE) this.#root = this.#leave(this.#root, this.#height, segment)
  }

  /** @returns where the node is now */
  #leave(node: number, level: number, segment: number): number {
    if (level > 0) {
      const words = this.#words(node)
      const base = baseOf(node)
      for (let i = 0; i < words[base]; i++) {
        words[base + CHILDREN + i] = this.#leave(words[base + CHILDREN + i], level - 1, segment)
      }
    }
    if (node >>> SEGMENT_SHIFT !== segment) return node
    const bytes = this.arena.capacity(node)
    const moved = this.arena.alloc(bytes, KIND_OBJECT)
    const from = this.#words(node).subarray(baseOf(node), baseOf(node) + bytes / 4)
    this.#words(moved).set(from, baseOf(moved))
    this.arena.free(node)
    return moved
  }

  /** Gives all nodes back, one at each step; the tree may not be used afterwards. */
  *release(): Generator<void> {
    if (this.#root !== NO_NODE) yield* this.#release(this.#root, this.#height)
  }

  *#release(node: number, level: number): Generator<void> {
    const words = this.#words(node)
    const base = baseOf(node)
    if (level > 0) {
      for (let i = 0; i < words[base]; i++) yield* this.#release(words[base + CHILDREN + i], level - 1)
    }
    this.arena.free(node)
    yield
  }

  /** Throws when an invariant is broken. For tests. */
  check(): void {
    let bytes = 0
    const visit = (node: number, level: number): number => {
      bytes += this.arena.capacity(node)
      const words = this.#words(node)
      const base = baseOf(node)
      const isRoot = node === this.#root
      const entries = words[base]
      const least = isRoot && level > 0 ? 2 : 1
      if (entries < least || entries > (level === 0 ? LEAF_MAX : INNER_MAX)) throw new Error(`${entries} entries`)
      if (level === 0) return entries
      let count = 0
      for (let i = 0; i < entries; i++) {
        const child = words[base + CHILDREN + i]
        const under = visit(child, level - 1)
        if (under !== words[base + COUNTS + i]) throw new Error(`count ${words[base + COUNTS + i]}, not ${under}`)
        if (this.#firstOf(child, level - 1) !== words[base + FIRSTS + i]) throw new Error('the first item is wrong')
        count += under
      }
      return count
    }
    const count = this.#root === NO_NODE ? 0 : visit(this.#root, this.#height)
    if (count !== this.size) throw new Error('the size is wrong')
    if (bytes !== this.bytes) throw new Error(`${bytes} bytes, not ${this.bytes}`)
  }
}

/** Index of a node's first word in its segment. */
function baseOf(node: number): number {
  return (node & SEGMENT_UNIT_MASK) << 1
}

/** How many of the `count` items from word `at` on are below. */
function lowerBound(words: Int32Array, at: number, count: number, isBelow: IsBelow): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBelow(words[at + middle])) low = middle + 1
    else high = middle
  }
  return low
}
