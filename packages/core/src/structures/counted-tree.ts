/**
 * Counted tree: a B+ tree that keeps 32-bit items in an order that its caller knows, and counts them, so that the item
 * with a rank and the rank of an item are found as quickly as the item itself.
 *
 * An item's prefix is a signed number of 32 bits that says as much of its place as fits: of two items with different
 * prefixes the lower one comes first. Among items with one prefix the tree asks its caller, by `isBelow`, whether an
 * item comes before the place that is meant. So most steps of a search read nodes alone, and not what items stand for.
 *
 * All leaves are at the same depth; `#height` says how many levels are above them. An empty tree has no node.
 *
 * Invariants: no node is empty; counts, first items and their prefixes in inner nodes are true. A removal that leaves a
 * node less than a quarter of its entries joins it with a neighbour; appending begins nodes with one. Complexity: all
 * operations O(log n), ranges O(log n + m). A random insert leaves leaves 69 % full, 12 bytes an item; appending fills
 * them.
 *
 * Sources: R. Bayer, E. McCreight, "Organization and Maintenance of Large Ordered Indexes"; prefixes: G. Graefe,
 * P. Larson, "B-Tree Indexes and CPU Caches" (poor man's normalized keys).
 */

import type { Arena } from './arena.ts'
import {
  baseOf,
  CHILD,
  COUNT,
  CountedNodes,
  entryAt,
  INNER_MAX,
  INNER_WORDS,
  type IsBelow,
  LEAF_MAX,
  LEAF_WORDS,
  lowerBound,
  NODE_BYTES,
  PREFIX,
} from './counted-nodes.ts'

const FIRST_NODE_BYTES = 64
const NO_NODE = 0
/** The way from a leaf (level 0) to the root that a descent took: nodes, and entries in them. */
const HEIGHT_MAX = 16
const pathNodes = new Int32Array(HEIGHT_MAX)
const pathEntries = new Int32Array(HEIGHT_MAX)

export class CountedTree {
  readonly #nodes: CountedNodes
  /** Items. */
  size = 0
  #root = NO_NODE
  /** Levels of inner nodes. */
  #height = 0

  constructor(arena: Arena) {
    this.#nodes = new CountedNodes(arena)
  }

  /** Bytes of its nodes. */
  get bytes(): number {
    return this.#nodes.bytes
  }

  // --- finding

  /** How many items come before a place: the rank of the first item behind it. */
  rank(prefix: number, isBelow: IsBelow): number {
    if (this.size === 0) return 0
    let rank = this.#descend(prefix, isBelow)
    for (let level = 1; level <= this.#height; level++) {
      const words = this.#nodes.words(pathNodes[level])
      const end = entryAt(pathNodes[level], pathEntries[level], INNER_WORDS)
      for (let at = entryAt(pathNodes[level], 0, INNER_WORDS); at < end; at += INNER_WORDS) rank += words[at + COUNT]
    }
    return rank
  }

  /**
   * Notes the way to a place. The leaf is the last one whose first item comes before it, or the first of all.
   * @returns how many items of the leaf come before it
   */
  #descend(prefix: number, isBelow: IsBelow): number {
    let node = this.#root
    for (let level = this.#height; level > 0; level--) {
      const words = this.#nodes.words(node)
      const below = lowerBound(words, baseOf(node), INNER_WORDS, prefix, isBelow)
      const i = below > 0 ? below - 1 : 0
      pathNodes[level] = node
      pathEntries[level] = i
      node = words[entryAt(node, i, INNER_WORDS) + CHILD]
    }
    const i = lowerBound(this.#nodes.words(node), baseOf(node), LEAF_WORDS, prefix, isBelow)
    pathNodes[0] = node
    pathEntries[0] = i
    return i
  }

  /** As `#descend`, to the item with a rank. @returns its index in the leaf */
  #descendToRank(rank: number): number {
    let node = this.#root
    let rest = rank
    for (let level = this.#height; level > 0; level--) {
      const words = this.#nodes.words(node)
      const first = entryAt(node, 0, INNER_WORDS)
      let at = first
      while (rest >= words[at + COUNT]) {
        rest -= words[at + COUNT]
        at += INNER_WORDS
      }
      pathNodes[level] = node
      pathEntries[level] = (at - first) / INNER_WORDS
      node = words[at + CHILD]
    }
    pathNodes[0] = node
    pathEntries[0] = rest
    return rest
  }

  /** The item with a rank, 0 to size - 1. */
  at(rank: number): number {
    const i = this.#descendToRank(rank)
    return this.#nodes.words(pathNodes[0])[entryAt(pathNodes[0], i, LEAF_WORDS)]
  }

  /**
   * Visits `count` items from a rank on, upwards or downwards; stops when `visit` returns false. The tree may not
   * change meanwhile.
   */
  walk(rank: number, count: number, isReverse: boolean, visit: (item: number) => unknown): void {
    let at = rank
    let left = isReverse ? Math.min(count, rank + 1) : Math.min(count, this.size - rank)
    while (left > 0) {
      const i = this.#descendToRank(at)
      const leaf = pathNodes[0]
      const words = this.#nodes.words(leaf)
      const here = Math.min(left, isReverse ? i + 1 : words[baseOf(leaf)] - i)
      for (let k = 0; k < here; k++) {
        if (visit(words[entryAt(leaf, isReverse ? i - k : i + k, LEAF_WORDS)]) === false) return
      }
      at += isReverse ? -here : here
      left -= here
    }
  }

  /**
   * Finds the item at a place, for `moveFound` and `removeFound`. It has to be there; the tree may not change in
   * between.
   */
  find(item: number, prefix: number, isBelow: IsBelow): void {
    if (this.size === 0) throw notAtItsPlace()
    let i = this.#descend(prefix, isBelow)
    if (i === this.#nodes.words(pathNodes[0])[baseOf(pathNodes[0])]) {
      // It is the first item of the next leaf.
      i = this.#stepToNextLeaf()
    }
    if (this.#nodes.words(pathNodes[0])[entryAt(pathNodes[0], i, LEAF_WORDS)] !== item) throw notAtItsPlace()
  }

  /** Lets the path lead to the beginning of the next leaf. @returns 0, the index there */
  #stepToNextLeaf(): number {
    let level = 1
    while (
      level <= this.#height &&
      pathEntries[level] + 1 === this.#nodes.words(pathNodes[level])[baseOf(pathNodes[level])]
    ) {
      level++
    }
    if (level > this.#height) throw notAtItsPlace()
    pathEntries[level]++
    for (; level > 0; level--) {
      const node = pathNodes[level]
      pathNodes[level - 1] = this.#nodes.words(node)[entryAt(node, pathEntries[level], INNER_WORDS) + CHILD]
      pathEntries[level - 1] = 0
    }
    return 0
  }

  /** Lets the item at the place, which has to be `from`, be `to`: the same element at another address. */
  replace(prefix: number, isBelow: IsBelow, from: number, to: number): void {
    this.find(from, prefix, isBelow)
    const leaf = pathNodes[0]
    this.#nodes.words(leaf)[entryAt(leaf, pathEntries[0], LEAF_WORDS)] = to
    if (pathEntries[0] === 0) this.#tellFirst()
  }

  /** Writes the first item of the path's leaf into the nodes above. */
  #tellFirst(): void {
    const leaf = this.#nodes.words(pathNodes[0])
    const first = entryAt(pathNodes[0], 0, LEAF_WORDS)
    for (let level = 1; level <= this.#height; level++) {
      const words = this.#nodes.words(pathNodes[level])
      const at = entryAt(pathNodes[level], pathEntries[level], INNER_WORDS)
      words[at] = leaf[first]
      words[at + PREFIX] = leaf[first + PREFIX]
      if (pathEntries[level] > 0) return
    }
  }

  // --- inserting

  /** Puts an item in front of the first one that is not below. */
  insert(item: number, prefix: number, isBelow: IsBelow): void {
    if (this.#height === 0) this.#growRoot()
    const i = this.#descend(prefix, isBelow)
    this.size++
    const leaf = pathNodes[0]
    const entries = this.#nodes.words(leaf)[baseOf(leaf)]
    if (entries < LEAF_MAX) {
      this.#nodes.putEntry(leaf, i, item, prefix)
      for (let level = 1; level <= this.#height; level++) {
        const node = pathNodes[level]
        this.#nodes.words(node)[entryAt(node, pathEntries[level], INNER_WORDS) + COUNT]++
      }
      if (i === 0) this.#tellFirst()
      return
    }
    // Behind the last item of all a new leaf begins: whoever appends fills all leaves.
    const isAppended = i === entries && this.#isLastPath(1)
    const sibling = this.#nodes.split(leaf, 0, isAppended ? entries : entries >> 1)
    const kept = this.#nodes.words(leaf)[baseOf(leaf)]
    if (i > kept || kept === LEAF_MAX) this.#nodes.putEntry(sibling, i - kept, item, prefix)
    else this.#nodes.putEntry(leaf, i, item, prefix)
    this.#addSibling(sibling)
  }

  /** Whether the path has taken the last entry of all nodes from a level on. */
  #isLastPath(fromLevel: number): boolean {
    for (let level = fromLevel; level <= this.#height; level++) {
      const node = pathNodes[level]
      if (pathEntries[level] + 1 !== this.#nodes.words(node)[baseOf(node)]) return false
    }
    return true
  }

  /** Enters a leaf's new right sibling into the nodes above, which are split when they are full. */
  #addSibling(leafSibling: number): void {
    let sibling = leafSibling
    for (let level = 1; level <= this.#height; level++) {
      const node = pathNodes[level]
      const i = pathEntries[level]
      this.#nodes.describe(node, i, pathNodes[level - 1], level - 1)
      if (sibling === NO_NODE) continue
      const entries = this.#nodes.words(node)[baseOf(node)]
      const added = sibling
      sibling = NO_NODE
      let kept = INNER_MAX + 1
      if (entries === INNER_MAX) {
        kept = i === entries - 1 && this.#isLastPath(level + 1) ? entries - 1 : entries >> 1
        sibling = this.#nodes.split(node, level, kept)
      }
      if (i + 1 > kept) this.#nodes.insertChild(sibling, i + 1 - kept, added, level - 1)
      else this.#nodes.insertChild(node, i + 1, added, level - 1)
    }
    if (sibling === NO_NODE) return
    const root = this.#nodes.create()
    this.#nodes.words(root)[baseOf(root)] = 2
    this.#nodes.describe(root, 0, this.#root, this.#height)
    this.#nodes.describe(root, 1, sibling, this.#height)
    this.#height++
    this.#root = root
  }

  /** Sees to it that a leaf that is alone has room for one more item, or is as large as leaves get. */
  #growRoot(): void {
    const old = this.#root
    if (old === NO_NODE) {
      this.#root = this.#nodes.create(FIRST_NODE_BYTES)
      return
    }
    const capacity = this.#nodes.arena.capacity(old)
    if (capacity === NODE_BYTES || (this.size + 1) * LEAF_WORDS < capacity / 4) return
    this.#root = this.#nodes.create(capacity * 2)
    this.#nodes.words(this.#root)[baseOf(this.#root)] = this.size
    this.#nodes.copy(old, 0, this.#root, 0, this.size, LEAF_WORDS)
    this.#nodes.free(old)
  }

  // --- moving

  /** Gives the item that `find` found another place. `isBelow` is not asked about the item itself. */
  moveFound(prefix: number, isBelow: IsBelow): void {
    const leaf = pathNodes[0]
    const from = pathEntries[0]
    const words = this.#nodes.words(leaf)
    const item = words[entryAt(leaf, from, LEAF_WORDS)]
    this.#nodes.takeEntries(leaf, from, 1)
    const to = lowerBound(words, baseOf(leaf), LEAF_WORDS, prefix, isBelow)
    if (this.#height === 0 || (to > 0 && to < words[baseOf(leaf)])) {
      this.#nodes.putEntry(leaf, to, item, prefix)
      if (from === 0) this.#tellFirst()
      return
    }
    this.#taken(1)
    this.insert(item, prefix, isBelow)
  }

  // --- removing

  /** Takes out the item that `find` found. */
  removeFound(): void {
    this.#nodes.takeEntries(pathNodes[0], pathEntries[0], 1)
    this.#taken(1)
  }

  /** Takes out `count` items from a rank on. */
  remove(rank: number, count: number): void {
    for (let left = count; left > 0; ) {
      const i = this.#descendToRank(rank)
      const removed = Math.min(left, this.#nodes.words(pathNodes[0])[baseOf(pathNodes[0])] - i)
      this.#nodes.takeEntries(pathNodes[0], i, removed)
      this.#taken(removed)
      left -= removed
    }
  }

  /** Makes the nodes above true again once items were taken from the path's leaf, and joins nodes that hold little. */
  #taken(count: number): void {
    this.size -= count
    for (let level = 1; level <= this.#height; level++) {
      const node = pathNodes[level]
      const i = pathEntries[level]
      const child = pathNodes[level - 1]
      const words = this.#nodes.words(node)
      const base = baseOf(node)
      const entries = this.#nodes.words(child)[baseOf(child)]
      if (entries === 0) {
        this.#nodes.free(child)
        this.#nodes.copy(node, i + 1, node, i, words[base] - i - 1, INNER_WORDS)
        words[base]--
        continue
      }
      const at = entryAt(node, i, INNER_WORDS)
      this.#nodes.describeFirst(words, at, child)
      words[at + COUNT] -= count
      if (entries * 4 < (level === 1 ? LEAF_MAX : INNER_MAX) && words[base] > 1) {
        this.#nodes.fill(node, i > 0 ? i - 1 : 0, level - 1)
      }
    }
    while (this.#height > 0 && this.#nodes.words(this.#root)[baseOf(this.#root)] === 1) {
      const old = this.#root
      this.#root = this.#nodes.words(old)[entryAt(old, 0, INNER_WORDS) + CHILD]
      this.#nodes.free(old)
      this.#height--
    }
    if (this.size > 0) return
    this.#nodes.free(this.#root)
    this.#root = NO_NODE
  }

  /** Moves nodes that lie in a segment of the arena elsewhere. */
  leaveSegment(segment: number): void {
    if (this.#root !== NO_NODE) this.#root = this.#nodes.leave(this.#root, this.#height, segment)
  }

  /** Gives all nodes back, one at each step; the tree may not be used afterwards. */
  *release(): Generator<void> {
    if (this.#root !== NO_NODE) yield* this.#nodes.release(this.#root, this.#height)
  }

  /** Throws when an invariant is broken. For tests. */
  check(): void {
    let bytes = 0
    const visit = (node: number, level: number): number => {
      bytes += this.#nodes.arena.capacity(node)
      const words = this.#nodes.words(node)
      const entries = words[baseOf(node)]
      const least = node === this.#root && level > 0 ? 2 : 1
      if (entries < least || entries > (level === 0 ? LEAF_MAX : INNER_MAX)) throw new Error(`${entries} entries`)
      const entryWords = level === 0 ? LEAF_WORDS : INNER_WORDS
      for (let i = 1; i < entries; i++) {
        const at = entryAt(node, i, entryWords) + PREFIX
        if (words[at - entryWords] > words[at]) throw new Error('prefixes are not in order')
      }
      if (level === 0) return entries
      let count = 0
      for (let i = 0; i < entries; i++) {
        const at = entryAt(node, i, INNER_WORDS)
        const child = words[at + CHILD]
        const under = visit(child, level - 1)
        if (under !== words[at + COUNT]) throw new Error(`count ${words[at + COUNT]}, not ${under}`)
        const first = entryAt(child, 0, LEAF_WORDS)
        const below = this.#nodes.words(child)
        if (below[first] !== words[at] || below[first + PREFIX] !== words[at + PREFIX]) {
          throw new Error('the first item is wrong')
        }
        count += under
      }
      return count
    }
    const count = this.#root === NO_NODE ? 0 : visit(this.#root, this.#height)
    if (count !== this.size) throw new Error('the size is wrong')
    if (bytes !== this.bytes) throw new Error(`${bytes} bytes, not ${this.bytes}`)
  }
}

function notAtItsPlace(): Error {
  return new Error('counted tree: the item is not at its place')
}
