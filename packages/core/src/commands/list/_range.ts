/** Ranges of indexes, as LRANGE and LTRIM take them. */

/** Set by `clampRange`: the first index that lies in the list, and how many do. */
export const range = { start: 0, count: 0 }

/** Where `start` to `stop`, both included and negative ones counted from the end, lies in a list. */
export function clampRange(start: number, stop: number, length: number): void {
  const from = Math.max(0, start < 0 ? length + start : start)
  const to = Math.min(length - 1, stop < 0 ? length + stop : stop)
  range.start = from
  range.count = Math.max(0, to - from + 1)
}
