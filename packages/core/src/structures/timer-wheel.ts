/**
 * Timer wheel: arena blocks ordered by a time, threaded through the blocks themselves, so that the index has no memory
 * of its own.
 *
 *     level     7 ... 2   1    0           8 digits of 6 bits: 48 bits of milliseconds
 *     time      d7 ... d2 d1   d0
 *
 * A block waits at the highest level where its time's digit differs from the wheel's present, in the list of that
 * digit. As the present reaches a list on level 1 or above, its blocks move to lower levels (each at most 7 times in
 * its life, a day's timer 5 times); a list on level 0 is due. Nothing is sampled: what is due is found, and nothing
 * else is looked at.
 *
 * Words of a block, from its address (the caller's own data is at word 0 and from byte 18 on):
 *     offset    size  meaning
 *     4         4     previous block; at the head of a list, the list's number + 1 (never a valid address)
 *     8         4     next block, or 0
 *     12        4     time, low 32 bits
 *     16        2     time, high 16 bits
 *
 * Invariants: a list's bit in `#occupied` is set exactly when its head is not 0; no block waits behind the present
 * except in a list that the next `advance` empties first.
 * Complexity: add and remove O(1); advance O(blocks moved or due), in portions of the caller's choice.
 *
 * Source: G. Varghese, A. Lauck, "Hashed and hierarchical timing wheels". Rejected: a heap or tree of addresses (4 to 5
 * bytes a block, but stale items after every change of a time, and a sweep against them); sampling (memory comes back
 * by luck).
 */

import { type Arena, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'

const DIGIT_BITS = 6
const LISTS_PER_LEVEL = 1 << DIGIT_BITS
const LEVELS = 8
const LEVELS_LOW = 5
const LOW_BITS = DIGIT_BITS * LEVELS_LOW
const LOW_SIZE = 2 ** LOW_BITS
/** How far behind a list's head `sample` looks. */
const SAMPLE_STEPS_MAX = 32

/** Latest time that a timer can have: the year 10889. Later ones are the caller's to clamp. */
export const TIME_MAX_MS = 2 ** 48 - 1

export class TimerWheel {
  /** Blocks in the wheel. */
  size = 0
  readonly #arena: Arena
  readonly #heads = new Int32Array(LEVELS * LISTS_PER_LEVEL)
  readonly #occupied = new Int32Array(LEVELS * 2)
  #nowHigh: number
  #nowLow: number

  /** @param nowMs the present, whole milliseconds */
  constructor(arena: Arena, nowMs: number) {
    this.#arena = arena
    this.#nowHigh = Math.floor(nowMs / LOW_SIZE)
    this.#nowLow = (nowMs % LOW_SIZE) | 0
  }

  /** Adds a block whose time words are set. */
  add(address: number): void {
    const words = this.#arena.i32[address >>> SEGMENT_SHIFT]
    const word = (address & SEGMENT_UNIT_MASK) << 1
    const list = this.#listFor(timeOf(words, word))
    const head = this.#heads[list]
    words[word + 1] = list + 1
    words[word + 2] = head
    if (head !== 0) {
      this.#arena.i32[head >>> SEGMENT_SHIFT][((head & SEGMENT_UNIT_MASK) << 1) + 1] = address
    } else {
      this.#occupied[list >> 5] |= 1 << (list & 31)
    }
    this.#heads[list] = address
    this.size++
  }

  remove(address: number): void {
    const words = this.#arena.i32[address >>> SEGMENT_SHIFT]
    const word = (address & SEGMENT_UNIT_MASK) << 1
    this.#link(words[word + 1], words[word + 2])
    this.size--
  }

  /** The block moved with all its words: its neighbours learn the new address. */
  moved(to: number): void {
    const words = this.#arena.i32[to >>> SEGMENT_SHIFT]
    const word = (to & SEGMENT_UNIT_MASK) << 1
    this.#setNext(words[word + 1], to)
    const next = words[word + 2]
    if (next !== 0) this.#arena.i32[next >>> SEGMENT_SHIFT][((next & SEGMENT_UNIT_MASK) << 1) + 1] = to
  }

  #link(prev: number, next: number): void {
    this.#setNext(prev, next)
    if (next !== 0) this.#arena.i32[next >>> SEGMENT_SHIFT][((next & SEGMENT_UNIT_MASK) << 1) + 1] = prev
  }

  #setNext(prev: number, next: number): void {
    if (prev > 0 && prev <= LEVELS * LISTS_PER_LEVEL) {
      const list = prev - 1
      this.#heads[list] = next
      if (next === 0) this.#occupied[list >> 5] &= ~(1 << (list & 31))
    } else {
      this.#arena.i32[prev >>> SEGMENT_SHIFT][((prev & SEGMENT_UNIT_MASK) << 1) + 2] = next
    }
  }

  #listFor(timeMs: number): number {
    const high = Math.floor(timeMs / LOW_SIZE)
    const low = (timeMs % LOW_SIZE) | 0
    const diffHigh = high ^ this.#nowHigh
    if (high < this.#nowHigh || (diffHigh === 0 && low <= this.#nowLow)) return this.#nowLow & (LISTS_PER_LEVEL - 1)
    if (diffHigh !== 0) {
      const level = ((31 - Math.clz32(diffHigh)) / DIGIT_BITS) | 0
      return (level + LEVELS_LOW) * LISTS_PER_LEVEL + ((high >> (level * DIGIT_BITS)) & (LISTS_PER_LEVEL - 1))
    }
    const level = ((31 - Math.clz32(low ^ this.#nowLow)) / DIGIT_BITS) | 0
    return level * LISTS_PER_LEVEL + ((low >> (level * DIGIT_BITS)) & (LISTS_PER_LEVEL - 1))
  }

  #digit(level: number): number {
    const half = level < LEVELS_LOW ? this.#nowLow : this.#nowHigh
    const shift = (level < LEVELS_LOW ? level : level - LEVELS_LOW) * DIGIT_BITS
    return (half >> shift) & (LISTS_PER_LEVEL - 1)
  }

  /**
   * Moves the present to `nowMs` and gives every block whose time has come to `due`, which must take it out of the
   * wheel. When the clock was set back, the present goes back too, and nothing is given before its time.
   * @param stepsMax blocks to move or give at most; the next call goes on from there
   * @returns steps taken; fewer than `stepsMax` means that nothing due is left
   */
  advance(nowMs: number, stepsMax: number, due: (address: number) => void): number {
    let steps = 0
    if (nowMs < this.#nowMs()) this.#setBack(nowMs)
    for (;;) {
      for (let level = LEVELS - 1; level >= 1; level--) {
        const list = level * LISTS_PER_LEVEL + this.#digit(level)
        for (let head = this.#heads[list]; head !== 0; head = this.#heads[list]) {
          if (steps++ >= stepsMax) return steps
          this.remove(head)
          this.add(head)
        }
      }
      const last = this.#digit(0)
      for (let list = this.#nextList(0, 0); list >= 0 && list <= last; list = this.#nextList(0, list)) {
        for (let head = this.#heads[list]; head !== 0; head = this.#heads[list]) {
          if (steps++ >= stepsMax) return steps
          due(head)
          if (this.#heads[list] === head) throw new Error('timer wheel: a due block was not removed')
        }
      }
      const next = this.nextMs()
      this.#setNow(Math.max(Math.min(next, nowMs), this.#nowMs()))
      if (next > nowMs) return steps
    }
  }

  /**
   * Moves the present back. What waits on a level above the digits that change, or on the highest of these, waits there
   * rightly: its digit differs from the new present's too. The rest, which would soon have been due, is put in anew,
   * all at once.
   */
  #setBack(nowMs: number): void {
    const nowHigh = this.#nowHigh
    const nowLow = this.#nowLow
    this.#setNow(nowMs)
    const high = nowHigh ^ this.#nowHigh
    const low = nowLow ^ this.#nowLow
    const bit = high === 0 ? 31 - Math.clz32(low) : LOW_BITS + 31 - Math.clz32(high)
    const levels = Math.max(1, Math.floor(bit / DIGIT_BITS))
    for (let list = 0; list < levels * LISTS_PER_LEVEL; list++) {
      let address = this.#heads[list]
      this.#heads[list] = 0
      this.#occupied[list >> 5] &= ~(1 << (list & 31))
      while (address !== 0) {
        const next = this.#arena.i32[address >>> SEGMENT_SHIFT][((address & SEGMENT_UNIT_MASK) << 1) + 2]
        this.size--
        this.add(address)
        address = next
      }
    }
  }

  #nowMs(): number {
    return this.#nowHigh * LOW_SIZE + this.#nowLow
  }

  #setNow(nowMs: number): void {
    this.#nowHigh = Math.floor(nowMs / LOW_SIZE)
    this.#nowLow = (nowMs % LOW_SIZE) | 0
  }

  /** A time before which nothing becomes due: the start of the next occupied list; Infinity for an empty wheel. */
  nextMs(): number {
    const low = this.#nowLow & (LISTS_PER_LEVEL - 1)
    if (this.#heads[low] !== 0) return this.#nowMs()
    for (let level = 0; level < LEVELS; level++) {
      const digit = this.#nextList(level, this.#digit(level) + (level === 0 ? 0 : 1))
      if (digit < 0) continue
      const width = 2 ** (level * DIGIT_BITS)
      const prefix = Math.floor(this.#nowMs() / (width * LISTS_PER_LEVEL)) * (width * LISTS_PER_LEVEL)
      return prefix + digit * width
    }
    return Number.POSITIVE_INFINITY
  }

  /** A block of the earliest occupied list, or 0: near the first to become due, though not surely the first. */
  first(): number {
    for (let level = 0; level < LEVELS; level++) {
      const list = this.#nextList(level, 0)
      if (list >= 0) return this.#heads[level * LISTS_PER_LEVEL + list]
    }
    return 0
  }

  /**
   * A block of the wheel, or 0 when it is empty: one of the first few of a list, both chosen at random. Blocks of long
   * lists have a smaller chance than those of short ones.
   * @param random gives 32 random bits
   */
  sample(random: () => number): number {
    if (this.size === 0) return 0
    let list = random() % this.#heads.length
    while (this.#heads[list] === 0) list = (list + 1) % this.#heads.length
    let address = this.#heads[list]
    for (let steps = random() % SAMPLE_STEPS_MAX; steps > 0; steps--) {
      const next = this.#arena.i32[address >>> SEGMENT_SHIFT][((address & SEGMENT_UNIT_MASK) << 1) + 2]
      if (next === 0) break
      address = next
    }
    return address
  }

  /** The first occupied list of a level with at least this digit, or -1. */
  #nextList(level: number, digitMin: number): number {
    for (let word = digitMin >> 5; word < 2; word++) {
      let bits = this.#occupied[level * 2 + word]
      if (word === digitMin >> 5) bits &= -1 << (digitMin & 31)
      if (bits !== 0) return word * 32 + (31 - Math.clz32(bits & -bits))
    }
    return -1
  }
}

/** Time of the block at word index `word`, milliseconds. */
export function timeOf(words: Int32Array, word: number): number {
  return (words[word + 4] & 0xffff) * 2 ** 32 + (words[word + 3] >>> 0)
}

/** Sets the time words of the block at word index `word`; the other half of the last word stays. */
export function setTime(words: Int32Array, word: number, timeMs: number): void {
  words[word + 3] = timeMs | 0
  words[word + 4] = (words[word + 4] & ~0xffff) | Math.floor(timeMs / 2 ** 32)
}
