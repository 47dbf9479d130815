/**
 * Remainder: a request that was cut in the middle, waiting for its other half. The bytes that have come, and a parser
 * that knows how far they reach.
 *
 * Sessions borrow one from the dispatcher while they need it: a pipelining client cuts a request in nearly every read,
 * and a buffer of its own each time would be garbage outside the heap, which the collector is slow to notice.
 */

import { dropBuffer, RequestParser } from '@kvasir/protocol'
import { GrowingBytes } from '../structures/growing-bytes.ts'

const BYTES_INITIAL = 1024
/** A larger buffer is not kept for the next request. */
const BYTES_KEPT = 16 * 1024
/** A parser's announced need is trusted up to this size at once; beyond it the buffer grows with what arrives. */
const GROWTH_BYTES_MAX = 32 * 1024 * 1024

export class Remainder extends GrowingBytes {
  readonly parser = new RequestParser()

  constructor() {
    super(BYTES_INITIAL)
  }

  /** @param trusted the client has authenticated: what it announces may be made room for */
  appendRequest(source: Uint8Array, start: number, end: number, trusted: boolean): void {
    this.append(source, start, end, trusted ? Math.min(this.parser.missingBytes, GROWTH_BYTES_MAX) : 0)
  }

  /** Forgets the request, for the next one. */
  clear(bulkBytesMax: number): void {
    this.parser.reset()
    this.parser.shrink()
    this.parser.pos = 0
    this.parser.bulkBytesMax = bulkBytesMax
    if (this.buf.length > BYTES_KEPT) {
      dropBuffer(this.buf)
      this.buf = new Uint8Array(BYTES_INITIAL)
    }
    this.end = 0
  }
}
