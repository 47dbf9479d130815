/** An entry of a stream, as a walk through the stream finds it. Its layout is drawn in stream-node.ts. */

import { bigIntegerAt, element, integerAt, readElement } from '../structures/element.ts'
import { nextElement, RunIndex } from '../structures/element-run.ts'
import { add64, compareIds, difference64, MIN_ID, type StreamId, sum64 } from '../structures/stream-id.ts'
import { NODE_HEADER_BYTES, nodeBytes, SAME_FIELDS } from './stream-node.ts'
import type { StreamNodes } from './stream-nodes.ts'

const TWO_32 = 2 ** 32

/** An entry on a walk; good until the next one, or a change of the stream. */
export class StreamEntry {
  msHigh = 0
  msLow = 0
  seqHigh = 0
  seqLow = 0
  fields = 0
  /** The nodes that it walks through, and the one of them that it is in. */
  nodes: StreamNodes | undefined
  node = 0
  /** What the node is in, and where that ends. */
  buf: Uint8Array = NO_BYTES
  end = 0
  /** Where the entry begins, its values (or fields and values) begin, and the next entry begins. */
  pos = 0
  valuesPos = 0
  nextPos = 0
  flags = 0
  /** The node's master: its ID, how many fields it has, and where they begin. */
  master = MIN_ID
  masterFields = 0
  masterFieldsPos = 0
  /** Where the entries of the node begin; see `index`. */
  readonly places = new RunIndex()

  get id(): StreamId {
    const { msHigh, msLow, seqHigh, seqLow } = this
    return { msHigh, msLow, seqHigh, seqLow }
  }

  /** Goes to a node: `nextPos` is where its first entry begins, `end` where the last one ends. */
  open(nodes: StreamNodes, node: number): void {
    const buf = nodes.buf(node)
    const start = nodes.start(node)
    const run = start + NODE_HEADER_BYTES
    let pos = nextElement(buf, run)
    this.nodes = nodes
    this.node = node
    this.pos = 0
    this.buf = buf
    this.end = start + nodeBytes(buf, start)
    this.master = nodes.master(node)
    this.masterFields = integerAt(buf, run)
    this.masterFieldsPos = pos
    for (let i = 0; i < this.masterFields; i++) pos = nextElement(buf, pos)
    this.nextPos = pos
  }

  /**
   * Goes to a node, to where the first of its entries that is not below an ID begins, or further ahead. A walk that has
   * come as far as that already goes on from there: who asks for one ID after the other reads a node once.
   */
  seek(nodes: StreamNodes, node: number, id: StreamId): void {
    if (this.nodes === nodes && this.node === node && this.pos > 0 && compareIds(this, id) <= 0) {
      this.nextPos = this.pos
      return
    }
    this.open(nodes, node)
    this.#skipBelow(id)
  }

  /** Passes entries below an ID, as long as the differences that they are written with tell. */
  #skipBelow(id: StreamId): void {
    const { buf, end, master } = this
    const ms = difference64(id.msHigh, id.msLow, master.msHigh, master.msLow)
    const seq = difference64(id.seqHigh, id.seqLow, master.seqHigh, master.seqLow)
    // Texts are of numbers so large that 64 bits may have turned over, as differences below the master's own have.
    if (typeof ms !== 'number' || typeof seq !== 'number') return
    const msMin = -(master.msHigh * TWO_32 + master.msLow)
    const seqMin = -(master.seqHigh * TWO_32 + master.seqLow)
    for (let pos = this.nextPos; pos < end; ) {
      this.nextPos = pos
      const msPos = nextElement(buf, pos)
      const entryMs = integerAt(buf, msPos)
      if (entryMs > ms || entryMs < msMin) return
      const seqPos = nextElement(buf, msPos)
      const entrySeq = integerAt(buf, seqPos)
      if (entryMs === ms && (entrySeq >= seq || entrySeq < seqMin)) return
      pos = this.#behindId(pos, nextElement(buf, seqPos))
    }
    this.nextPos = end
  }

  /** Notes in `places` where the entries of the node that was just opened begin. */
  index(): void {
    this.places.count = 0
    for (let pos = this.nextPos; pos < this.end; pos = this.#behind(pos)) this.places.push(pos)
  }

  /** Where the entry at a position ends. */
  #behind(entryPos: number): number {
    const { buf } = this
    return this.#behindId(entryPos, nextElement(buf, nextElement(buf, nextElement(buf, entryPos))))
  }

  #behindId(entryPos: number, wordsPos: number): number {
    const { buf } = this
    let pos = wordsPos
    let words = this.masterFields
    if ((integerAt(buf, entryPos) & SAME_FIELDS) === 0) {
      words = 2 * integerAt(buf, pos)
      pos = nextElement(buf, pos)
    }
    for (let i = 0; i < words; i++) pos = nextElement(buf, pos)
    return pos
  }

  /** Lets go of the node. To be called when nodes are moved or numbered anew. */
  close(): void {
    this.nodes = undefined
    this.buf = NO_BYTES
  }

  /** Reads the entry of the node that begins at a position. */
  read(pos: number): void {
    const { buf, master } = this
    this.pos = pos
    this.flags = integerAt(buf, pos)
    let at = nextElement(buf, pos)
    add64(master.msHigh, master.msLow, differenceAt(buf, at))
    this.msHigh = sum64.high
    this.msLow = sum64.low
    at = nextElement(buf, at)
    add64(master.seqHigh, master.seqLow, differenceAt(buf, at))
    this.seqHigh = sum64.high
    this.seqLow = sum64.low
    at = nextElement(buf, at)
    let words: number
    if ((this.flags & SAME_FIELDS) !== 0) {
      this.fields = this.masterFields
      words = this.fields
    } else {
      this.fields = integerAt(buf, at)
      at = nextElement(buf, at)
      words = 2 * this.fields
    }
    this.valuesPos = at
    for (let i = 0; i < words; i++) at = nextElement(buf, at)
    this.nextPos = at
  }

  /** Calls `visit` for each field and each value, in turn. */
  forEachWord(visit: (buf: Uint8Array, start: number, length: number) => void): void {
    const { buf } = this
    let pos = this.valuesPos
    let fieldPos = this.masterFieldsPos
    const isSame = (this.flags & SAME_FIELDS) !== 0
    for (let i = 0; i < this.fields; i++) {
      if (isSame) {
        readElement(buf, fieldPos)
        visit(element.buf, element.start, element.length)
        fieldPos = nextElement(buf, fieldPos)
      } else {
        readElement(buf, pos)
        visit(element.buf, element.start, element.length)
        pos = nextElement(buf, pos)
      }
      readElement(buf, pos)
      visit(element.buf, element.start, element.length)
      pos = nextElement(buf, pos)
    }
  }
}

const NO_BYTES = new Uint8Array(0)

function differenceAt(buf: Uint8Array, pos: number): number | bigint {
  const value = integerAt(buf, pos)
  return Number.isSafeInteger(value) ? value : bigIntegerAt(buf, pos)
}
