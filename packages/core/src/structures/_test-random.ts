/** Random numbers for property tests: the same ones in every run. */

export interface SeededRandom {
  /** A whole number from 0 to `limit - 1`; `limit` at most 2^53. */
  below(limit: number): number
  /** 32 random bits, unsigned. */
  next(): number
}

/** xorshift32. @param seed not 0 */
export function seeded(seed: number): SeededRandom {
  let x = seed | 0
  const next = (): number => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
  return {
    next,
    below: (limit) => (limit <= 2 ** 32 ? next() % limit : ((next() & 0x1fffff) * 2 ** 32 + next()) % limit),
  }
}
