/**
 * Record heap: the elements of one large collection, byte strings written one behind the other.
 *
 *     chunk     up to 16 KiB, a block of the arena; a record longer than that has a buffer of its own for a chunk
 *     record    u16: its bytes in the lower 15 bits (0: the rest of the chunk), the top bit set when it is dead; then
 *               the bytes; the next record begins at an even offset
 *     address   chunk number (19 bits), offset in units of 2 bytes (13 bits); never 0, signed as those of the arena
 *
 * So a collection has room for 8 GiB of records, and for half a million of those that have buffers of their own, which
 * are 2.6 GiB at least.
 *
 * A record costs 2.5 bytes more than it holds on average, whatever its size: rounding to the arena's size classes would
 * cost 3.5, and a block for each would be one more thing to free when the whole collection goes.
 *
 * New records go to the end of the last chunk. A record that is freed stays as a hole; when less than five eighths of a
 * chunk is live, its owner is told to move what is left of it to the end. So at most three eighths are holes, and a
 * byte freed moves 1.7 bytes at most. A chunk grows by halves until it has its full size, so that a collection that
 * has just become large does not pay for 16 KiB.
 *
 * Complexity: alloc and free O(1) amortised. The pattern is that of log-structured memory (S. Rumble, A. Kejriwal,
 * J. Ousterhout, "Log-structured memory for DRAM-based storage").
 */

import { type Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { ArenaFullError } from './out-of-memory.ts'
import { BLOCK_BYTES_MAX } from './size-classes.ts'

const CHUNK_SHIFT = 13
const OFFSET_MASK = (1 << CHUNK_SHIFT) - 1
const CHUNKS_COUNT_MAX = 1 << (32 - CHUNK_SHIFT)
const HEADER_BYTES = 2
/** Three to a chunk. Longer records get a buffer of their own, so that little is lost at the end of a chunk. */
const RECORD_BYTES_MAX = ((BLOCK_BYTES_MAX / 6) | 0) * 2 - HEADER_BYTES
const CHUNK_BYTES_FIRST = 256
/** What a chunk begins with when others are full already. */
const CHUNK_BYTES_NEXT = BLOCK_BYTES_MAX / 4
const DEAD = 0x80
const NO_CHUNK = 0

/** Called for a record that was copied from one address to another: makes what refers to it follow. */
export type MoveRecord = (from: number, to: number) => void

export class RecordHeap {
  readonly arena: Arena
  /**
   * Where each chunk is: its buffer, and the offset in that. Chunk 0 is none. Chunk 1 has its place from the beginning:
   * arrays that grow by one element get room for 17, and small collections are many.
   */
  readonly bufs: Uint8Array[] = [NO_BYTES, NO_BYTES]
  readonly offsets: number[] = [0, 0]
  /** The arena's block of each chunk; 0 for a buffer of its own, and for none. */
  readonly #blocks: number[] = [0, 0]
  /** Bytes written to each chunk, and those of them that are live. */
  readonly #ends: number[] = [0, 0]
  readonly #live: number[] = [0, 0]
  readonly #unused: number[] = [1]
  readonly #liveEighthsMin: number
  #last = NO_CHUNK
  /** Chunks that `tidy` has to move records out of; made when there is one. */
  #sparse: Set<number> | undefined
  /** Bytes of the chunks that have buffers of their own. */
  externalBytes = 0
  /** Bytes of the chunks that are blocks of the arena. */
  arenaBytes = 0

  /**
   * @param liveEighthsMin with fewer eighths of a chunk live it is left. Fewer moves, more holes: for records that go
   *        about as they came, so that soon nothing will be left to move
   */
  constructor(arena: Arena, liveEighthsMin = 5) {
    this.arena = arena
    this.#liveEighthsMin = liveEighthsMin
  }

  /** A record of `bytes` bytes, at `startOf` the address in `bufOf` the address, with anything in it. */
  alloc(bytes: number): number {
    if (bytes > RECORD_BYTES_MAX) return this.#allocExternal(bytes)
    const size = HEADER_BYTES + bytes + (bytes & 1)
    let chunk = this.#last
    if (chunk === NO_CHUNK || this.#ends[chunk] + size > BLOCK_BYTES_MAX) chunk = this.#openChunk(size)
    else if (this.#ends[chunk] + size > this.arena.capacity(this.#blocks[chunk])) this.#growChunk(chunk, size)
    const end = this.#ends[chunk]
    this.#ends[chunk] = end + size
    this.#live[chunk] += size
    const at = this.offsets[chunk] + end
    this.bufs[chunk][at] = bytes
    this.bufs[chunk][at + 1] = bytes >>> 8
    return (chunk << CHUNK_SHIFT) | (end >>> 1)
  }

  bufOf(address: number): Uint8Array {
    return this.bufs[address >>> CHUNK_SHIFT]
  }

  /** Offset of the record's first byte in `bufOf` its address. */
  startOf(address: number): number {
    return this.offsets[address >>> CHUNK_SHIFT] + ((address & OFFSET_MASK) << 1) + HEADER_BYTES
  }

  /** The double that the record begins with. */
  doubleAt(address: number): number {
    const block = this.#blocks[address >>> CHUNK_SHIFT]
    const view = block !== 0 ? this.arena.views[block >>> SEGMENT_SHIFT] : viewOf(this.bufOf(address))
    return view.getFloat64(this.startOf(address), true)
  }

  setDouble(address: number, value: number): void {
    const block = this.#blocks[address >>> CHUNK_SHIFT]
    const view = block !== 0 ? this.arena.views[block >>> SEGMENT_SHIFT] : viewOf(this.bufOf(address))
    view.setFloat64(this.startOf(address), value, true)
  }

  bytesOf(address: number): number {
    const chunk = address >>> CHUNK_SHIFT
    const buf = this.bufs[chunk]
    const at = this.offsets[chunk] + ((address & OFFSET_MASK) << 1)
    const bytes = buf[at] | ((buf[at + 1] & ~DEAD) << 8)
    return bytes !== 0 || this.#blocks[chunk] !== 0 ? bytes : buf.length - HEADER_BYTES
  }

  /** Whether a record of `bytes` takes exactly the room of the one at `address`, so that `rewrite` can put it there. */
  fits(address: number, bytes: number): boolean {
    const old = this.bytesOf(address)
    return this.#blocks[address >>> CHUNK_SHIFT] !== 0 && old + (old & 1) === bytes + (bytes & 1)
  }

  /** Gives the record at `address` another length, which `fits`. */
  rewrite(address: number, bytes: number): void {
    const chunk = address >>> CHUNK_SHIFT
    const at = this.offsets[chunk] + ((address & OFFSET_MASK) << 1)
    this.bufs[chunk][at] = bytes
    this.bufs[chunk][at + 1] = bytes >>> 8
  }

  /** Frees a record. Call `tidy` once nothing refers to it any more. */
  free(address: number): void {
    const chunk = address >>> CHUNK_SHIFT
    if (this.#blocks[chunk] === 0) return this.#dropChunk(chunk)
    const bytes = this.bytesOf(address)
    this.bufs[chunk][this.offsets[chunk] + ((address & OFFSET_MASK) << 1) + 1] |= DEAD
    this.#live[chunk] -= HEADER_BYTES + bytes + (bytes & 1)
    if (this.#isSparse(chunk)) this.#markSparse(chunk)
  }

  #isSparse(chunk: number): boolean {
    const end = this.#ends[chunk]
    // What is being filled may have more holes: it would be moved all the time while it is small.
    return chunk === this.#last
      ? this.#live[chunk] * 2 < end && end >= 1024
      : this.#live[chunk] * 8 < end * this.#liveEighthsMin
  }

  #markSparse(chunk: number): void {
    this.#sparse ??= new Set()
    this.#sparse.add(chunk)
  }

  /** Moves what is left of chunks that have become mostly holes. */
  tidy(move: MoveRecord): void {
    if (this.#sparse === undefined) return
    for (const chunk of this.#sparse) this.#evacuate(chunk, move)
  }

  #evacuate(chunk: number, move: MoveRecord): void {
    if (chunk === this.#last) this.#last = NO_CHUNK
    const buf = this.bufs[chunk]
    const start = this.offsets[chunk]
    const end = this.#live[chunk] === 0 ? 0 : this.#ends[chunk]
    for (let at = 0; at < end; ) {
      const from = start + at
      const bytes = buf[from] | ((buf[from + 1] & ~DEAD) << 8)
      if ((buf[from + 1] & DEAD) === 0) {
        const to = this.alloc(bytes)
        const target = this.startOf(to)
        this.bufOf(to).set(buf.subarray(from + HEADER_BYTES, from + HEADER_BYTES + bytes), target)
        move((chunk << CHUNK_SHIFT) | (at >>> 1), to)
      }
      at += HEADER_BYTES + bytes + (bytes & 1)
    }
    this.#dropChunk(chunk)
  }

  /**
   * Visits every record: those of a chunk in the order in which they were written, and so all of them as long as none
   * was freed. The heap may not change meanwhile.
   */
  forEach(visit: (address: number) => void): void {
    for (let chunk = 1; chunk < this.bufs.length; chunk++) {
      const buf = this.bufs[chunk]
      if (this.#blocks[chunk] === 0) {
        if (buf.length > 0) visit(chunk << CHUNK_SHIFT)
        continue
      }
      const start = this.offsets[chunk]
      const end = this.#ends[chunk]
      for (let at = 0; at < end; ) {
        const bytes = buf[start + at] | ((buf[start + at + 1] & ~DEAD) << 8)
        if ((buf[start + at + 1] & DEAD) === 0) visit((chunk << CHUNK_SHIFT) | (at >>> 1))
        at += HEADER_BYTES + bytes + (bytes & 1)
      }
    }
  }

  #allocExternal(bytes: number): number {
    const chunk = this.#newChunk()
    this.bufs[chunk] = new Uint8Array(HEADER_BYTES + bytes)
    this.offsets[chunk] = 0
    this.#blocks[chunk] = 0
    this.externalBytes += HEADER_BYTES + bytes
    return chunk << CHUNK_SHIFT
  }

  #openChunk(size: number): number {
    const closed = this.#last
    if (closed !== NO_CHUNK && this.#live[closed] * 8 < this.#ends[closed] * this.#liveEighthsMin)
      this.#markSparse(closed)
    const chunk = this.#newChunk()
    // A collection with chunks will fill this one too, its first one grows with it.
    const bytes = closed === NO_CHUNK ? CHUNK_BYTES_FIRST : CHUNK_BYTES_NEXT
    this.#place(chunk, this.arena.alloc(Math.max(size, bytes), KIND_OBJECT))
    this.#ends[chunk] = 0
    this.#live[chunk] = 0
    this.#last = chunk
    return chunk
  }

  #growChunk(chunk: number, size: number): void {
    const old = this.#blocks[chunk]
    const end = this.#ends[chunk]
    const need = end + size
    const bytes = Math.min(BLOCK_BYTES_MAX, Math.max(need, Math.floor(this.arena.capacity(old) * 1.5)))
    const from = this.bufs[chunk].subarray(this.offsets[chunk], this.offsets[chunk] + end)
    this.#place(chunk, this.arena.alloc(bytes, KIND_OBJECT))
    this.bufs[chunk].set(from, this.offsets[chunk])
    this.arenaBytes -= this.arena.capacity(old)
    this.arena.free(old)
  }

  #place(chunk: number, block: number): void {
    this.#blocks[chunk] = block
    this.bufs[chunk] = this.arena.u8[block >>> SEGMENT_SHIFT]
    this.offsets[chunk] = (block & SEGMENT_UNIT_MASK) << 3
    this.arenaBytes += this.arena.capacity(block)
  }

  #newChunk(): number {
    const chunk = this.#unused.pop() ?? this.bufs.length
    if (chunk >= CHUNKS_COUNT_MAX) throw new ArenaFullError('record heap: the collection is full')
    return chunk
  }

  #dropChunk(chunk: number): void {
    const block = this.#blocks[chunk]
    if (block === 0) this.externalBytes -= this.bufs[chunk].length
    else {
      this.arenaBytes -= this.arena.capacity(block)
      this.arena.free(block)
    }
    this.bufs[chunk] = NO_BYTES
    this.#blocks[chunk] = 0
    this.#ends[chunk] = 0
    this.#live[chunk] = 0
    this.#unused.push(chunk)
    this.#sparse?.delete(chunk)
  }

  /** Moves the chunks that lie in a segment of the arena elsewhere. Addresses stay what they are. */
  leaveSegment(segment: number): void {
    for (let chunk = 1; chunk < this.bufs.length; chunk++) {
      const block = this.#blocks[chunk]
      if (block === 0 || block >>> SEGMENT_SHIFT !== segment) continue
      const capacity = this.arena.capacity(block)
      const from = this.bufs[chunk].subarray(this.offsets[chunk], this.offsets[chunk] + this.#ends[chunk])
      this.#place(chunk, this.arena.alloc(capacity, KIND_OBJECT))
      this.bufs[chunk].set(from, this.offsets[chunk])
      this.arenaBytes -= capacity
      this.arena.free(block)
    }
  }

  /** Gives all memory back, a block at each step; nothing of the heap may be used afterwards. */
  *release(): Generator<void> {
    this.bufs.length = 0
    for (let block = this.#blocks.pop(); block !== undefined; block = this.#blocks.pop()) {
      if (block === 0) continue
      this.arena.free(block)
      yield
    }
  }
}

const NO_BYTES = new Uint8Array(0)

/** Of a buffer that a long record has for itself. */
function viewOf(buf: Uint8Array): DataView {
  return new DataView(buf.buffer, buf.byteOffset, buf.length)
}
