/**
 * Arena: memory for small blocks outside the JavaScript heap.
 *
 *     segment   32 MiB, one ArrayBuffer                      (the first one 1 MiB, so that a small engine stays small)
 *       page    64 KiB, holds blocks of one size class and one kind
 *         block size of the class, a multiple of 8 bytes; its address is a signed 32-bit number in units of 8 bytes
 *
 *     address   31          22 21      13 12           0
 *               segment (10)   page (9)   unit (13)          addresses below RESERVED_UNITS are never given out
 *
 * Byte offset of a block in its segment: `(address & SEGMENT_UNIT_MASK) << 3`; the segment's views are
 * `u8[address >>> SEGMENT_SHIFT]` and `i32[...]`. Addresses are signed so that every one is a small integer to V8.
 *
 * A free block starts with a zero word, then the address of the next free block of its page.
 *
 * Invariants: a page belongs to one class until its last block is freed; a page with room is in its class's list; a
 * segment without used pages is given back (its buffer is detached at once, not when the collector comes by).
 * Complexity: alloc and free O(1).
 *
 * Why segments over 32 MiB of allocation: glibc never serves those from its heap, so giving one back really returns the
 * memory to the system. Why views start 48 bytes in: a large allocation starts 16 bytes past a page boundary there, and
 * the keyspace table wants its buckets on cache lines. Both are harmless elsewhere.
 *
 * Rejected: one growing buffer (copying, 5 ms pauses), resizable buffers (2.9 ns an access against 2.2), a bitmap of
 * live blocks (the page's free list tells the same when it is needed).
 */

import { ArenaFullError, unlessOutOfMemory } from './out-of-memory.ts'
import { CLASS_OF_UNITS, CLASS_UNITS, CLASSES_COUNT, PAGE_UNITS, UNIT_BYTES } from './size-classes.ts'

export const SEGMENT_SHIFT = 22
export const SEGMENT_UNIT_MASK = (1 << SEGMENT_SHIFT) - 1
export const PAGE_SHIFT = 13
export const PAGE_BYTES = PAGE_UNITS * UNIT_BYTES
const PAGES_PER_SEGMENT = 1 << (SEGMENT_SHIFT - PAGE_SHIFT)
const SEGMENT_BYTES = PAGES_PER_SEGMENT * PAGE_BYTES
const FIRST_SEGMENT_PAGES = 16
/** See `hasHeadroom`: every structure may open a page of another size. */
const HEADROOM_PAGES = 8
const SEGMENTS_COUNT_MAX = 1023
const ALIGN_BYTES = 48

/**
 * What a page's blocks are: entries, each with one owner in the keyspace table; regions of that table; or parts of an
 * object, which alone knows where it keeps their addresses.
 */
export const KIND_ENTRY = 0
export const KIND_INDEX = 1
export const KIND_OBJECT = 2
const KINDS_COUNT = 3
/** Units of a block, by class and kind. */
const UNITS_OF_CLASS = Int32Array.from([...CLASS_UNITS, ...CLASS_UNITS, ...CLASS_UNITS])

/**
 * Addresses below this are never given out: 0 stands for none, the rest for marks that an intrusive structure keeps
 * where an address would be.
 */
export const RESERVED_UNITS = 1024

const NO_PAGE = -1
const FREE_PAGE = 255
const ALL_PAGES = 1 << 20

/** Called for a block that was copied from one place to another: makes its owner point to the new one. */
export type MoveBlock = (from: number, to: number, kind: number) => void

export class Arena {
  /** Views of each segment; a segment that was given back has empty views. */
  readonly u8: Uint8Array[] = []
  readonly i32: Int32Array[] = []
  readonly views: DataView[] = []
  /** Bytes in live blocks, rounding included. */
  usedBytes = 0

  /** Per page: size class and kind (class + kind * CLASSES_COUNT), or 255 for a free page. */
  #pageClass = new Uint8Array(0)
  #pageFree = new Int32Array(0)
  #pageBump = new Int32Array(0)
  #pageUsed = new Int32Array(0)
  #pageNext = new Int32Array(0)
  #pagePrev = new Int32Array(0)
  /** First page with room, per class and kind. */
  readonly #roomHead = new Int32Array(CLASSES_COUNT * KINDS_COUNT).fill(NO_PAGE)
  #freeHead = NO_PAGE
  #freePages = 0
  readonly #segmentUsedPages: number[] = []
  #draining = -1

  /** Bytes of the size class that a block of `bytes` would get. */
  static classBytes(bytes: number): number {
    return CLASS_UNITS[CLASS_OF_UNITS[(bytes + 7) >>> 3]] * UNIT_BYTES
  }

  /** Bytes of all segments, touched or not. */
  get reservedBytes(): number {
    let bytes = 0
    for (const view of this.u8) bytes += view.length
    return bytes
  }

  /**
   * Bytes of pages in use, their free blocks included: what defragmentation could at most bring down to `usedBytes`.
   */
  get pageBytes(): number {
    let pages = 0
    for (const used of this.#segmentUsedPages) pages += used
    return pages * PAGE_BYTES
  }

  /**
   * A block of at least `bytes` (1 to BLOCK_BYTES_MAX), with whatever was left in it.
   * @param kind KIND_ENTRY and KIND_INDEX for blocks that `drainPage` and `emptyPage` may move, KIND_OBJECT for those
   *             that their owner moves itself
   */
  alloc(bytes: number, kind: number): number {
    const c = CLASS_OF_UNITS[(bytes + 7) >>> 3] + kind * CLASSES_COUNT
    let page = this.#roomHead[c]
    if (page === NO_PAGE) page = this.#openPage(c)
    const units = UNITS_OF_CLASS[c]
    this.usedBytes += units * UNIT_BYTES
    this.#pageUsed[page]++
    const free = this.#pageFree[page]
    if (free !== 0) {
      const next = this.i32[free >>> SEGMENT_SHIFT][((free & SEGMENT_UNIT_MASK) << 1) + 1]
      this.#pageFree[page] = next
      if (next === 0 && this.#pageBump[page] + units > PAGE_UNITS) this.#unlinkRoom(page, c)
      return free
    }
    const bump = this.#pageBump[page]
    this.#pageBump[page] = bump + units
    if (bump + units + units > PAGE_UNITS) this.#unlinkRoom(page, c)
    return (page << PAGE_SHIFT) | bump
  }

  free(address: number): void {
    const page = address >>> PAGE_SHIFT
    const c = this.#pageClass[page]
    const units = UNITS_OF_CLASS[c]
    this.usedBytes -= units * UNIT_BYTES
    const i32 = this.i32[address >>> SEGMENT_SHIFT]
    const word = (address & SEGMENT_UNIT_MASK) << 1
    i32[word] = 0
    i32[word + 1] = this.#pageFree[page]
    const hadRoom = this.#hasRoom(page, c)
    this.#pageFree[page] = address
    const used = --this.#pageUsed[page]
    if (page >>> (SEGMENT_SHIFT - PAGE_SHIFT) === this.#draining) {
      if (used === 0) this.#closeDrainedPage(page)
    } else if (used === 0) this.#closePage(page, c, hadRoom)
    else if (!hadRoom) this.#linkRoom(page, c)
  }

  /** Bytes that the block at `address` can hold. */
  capacity(address: number): number {
    const c = this.#pageClass[address >>> PAGE_SHIFT]
    return UNITS_OF_CLASS[c] * UNIT_BYTES
  }

  /**
   * Whether there are pages for what a change of a value takes at most, maps more if there are not: asked ahead of a
   * command that takes memory, so that none, and nothing that only gives some back, is without in the middle.
   */
  hasHeadroom(): boolean {
    return this.#freePages >= HEADROOM_PAGES || this.#makeHeadroom()
  }

  #makeHeadroom(): boolean {
    unlessOutOfMemory(() => this.#addSegment())
    return this.#freePages >= HEADROOM_PAGES
  }

  #hasRoom(page: number, c: number): boolean {
    const units = UNITS_OF_CLASS[c]
    return this.#pageFree[page] !== 0 || this.#pageBump[page] + units <= PAGE_UNITS
  }

  #openPage(c: number): number {
    if (this.#freeHead === NO_PAGE) this.#addSegment()
    const page = this.#freeHead
    this.#freeHead = this.#pageNext[page]
    if (this.#freeHead !== NO_PAGE) this.#pagePrev[this.#freeHead] = NO_PAGE
    this.#freePages--
    this.#segmentUsedPages[page >>> (SEGMENT_SHIFT - PAGE_SHIFT)]++
    this.#pageClass[page] = c
    this.#pageFree[page] = 0
    const units = UNITS_OF_CLASS[c]
    this.#pageBump[page] = page === 0 ? Math.ceil(RESERVED_UNITS / units) * units : 0
    this.#pageUsed[page] = 0
    this.#linkRoom(page, c)
    return page
  }

  #closePage(page: number, c: number, linked: boolean): void {
    if (linked) this.#unlinkRoom(page, c)
    const segment = page >>> (SEGMENT_SHIFT - PAGE_SHIFT)
    const used = --this.#segmentUsedPages[segment]
    this.#pageClass[page] = FREE_PAGE
    this.#linkFree(page)
    // Half a segment of other free pages keeps a workload at the boundary from mapping and unmapping all the time.
    if (used === 0 && segment > 0 && this.#freePages >= PAGES_PER_SEGMENT + PAGES_PER_SEGMENT / 2) {
      this.#dropSegment(segment)
    }
  }

  #closeDrainedPage(page: number): void {
    this.#pageClass[page] = FREE_PAGE
    this.#segmentUsedPages[this.#draining]--
  }

  /** Gives back every segment without used pages, but for the one being emptied: that is `finishDrain`'s. */
  trim(): void {
    for (let segment = 1; segment < this.u8.length; segment++) {
      if (segment === this.#draining) continue
      if (this.#segmentUsedPages[segment] === 0 && this.u8[segment].length > 0) this.#dropSegment(segment)
    }
  }

  /** Detaches one segment, all blocks in it are lost. For owners that throw the whole arena away in small steps. */
  dropLastSegment(): boolean {
    const view = this.u8.pop()
    this.i32.pop()
    this.views.pop()
    // Segments that were given back earlier share one empty view.
    if (view !== undefined && view.length > 0) (view.buffer as ArrayBuffer).transfer(0)
    return this.u8.length > 0
  }

  #dropSegment(segment: number): void {
    const first = segment * PAGES_PER_SEGMENT
    for (let page = first; page < first + PAGES_PER_SEGMENT; page++) this.#unlinkFree(page)
    this.#detach(segment)
  }

  #detach(segment: number): void {
    const buffer = this.u8[segment].buffer as ArrayBuffer
    this.u8[segment] = NO_BYTES
    this.i32[segment] = NO_WORDS
    this.views[segment] = NO_VIEW
    buffer.transfer(0)
  }

  #addSegment(): void {
    let segment = this.u8.findIndex((view) => view.length === 0)
    if (segment < 0) segment = this.u8.length
    if (segment >= SEGMENTS_COUNT_MAX) throw new ArenaFullError('the arena is full: 32 GiB of small values')
    const pages = segment === 0 ? FIRST_SEGMENT_PAGES : PAGES_PER_SEGMENT
    const buffer = new ArrayBuffer(segment === 0 ? pages * PAGE_BYTES + 64 : SEGMENT_BYTES + 64)
    this.u8[segment] = new Uint8Array(buffer, ALIGN_BYTES, pages * PAGE_BYTES)
    this.i32[segment] = new Int32Array(buffer, ALIGN_BYTES, (pages * PAGE_BYTES) >>> 2)
    this.views[segment] = new DataView(buffer, ALIGN_BYTES, pages * PAGE_BYTES)
    this.#segmentUsedPages[segment] = 0
    const first = segment * PAGES_PER_SEGMENT
    this.#growPageTables(first + PAGES_PER_SEGMENT)
    for (let page = first + pages - 1; page >= first; page--) {
      this.#pageClass[page] = FREE_PAGE
      this.#linkFree(page)
    }
  }

  #growPageTables(pages: number): void {
    if (pages <= this.#pageClass.length) return
    const capacity = Math.max(pages, this.#pageClass.length * 2)
    const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(capacity)
      next.set(old)
      return next
    }
    const classes = new Uint8Array(capacity)
    classes.set(this.#pageClass)
    this.#pageClass = classes
    this.#pageFree = grown(this.#pageFree)
    this.#pageBump = grown(this.#pageBump)
    this.#pageUsed = grown(this.#pageUsed)
    this.#pageNext = grown(this.#pageNext)
    this.#pagePrev = grown(this.#pagePrev)
  }

  #linkRoom(page: number, c: number): void {
    const head = this.#roomHead[c]
    this.#pageNext[page] = head
    this.#pagePrev[page] = NO_PAGE
    if (head !== NO_PAGE) this.#pagePrev[head] = page
    this.#roomHead[c] = page
  }

  #unlinkRoom(page: number, c: number): void {
    const next = this.#pageNext[page]
    const prev = this.#pagePrev[page]
    if (next !== NO_PAGE) this.#pagePrev[next] = prev
    if (prev !== NO_PAGE) this.#pageNext[prev] = next
    else this.#roomHead[c] = next
  }

  #linkFree(page: number): void {
    const head = this.#freeHead
    this.#pageNext[page] = head
    this.#pagePrev[page] = NO_PAGE
    if (head !== NO_PAGE) this.#pagePrev[head] = page
    this.#freeHead = page
    this.#freePages++
  }

  #unlinkFree(page: number): void {
    const next = this.#pageNext[page]
    const prev = this.#pagePrev[page]
    if (next !== NO_PAGE) this.#pagePrev[next] = prev
    if (prev !== NO_PAGE) this.#pageNext[prev] = next
    else this.#freeHead = next
    this.#freePages--
  }

  /** Whether enough is reserved but not used, two segments and an eighth of all, to be worth moving blocks. */
  get isSlack(): boolean {
    const { reservedBytes } = this
    const slackBytes = reservedBytes - this.usedBytes
    return slackBytes >= 2 * SEGMENT_BYTES && slackBytes * 8 >= reservedBytes
  }

  /**
   * Chooses a segment to be emptied: from now on nothing new is put there. Its owner then moves what is left, with
   * `drainPage`, and by its own means for blocks of objects; once `drained`, `finishDrain` gives the segment back.
   * @returns the segment, or -1 when there is not enough slack, or none could be emptied without adding another one
   */
  startDrain(): number {
    if (this.#draining >= 0) return this.#draining
    if (!this.isSlack) return -1
    const segment = this.#cheapestToEmpty()
    if (segment < 0) return -1
    this.#draining = segment
    const first = segment * PAGES_PER_SEGMENT
    for (let page = first; page < first + PAGES_PER_SEGMENT; page++) {
      const c = this.#pageClass[page]
      if (c === FREE_PAGE) this.#unlinkFree(page)
      else if (this.#hasRoom(page, c)) this.#unlinkRoom(page, c)
    }
    return segment
  }

  /**
   * The segment with the fewest bytes to move among those whose blocks fit into the other segments' holes and free
   * pages. One that does not fit would only be exchanged for a new one, again and again. Looks at every page, a few
   * nanoseconds each.
   */
  #cheapestToEmpty(): number {
    const holes = new Int32Array(CLASSES_COUNT * KINDS_COUNT)
    for (let segment = 0; segment < this.u8.length; segment++) this.#countBlocks(segment, holes, undefined)
    const ownHoles = new Int32Array(holes.length)
    const live = new Int32Array(holes.length)
    let best = -1
    let bestBytes = Number.POSITIVE_INFINITY
    for (let segment = 1; segment < this.u8.length; segment++) {
      if (this.u8[segment].length === 0) continue
      ownHoles.fill(0)
      live.fill(0)
      this.#countBlocks(segment, ownHoles, live)
      let bytes = 0
      let pages = 0
      for (let c = 0; c < live.length; c++) {
        const units = UNITS_OF_CLASS[c]
        bytes += live[c] * units * UNIT_BYTES
        const homeless = live[c] - (holes[c] - ownHoles[c])
        if (homeless > 0) pages += Math.ceil(homeless / Math.floor(PAGE_UNITS / units))
      }
      const freeElsewhere = this.#freePages - (PAGES_PER_SEGMENT - this.#segmentUsedPages[segment])
      if (pages > freeElsewhere || bytes >= bestBytes) continue
      best = segment
      bestBytes = bytes
    }
    return best
  }

  /** Adds up, per class and kind, the free places in a segment's used pages and its live blocks. */
  #countBlocks(segment: number, holes: Int32Array, live: Int32Array | undefined): void {
    const first = segment * PAGES_PER_SEGMENT
    if (this.u8[segment].length === 0) return
    const end = first + (segment === 0 ? FIRST_SEGMENT_PAGES : PAGES_PER_SEGMENT)
    for (let page = first; page < end; page++) {
      const c = this.#pageClass[page]
      if (c === FREE_PAGE) continue
      const used = this.#pageUsed[page]
      const reserved = page === 0 ? RESERVED_UNITS : 0
      holes[c] += Math.floor((PAGE_UNITS - reserved) / UNITS_OF_CLASS[c]) - used
      if (live !== undefined) live[c] += used
    }
  }

  /** The segment being emptied, or -1. */
  get draining(): number {
    return this.#draining
  }

  /** Whether the segment being emptied has no block left. */
  get drained(): boolean {
    return this.#draining >= 0 && this.#segmentUsedPages[this.#draining] === 0
  }

  /**
   * Moves the blocks of the next page of the segment being emptied, but for those of objects. `move(from, to, kind)` is
   * called with the bytes copied already; it makes the block's one owner point to the new place.
   * @param cursor 0 at first, then what the last call returned
   * @returns the next cursor, or -1 behind the last page
   */
  drainPage(cursor: number, move: MoveBlock): number {
    for (let i = cursor; i < PAGES_PER_SEGMENT; i++) {
      if (this.#draining < 0) return -1
      const page = this.#draining * PAGES_PER_SEGMENT + i
      if (this.#pageClass[page] >= KIND_OBJECT * CLASSES_COUNT) continue
      this.#evacuate(page, move)
      this.#closeDrainedPage(page)
      return i + 1
    }
    return -1
  }

  /**
   * A page worth emptying: it is the emptiest of its class, and the class's other pages have room for its blocks and
   * are an eighth empty on average.
   * @param bytes a size of that class
   * @param pagesMax how many pages to look at
   * @returns the page, or -1
   */
  sparsePage(bytes: number, kind: number, pagesMax: number): number {
    const c = CLASS_OF_UNITS[(bytes + 7) >>> 3] + kind * CLASSES_COUNT
    const perPage = Math.floor(PAGE_UNITS / UNITS_OF_CLASS[c])
    let sparsest = NO_PAGE
    let pages = 0
    let holes = 0
    for (let page = this.#roomHead[c]; page !== NO_PAGE && pages < pagesMax; page = this.#pageNext[page]) {
      if (page === 0) continue
      pages++
      holes += perPage - this.#pageUsed[page]
      if (sparsest === NO_PAGE || this.#pageUsed[page] < this.#pageUsed[sparsest]) sparsest = page
    }
    // A quarter of a page more than it takes, lest the next few blocks open a page again.
    return holes * 4 >= perPage * 5 && holes * 8 >= pages * perPage ? sparsest : NO_PAGE
  }

  /** Live blocks of a page. */
  blocksIn(page: number): number {
    return this.#pageUsed[page]
  }

  /** As `sparsePage`, of whatever class that has one; -1 when none does. Looks at every page with room. */
  nextSparsePage(): number {
    for (let c = 0; c < KIND_OBJECT * CLASSES_COUNT; c++) {
      const kind = c < CLASSES_COUNT ? KIND_ENTRY : KIND_INDEX
      const page = this.sparsePage(UNITS_OF_CLASS[c] * UNIT_BYTES, kind, ALL_PAGES)
      if (page !== NO_PAGE) return page
    }
    return NO_PAGE
  }

  /** Moves all blocks of a page found by `sparsePage` to other pages of its class, as `drainPage` does. */
  emptyPage(page: number, move: MoveBlock): void {
    const c = this.#pageClass[page]
    this.#unlinkRoom(page, c)
    this.#evacuate(page, move)
    this.#closePage(page, c, false)
  }

  #evacuate(page: number, move: MoveBlock): void {
    const c = this.#pageClass[page]
    const kind = Math.floor(c / CLASSES_COUNT)
    const units = UNITS_OF_CLASS[c]
    const bytes = units * UNIT_BYTES
    const u8 = this.u8[page >>> (SEGMENT_SHIFT - PAGE_SHIFT)]
    const i32 = this.i32[page >>> (SEGMENT_SHIFT - PAGE_SHIFT)]
    const isFree = new Uint8Array(PAGE_UNITS)
    for (let free = this.#pageFree[page]; free !== 0; free = i32[((free & SEGMENT_UNIT_MASK) << 1) + 1]) {
      isFree[free & (PAGE_UNITS - 1)] = 1
    }
    const bump = this.#pageBump[page]
    for (let unit = page === 0 ? RESERVED_UNITS : 0; unit < bump; unit += units) {
      if (isFree[unit] === 1) continue
      const from = (page << PAGE_SHIFT) | unit
      const offset = (from & SEGMENT_UNIT_MASK) << 3
      const to = this.alloc(bytes, kind)
      this.u8[to >>> SEGMENT_SHIFT].set(u8.subarray(offset, offset + bytes), (to & SEGMENT_UNIT_MASK) << 3)
      move(from, to, kind)
      this.usedBytes -= bytes
      this.#pageUsed[page]--
    }
  }

  /** Gives the emptied segment back, which takes about as long as moving ten pages: 3 ms. */
  finishDrain(): void {
    if (!this.drained) throw new Error('arena: the segment is not empty yet')
    const segment = this.#draining
    this.#draining = -1
    this.#detach(segment)
  }
}

const NO_BYTES = new Uint8Array(0)
const NO_WORDS = new Int32Array(0)
const NO_VIEW = new DataView(new ArrayBuffer(0))
