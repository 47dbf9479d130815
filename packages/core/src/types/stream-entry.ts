/** An entry of a stream, as a walk through the stream finds it. Its layout is drawn in stream-object.ts. */

import { bigIntegerAt, element, integerAt, readElement } from '../structures/element.ts'
import { firstInListpack, listpackBytes, nextInListpack, previousInListpack } from '../structures/listpack.ts'
import { add64, MIN_ID, type StreamId, sum64 } from '../structures/stream-id.ts'
import type { StreamNodes } from './stream-nodes.ts'

/** Flags of an entry. */
export const DELETED = 1
export const SAME_FIELDS = 2

/** An entry on a walk; good until the next one, or a change of the stream. */
export class StreamEntry {
  msHigh = 0
  msLow = 0
  seqHigh = 0
  seqLow = 0
  fields = 0
  node = 0
  /** The node's bytes, and where its listpack begins. */
  buf: Uint8Array = NO_BYTES
  start = 0
  /** Where the entry begins, its values (or fields and values) begin, and the next entry begins. */
  pos = 0
  valuesPos = 0
  nextPos = 0
  flags = 0
  /** The node's master: its ID, how many fields it has, and where they begin. */
  master = MIN_ID
  masterFields = 0
  masterFieldsPos = 0

  get id(): StreamId {
    const { msHigh, msLow, seqHigh, seqLow } = this
    return { msHigh, msLow, seqHigh, seqLow }
  }

  /** Goes to a node: `nextPos` is where its first entry begins. @returns where its entries end */
  open(nodes: StreamNodes, node: number): number {
    const buf = nodes.buf(node)
    const start = nodes.start(node)
    const countPos = masterFieldCount(buf, start)
    let pos = nextInListpack(buf, countPos)
    this.node = node
    this.buf = buf
    this.start = start
    this.master = nodes.master(node)
    this.masterFields = integerAt(buf, countPos)
    this.masterFieldsPos = pos
    for (let i = 0; i < this.masterFields; i++) pos = nextInListpack(buf, pos)
    this.nextPos = nextInListpack(buf, pos)
    return start + listpackBytes(buf, start) - 1
  }

  /** Lets go of the node. */
  close(): void {
    this.buf = NO_BYTES
  }

  /** Reads the entry of the node that begins at a position. */
  read(pos: number): void {
    const { buf, master } = this
    this.pos = pos
    this.flags = integerAt(buf, pos)
    let at = nextInListpack(buf, pos)
    add64(master.msHigh, master.msLow, differenceAt(buf, at))
    this.msHigh = sum64.high
    this.msLow = sum64.low
    at = nextInListpack(buf, at)
    add64(master.seqHigh, master.seqLow, differenceAt(buf, at))
    this.seqHigh = sum64.high
    this.seqLow = sum64.low
    at = nextInListpack(buf, at)
    let words: number
    if ((this.flags & SAME_FIELDS) !== 0) {
      this.fields = this.masterFields
      words = this.fields
    } else {
      this.fields = integerAt(buf, at)
      at = nextInListpack(buf, at)
      words = 2 * this.fields
    }
    this.valuesPos = at
    for (let i = 0; i <= words; i++) at = nextInListpack(buf, at)
    this.nextPos = at
  }

  /** Position of the entry of the node that ends at `pos`. */
  before(pos: number): number {
    const { buf, start } = this
    let at = previousInListpack(buf, start, pos)
    for (let left = integerAt(buf, at); left > 0; left--) at = previousInListpack(buf, start, at)
    return at
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
        fieldPos = nextInListpack(buf, fieldPos)
      } else {
        readElement(buf, pos)
        visit(element.buf, element.start, element.length)
        pos = nextInListpack(buf, pos)
      }
      readElement(buf, pos)
      visit(element.buf, element.start, element.length)
      pos = nextInListpack(buf, pos)
    }
  }
}

const NO_BYTES = new Uint8Array(0)

/** Position of the number of fields that the master of a node has; they are behind it. */
export function masterFieldCount(buf: Uint8Array, start: number): number {
  return nextInListpack(buf, nextInListpack(buf, firstInListpack(start)))
}

function differenceAt(buf: Uint8Array, pos: number): number | bigint {
  const value = integerAt(buf, pos)
  return Number.isSafeInteger(value) ? value : bigIntegerAt(buf, pos)
}
