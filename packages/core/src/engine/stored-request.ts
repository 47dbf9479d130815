/** A request that is run later than it came: a copy of its words, which the receive buffer does not keep. */

import type { Command } from './command.ts'

export class StoredRequest {
  readonly command: Command
  readonly buf: Uint8Array
  readonly starts: Int32Array
  readonly lengths: Int32Array
  readonly argc: number

  /**
   * @param starts offset of each word in `buf`, and `lengths` its bytes, as a parser has them
   * @param replaced words to have other bytes, by index
   */
  constructor(
    command: Command,
    buf: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    argc: number,
    replaced?: ReadonlyMap<number, Uint8Array>,
  ) {
    const word = (i: number): Uint8Array => replaced?.get(i) ?? buf.subarray(starts[i], starts[i] + lengths[i])
    const words = Array.from({ length: argc }, (_, i) => word(i))
    this.command = command
    this.argc = argc
    this.lengths = Int32Array.from(words, ({ length }) => length)
    this.starts = new Int32Array(argc)
    for (let i = 1; i < argc; i++) this.starts[i] = this.starts[i - 1] + this.lengths[i - 1]
    this.buf = new Uint8Array(this.starts[argc - 1] + this.lengths[argc - 1])
    for (let i = 0; i < argc; i++) this.buf.set(words[i], this.starts[i])
  }

  /** Bytes that it holds, roughly. */
  get bytes(): number {
    return this.buf.length + 16 * this.argc
  }
}
