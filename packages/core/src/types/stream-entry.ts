/** An entry of a stream, as a walk through the stream finds it. Its layout is drawn in stream-object.ts. */

import { element, readElement } from '../structures/element.ts'
import { nextInListpack } from '../structures/listpack.ts'
import type { StreamId } from '../structures/stream-id.ts'

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
  buf: Uint8Array = new Uint8Array(0)
  /** Where the entry begins, its values (or fields and values) begin, and the next entry begins. */
  pos = 0
  valuesPos = 0
  nextPos = 0
  flags = 0
  /** Where the master's fields begin. */
  masterFieldsPos = 0

  get id(): StreamId {
    const { msHigh, msLow, seqHigh, seqLow } = this
    return { msHigh, msLow, seqHigh, seqLow }
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
