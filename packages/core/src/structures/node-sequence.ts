/**
 * Node sequence: the nodes of a long list in their order, each with its place in memory and the number of items in it,
 * found by the index of an item.
 *
 *     sequence   spans in order; each knows the sum of its nodes' items
 *     span       up to 256 nodes, 4 words each, in one Int32Array that grows by doubling
 *
 *     word   meaning
 *     0      block: an address in the owner's arena, or whatever it puts there
 *     1      start: where the node's content begins in the block
 *     2      end: where it ends
 *     3      items in the node
 *
 * There is one cursor. It stands on a node; `words` and `at` are that node's, and block, start and end may be changed
 * by its owner in place. Items are changed by `addItems`, which keeps the sums.
 *
 * Complexity: both ends and the next node O(1); the node of an item O(spans + 256), a few microseconds with a million
 * nodes; insert and remove at the cursor the same. Two flat levels are enough: a list of 10 million short items has
 * 25,000 nodes in a hundred spans. Rejected: a counted tree, which is slower at both ends, where lists are used most.
 */

export const NODE_BLOCK = 0
export const NODE_START = 1
export const NODE_END = 2
const NODE_ITEMS = 3
const NODE_WORDS = 4
const NODE_SHIFT = 2
const SPAN_NODES_MAX = 256
const SPAN_NODES_FIRST = 2
/** A span's object and the head of its array, roughly. */
const SPAN_OBJECT_BYTES = 160

class Span {
  words: Int32Array
  nodes = 0
  items = 0

  constructor(capacityNodes: number) {
    this.words = new Int32Array(capacityNodes * NODE_WORDS)
  }

  get bytes(): number {
    return this.words.length * 4 + SPAN_OBJECT_BYTES
  }
}

export class NodeSequence {
  /** Items of all nodes. */
  items = 0
  /** Nodes of all spans. */
  nodes = 0
  /** Memory of the spans. */
  bytes = 0
  /** The cursor's node: the span's words, and the index of the node's first one. */
  words: Int32Array = NO_WORDS
  at = 0
  #spanIndex = 0
  readonly #spans: Span[] = []

  // --- the cursor

  get nodeItems(): number {
    return this.words[this.at + NODE_ITEMS]
  }

  /** To the first node. @returns false when there is none */
  first(): boolean {
    if (this.nodes === 0) return false
    this.#stand(0, 0)
    return true
  }

  /** To the last node. @returns false when there is none */
  last(): boolean {
    if (this.nodes === 0) return false
    const spanIndex = this.#spans.length - 1
    this.#stand(spanIndex, this.#spans[spanIndex].nodes - 1)
    return true
  }

  /** @returns false, and stays, on the last node */
  next(): boolean {
    const node = (this.at >> NODE_SHIFT) + 1
    if (node < this.#spans[this.#spanIndex].nodes) this.at += NODE_WORDS
    else if (this.#spanIndex + 1 < this.#spans.length) this.#stand(this.#spanIndex + 1, 0)
    else return false
    return true
  }

  /** @returns false, and stays, on the first node */
  previous(): boolean {
    if (this.at > 0) this.at -= NODE_WORDS
    else if (this.#spanIndex > 0) this.#stand(this.#spanIndex - 1, this.#spans[this.#spanIndex - 1].nodes - 1)
    else return false
    return true
  }

  /** To the node that holds the item with this index, 0 to `items` - 1. @returns the item's index within the node */
  seek(index: number): number {
    if (index * 2 > this.items) return this.#seekFromEnd(index)
    let rest = index
    let spanIndex = 0
    while (rest >= this.#spans[spanIndex].items) rest -= this.#spans[spanIndex++].items
    const { words } = this.#spans[spanIndex]
    let at = NODE_ITEMS
    while (rest >= words[at]) {
      rest -= words[at]
      at += NODE_WORDS
    }
    this.#stand(spanIndex, at >> NODE_SHIFT)
    return rest
  }

  #seekFromEnd(index: number): number {
    let begin = this.items
    let spanIndex = this.#spans.length
    do begin -= this.#spans[--spanIndex].items
    while (begin > index)
    const { words, nodes, items } = this.#spans[spanIndex]
    begin += items
    let node = nodes
    do begin -= words[--node * NODE_WORDS + NODE_ITEMS]
    while (begin > index)
    this.#stand(spanIndex, node)
    return index - begin
  }

  #stand(spanIndex: number, node: number): void {
    this.#spanIndex = spanIndex
    this.words = this.#spans[spanIndex].words
    this.at = node * NODE_WORDS
  }

  // --- changes at the cursor

  /** The cursor's node has `count` items more, or fewer. */
  addItems(count: number): void {
    this.words[this.at + NODE_ITEMS] += count
    this.#spans[this.#spanIndex].items += count
    this.items += count
  }

  /** A new node ahead of all others, all zero; the cursor stands on it. */
  insertFirst(): void {
    if (this.nodes === 0 || this.#spans[0].nodes === SPAN_NODES_MAX) this.#addSpan(0)
    this.#insert(0, 0)
  }

  /** As `insertFirst`, behind all others. */
  insertLast(): void {
    const last = this.#spans.length - 1
    if (this.nodes === 0 || this.#spans[last].nodes === SPAN_NODES_MAX) this.#addSpan(last + 1)
    const spanIndex = this.#spans.length - 1
    this.#insert(spanIndex, this.#spans[spanIndex].nodes)
  }

  /** As `insertFirst`, behind the cursor's node. */
  insertNext(): void {
    let node = (this.at >> NODE_SHIFT) + 1
    let spanIndex = this.#spanIndex
    if (this.#spans[spanIndex].nodes === SPAN_NODES_MAX) {
      if (spanIndex === this.#spans.length - 1 && node === SPAN_NODES_MAX) return this.insertLast()
      this.#splitSpan(spanIndex)
      if (node > SPAN_NODES_MAX / 2) {
        node -= SPAN_NODES_MAX / 2
        spanIndex++
      }
    }
    this.#insert(spanIndex, node)
  }

  #insert(spanIndex: number, node: number): void {
    const span = this.#spans[spanIndex]
    if (span.nodes << NODE_SHIFT === span.words.length) this.#resizeSpan(span, span.nodes * 2)
    const { words } = span
    const at = node * NODE_WORDS
    words.copyWithin(at + NODE_WORDS, at, span.nodes * NODE_WORDS)
    words.fill(0, at, at + NODE_WORDS)
    span.nodes++
    this.nodes++
    this.#stand(spanIndex, node)
  }

  #addSpan(spanIndex: number): void {
    // A sequence with a full span will fill the next one too.
    const span = new Span(this.#spans.length === 0 ? SPAN_NODES_FIRST : SPAN_NODES_MAX)
    this.#spans.splice(spanIndex, 0, span)
    this.bytes += span.bytes
  }

  #splitSpan(spanIndex: number): void {
    const left = this.#spans[spanIndex]
    this.#addSpan(spanIndex + 1)
    const right = this.#spans[spanIndex + 1]
    const half = SPAN_NODES_MAX / 2
    right.words.set(left.words.subarray(half * NODE_WORDS))
    right.nodes = SPAN_NODES_MAX - half
    left.nodes = half
    for (let i = 0; i < right.nodes; i++) right.items += right.words[i * NODE_WORDS + NODE_ITEMS]
    left.items -= right.items
  }

  #resizeSpan(span: Span, capacityNodes: number): void {
    const words = new Int32Array(Math.min(capacityNodes, SPAN_NODES_MAX) * NODE_WORDS)
    words.set(span.words.subarray(0, span.nodes * NODE_WORDS))
    this.bytes += words.length * 4 - span.words.length * 4
    span.words = words
  }

  /** Takes the cursor's node out. The cursor stands on the next one then. @returns false when there is no next one */
  remove(): boolean {
    const spanIndex = this.#spanIndex
    const span = this.#spans[spanIndex]
    const { words, at } = this
    const items = words[at + NODE_ITEMS]
    words.copyWithin(at, at + NODE_WORDS, span.nodes * NODE_WORDS)
    span.nodes--
    span.items -= items
    this.nodes--
    this.items -= items
    if (span.nodes === 0) {
      this.bytes -= span.bytes
      this.#spans.splice(spanIndex, 1)
      if (spanIndex === this.#spans.length) return false
      this.#stand(spanIndex, 0)
      return true
    }
    if (span.nodes * 4 <= SPAN_NODES_MAX) this.#tidy(spanIndex)
    const node = this.at >> NODE_SHIFT
    if (node < this.#spans[this.#spanIndex].nodes) return true
    if (this.#spanIndex + 1 === this.#spans.length) return false
    this.#stand(this.#spanIndex + 1, 0)
    return true
  }

  /** Joins a span that has few nodes with the next or the previous one that has, and gives back what it grew for. */
  #tidy(spanIndex: number): void {
    const span = this.#spans[spanIndex]
    const node = this.at >> NODE_SHIFT
    const next = this.#spans[spanIndex + 1]
    const previous = this.#spans[spanIndex - 1]
    if (next !== undefined && span.nodes + next.nodes <= SPAN_NODES_MAX / 2) {
      this.#join(spanIndex)
      this.#stand(spanIndex, node)
    } else if (previous !== undefined && span.nodes + previous.nodes <= SPAN_NODES_MAX / 2) {
      const nodesBefore = previous.nodes
      this.#join(spanIndex - 1)
      this.#stand(spanIndex - 1, nodesBefore + node)
    } else if (span.nodes * NODE_WORDS * 4 <= span.words.length && span.nodes >= SPAN_NODES_FIRST) {
      this.#resizeSpan(span, span.nodes * 2)
      this.#stand(spanIndex, node)
    }
  }

  /** Appends the nodes of the next span to those of one that has room, once it has grown. */
  #join(spanIndex: number): void {
    const span = this.#spans[spanIndex]
    const next = this.#spans[spanIndex + 1]
    const nodes = span.nodes + next.nodes
    if (nodes * NODE_WORDS > span.words.length) this.#resizeSpan(span, nodes * 2)
    span.words.set(next.words.subarray(0, next.nodes * NODE_WORDS), span.nodes * NODE_WORDS)
    span.nodes = nodes
    span.items += next.items
    this.bytes -= next.bytes
    this.#spans.splice(spanIndex + 1, 1)
  }
}

const NO_WORDS = new Int32Array(0)
