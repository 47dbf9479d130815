/** A copy of bytes that would not outlive the next read. */
export class ByteScratch {
  buf = new Uint8Array(64)
  length = 0

  take(buf: Uint8Array, start: number, length: number): void {
    if (this.buf.length < length) this.buf = new Uint8Array(Math.max(length, this.buf.length * 2))
    this.buf.set(buf.subarray(start, start + length))
    this.length = length
  }
}
