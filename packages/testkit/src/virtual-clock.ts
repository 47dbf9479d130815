/** A clock that stands still until a test turns it, and random numbers from a seed: what makes a run repeatable. */

import type { Clock, Random } from '@kvasir/core'

interface Timer {
  readonly intervalMs: number
  nextMs: number
  readonly task: () => void
}

/** 2023-11-14T22:13:20Z, a round number of seconds. */
const START_MS = 1_700_000_000_000
const US_PER_MS = 1000

export class VirtualClock implements Clock {
  #nowMs: number
  #monotonicUs: number
  readonly #timers = new Set<Timer>()

  /** @param startMs milliseconds since 1970 */
  constructor(startMs: number = START_MS) {
    this.#nowMs = startMs
    this.#monotonicUs = startMs * US_PER_MS
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** A microsecond later at every look: what runs until its time is used up comes to an end. */
  monotonicUs(): number {
    return ++this.#monotonicUs
  }

  every(intervalMs: number, task: () => void): () => void {
    const timer = { intervalMs, nextMs: this.#nowMs + intervalMs, task }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Not a matter of time: runs in the next turn of the event loop. */
  soon(task: () => void): void {
    setImmediate(task)
  }

  /** Turns the clock on; whatever is due on the way runs, in its order and at its time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      let next: Timer | undefined
      for (const timer of this.#timers) if (next === undefined || timer.nextMs < next.nextMs) next = timer
      if (next === undefined || next.nextMs > endMs) break
      this.#turnTo(next.nextMs)
      next.nextMs += next.intervalMs
      next.task()
    }
    this.#turnTo(endMs)
  }

  #turnTo(timeMs: number): void {
    this.#monotonicUs += (timeMs - this.#nowMs) * US_PER_MS
    this.#nowMs = timeMs
  }
}

/** The same numbers for the same seed (xorshift32); not for secrets. */
export function seededRandom(seed = 1): Random {
  let x = seed | 0 || 1
  return {
    next() {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      return x >>> 0
    },
  }
}
