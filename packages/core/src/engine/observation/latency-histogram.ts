/**
 * Latency histogram: how often a command took how long, in nanoseconds up to a second, to two digits.
 *
 *     below 256 ns     a slot each
 *     2^k .. 2^(k+1)   128 slots of equal width, for k from 8 to 29
 *
 * Recording is one addition. 24 KiB once a command has been called. Source: Gil Tene's HdrHistogram, whose layout for
 * two digits this is, so that the bounds which LATENCY HISTOGRAM and INFO latencystats show are those of Valkey.
 */

const SLOT_BITS = 7
const SLOTS_PER_OCTAVE = 1 << SLOT_BITS
const NS_MIN = 1
const NS_MAX = 1_000_000_000
const NS_PER_US = 1000
/** The bounds that LATENCY HISTOGRAM shows are this, and twice as much each. */
const FIRST_BOUND_NS = 1024

export class LatencyHistogram {
  /** 64 bits each: a counter of 32 would be full within hours. */
  readonly #counts = new Float64Array(slotOf(NS_MAX) + 1)
  /** Calls recorded. */
  count = 0

  /** @param ns whole */
  record(ns: number, count: number): void {
    this.#counts[slotOf(Math.min(NS_MAX, Math.max(NS_MIN, ns)))] += count
    this.count += count
  }

  clear(): void {
    this.#counts.fill(0)
    this.count = 0
  }

  /** What this share of the calls did not exceed, microseconds. @param percentile 0 to 100 */
  percentileUs(percentile: number): number {
    const wanted = Math.max(1, Math.floor((percentile / 100) * this.count + 0.5))
    let seen = 0
    let slot = 0
    for (; slot < this.#counts.length; slot++) {
      seen += this.#counts[slot]
      if (seen >= wanted) break
    }
    return (percentile === 0 ? leastOf(slot) : greatestOf(slot)) / NS_PER_US
  }

  /** Bounds in microseconds, each twice the one before, with the calls up to it; only bounds that add some. */
  cumulative(): (readonly [boundUs: number, calls: number])[] {
    const bounds: (readonly [number, number])[] = []
    let seen = 0
    let slot = 0
    for (let boundNs = FIRST_BOUND_NS; seen < this.count; boundNs *= 2) {
      const before = seen
      const last = slotOf(boundNs)
      const isBeyond = last >= this.#counts.length
      for (; slot <= last && slot < this.#counts.length; slot++) seen += this.#counts[slot]
      if (seen > before) bounds.push([Math.floor((isBeyond ? boundNs : greatestOf(last)) / NS_PER_US), seen])
    }
    return bounds
  }
}

/** How many bits a slot of this value leaves out. */
function shiftOf(ns: number): number {
  return Math.max(0, 31 - Math.clz32(ns) - SLOT_BITS)
}

function slotOf(ns: number): number {
  const shift = shiftOf(ns)
  return shift * SLOTS_PER_OCTAVE + (ns >>> shift)
}

function leastOf(slot: number): number {
  const shift = Math.max(0, Math.floor(slot / SLOTS_PER_OCTAVE) - 1)
  return (slot - shift * SLOTS_PER_OCTAVE) * 2 ** shift
}

function greatestOf(slot: number): number {
  return leastOf(slot + 1) - 1
}
