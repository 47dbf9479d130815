/** Growing bytes: what comes in parts, one behind the other in a buffer that doubles when it is full. */

import { dropBuffer } from '@kvasir/protocol'

export class GrowingBytes {
  buf: Uint8Array
  /** Bytes in `buf`. */
  end = 0

  constructor(capacityBytes = 0) {
    this.buf = new Uint8Array(capacityBytes)
  }

  /** @param announcedBytes more that are to come, and get room at once where there must be more anyway */
  append(source: Uint8Array, start: number, end: number, announcedBytes = 0): void {
    const need = this.end + end - start
    if (need > this.buf.length) {
      const next = new Uint8Array(Math.max(need, this.end * 2, this.end + announcedBytes))
      next.set(this.buf.subarray(0, this.end))
      dropBuffer(this.buf)
      this.buf = next
    }
    this.buf.set(source.subarray(start, end), this.end)
    this.end = need
  }
}
