/**
 * Counted nodes: the nodes of a counted tree (counted-tree.ts), and what is done to one of them and its neighbours.
 *
 *     node      a block of the arena, 512 bytes: 128 words; a leaf that is alone has 64 to 512
 *       word 0    entries
 *       leaf      63 entries of 2 words: item, its prefix
 *       inner     31 entries of 4 words: first item under a child, its prefix; the child; items under it
 *
 * Leaves are at level 0. Invariant of whoever is done with a change: counts, first items and their prefixes in inner
 * nodes are true.
 */

import { type Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'

export const NODE_BYTES = 512
export const LEAF_MAX = 63
export const INNER_MAX = 31
export const LEAF_WORDS = 2
export const INNER_WORDS = 4
/** Words of an entry: the item, or the first one under a child, comes first. */
export const PREFIX = 1
export const CHILD = 2
export const COUNT = 3

/**
 * Whether an item comes before the place that is meant: true for all items up to some rank, false behind it. Asked of
 * items that have the prefix of that place.
 */
export type IsBelow = (item: number) => boolean

export class CountedNodes {
  readonly arena: Arena
  /** Of all nodes. */
  bytes = 0

  constructor(arena: Arena) {
    this.arena = arena
  }

  words(node: number): Int32Array {
    return this.arena.i32[node >>> SEGMENT_SHIFT]
  }

  /** Copies entries between nodes of one level, or within a node, where the places may overlap. */
  copy(from: number, fromEntry: number, to: number, toEntry: number, entries: number, entryWords: number): void {
    if (entries <= 0) return
    const source = this.words(from)
    const target = this.words(to)
    const start = entryAt(from, fromEntry, entryWords)
    const end = start + entries * entryWords
    const at = entryAt(to, toEntry, entryWords)
    if (source === target) source.copyWithin(at, start, end)
    else target.set(source.subarray(start, end), at)
  }

  #countOf(node: number, level: number): number {
    const words = this.words(node)
    const entries = words[baseOf(node)]
    if (level === 0) return entries
    let count = 0
    for (let i = 0; i < entries; i++) count += words[entryAt(node, i, INNER_WORDS) + COUNT]
    return count
  }

  /** Writes an inner node's entry `i`: the child, the items under it, the first of them. */
  describe(node: number, i: number, child: number, childLevel: number): void {
    const words = this.words(node)
    const at = entryAt(node, i, INNER_WORDS)
    this.describeFirst(words, at, child)
    words[at + CHILD] = child
    words[at + COUNT] = this.#countOf(child, childLevel)
  }

  describeFirst(words: Int32Array, at: number, child: number): void {
    const source = this.words(child)
    const first = entryAt(child, 0, LEAF_WORDS)
    words[at] = source[first]
    words[at + PREFIX] = source[first + PREFIX]
  }

  create(bytes = NODE_BYTES): number {
    const node = this.arena.alloc(bytes, KIND_OBJECT)
    this.arena.i32[node >>> SEGMENT_SHIFT][baseOf(node)] = 0
    this.bytes += bytes
    return node
  }

  free(node: number): void {
    this.bytes -= this.arena.capacity(node)
    this.arena.free(node)
  }

  putEntry(leaf: number, i: number, item: number, prefix: number): void {
    const words = this.words(leaf)
    const at = entryAt(leaf, i, LEAF_WORDS)
    shiftUp(words, at, entryAt(leaf, words[baseOf(leaf)]++, LEAF_WORDS))
    words[at] = item
    words[at + PREFIX] = prefix
  }

  takeEntries(leaf: number, i: number, count: number): void {
    const words = this.words(leaf)
    const base = baseOf(leaf)
    shiftDown(words, entryAt(leaf, i, LEAF_WORDS), count * LEAF_WORDS, entryAt(leaf, words[base], LEAF_WORDS))
    words[base] -= count
  }

  /** Moves the entries from `kept` on into a new node. */
  split(node: number, level: number, kept: number): number {
    const sibling = this.create()
    const entries = this.words(node)[baseOf(node)]
    this.copy(node, kept, sibling, 0, entries - kept, level === 0 ? LEAF_WORDS : INNER_WORDS)
    this.words(sibling)[baseOf(sibling)] = entries - kept
    this.words(node)[baseOf(node)] = kept
    return sibling
  }

  insertChild(node: number, i: number, child: number, childLevel: number): void {
    const words = this.words(node)
    this.copy(node, i, node, i + 1, words[baseOf(node)]++ - i, INNER_WORDS)
    this.describe(node, i, child, childLevel)
  }

  /** Makes one of the children `i` and `i + 1`, or shares their entries evenly. */
  fill(node: number, i: number, level: number): void {
    const words = this.words(node)
    const base = baseOf(node)
    const entryWords = level === 0 ? LEAF_WORDS : INNER_WORDS
    const left = words[entryAt(node, i, INNER_WORDS) + CHILD]
    const right = words[entryAt(node, i + 1, INNER_WORDS) + CHILD]
    const leftEntries = this.words(left)[baseOf(left)]
    const rightEntries = this.words(right)[baseOf(right)]
    const entries = leftEntries + rightEntries
    if (entries <= (level === 0 ? LEAF_MAX : INNER_MAX)) {
      this.copy(right, 0, left, leftEntries, rightEntries, entryWords)
      this.words(left)[baseOf(left)] = entries
      this.free(right)
      this.copy(node, i + 2, node, i + 1, words[base] - i - 2, INNER_WORDS)
      words[base]--
      this.describe(node, i, left, level)
      return
    }
    const kept = entries >> 1
    if (kept > leftEntries) {
      const moved = kept - leftEntries
      this.copy(right, 0, left, leftEntries, moved, entryWords)
      this.copy(right, moved, right, 0, rightEntries - moved, entryWords)
    } else {
      const moved = leftEntries - kept
      this.copy(right, 0, right, moved, rightEntries, entryWords)
      this.copy(left, kept, right, 0, moved, entryWords)
    }
    this.words(left)[baseOf(left)] = kept
    this.words(right)[baseOf(right)] = entries - kept
    this.describe(node, i, left, level)
    this.describe(node, i + 1, right, level)
  }

  /** @returns where the node is now */
  leave(node: number, level: number, segment: number): number {
    if (level > 0) {
      const words = this.words(node)
      for (let i = 0; i < words[baseOf(node)]; i++) {
        const at = entryAt(node, i, INNER_WORDS) + CHILD
        words[at] = this.leave(words[at], level - 1, segment)
      }
    }
    if (node >>> SEGMENT_SHIFT !== segment) return node
    const bytes = this.arena.capacity(node)
    const moved = this.arena.alloc(bytes, KIND_OBJECT)
    const from = this.words(node).subarray(baseOf(node), baseOf(node) + bytes / 4)
    this.words(moved).set(from, baseOf(moved))
    this.arena.free(node)
    return moved
  }

  *release(node: number, level: number): Generator<void> {
    const words = this.words(node)
    if (level > 0) {
      for (let i = 0; i < words[baseOf(node)]; i++) {
        yield* this.release(words[entryAt(node, i, INNER_WORDS) + CHILD], level - 1)
      }
    }
    this.arena.free(node)
    yield
  }
}

/** Index of a node's first word in its segment. */
export function baseOf(node: number): number {
  return (node & SEGMENT_UNIT_MASK) << 1
}

/** Index of the first word of a node's entry in its segment. */
export function entryAt(node: number, i: number, entryWords: number): number {
  return baseOf(node) + 1 + i * entryWords
}

/** How many entries of the node at word `base` are below. */
export function lowerBound(
  words: Int32Array,
  base: number,
  entryWords: number,
  prefix: number,
  isBelow: IsBelow,
): number {
  let low = 0
  let high = words[base]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = base + 1 + middle * entryWords
    const other = words[at + PREFIX]
    if (other < prefix || (other === prefix && isBelow(words[at]))) low = middle + 1
    else high = middle
  }
  return low
}

/** Moves the words from `at` to `end` up by an entry of a leaf. A loop, since so few are moved. */
function shiftUp(words: Int32Array, at: number, end: number): void {
  for (let i = end - 1; i >= at; i--) words[i + LEAF_WORDS] = words[i]
}

/** Moves the words behind `count` of them down to `at`. */
function shiftDown(words: Int32Array, at: number, count: number, end: number): void {
  for (let i = at + count; i < end; i++) words[i - count] = words[i]
}
