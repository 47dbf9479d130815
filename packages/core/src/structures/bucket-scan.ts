/** One call of SCAN and its like: bucket after bucket of a hash table, until enough is found. */

/** Buckets that one call looks at, for each element that it is to find: those far apart must not hold everybody up. */
const BUCKETS_PER_COUNT = 10

/** What has `HashTable.scan`. */
export interface BucketScan {
  scan(cursor: number, visit: (address: number) => void): number
}

/**
 * Visits about `count` elements, fewer where the table is nearly empty.
 * @param cursor 0 to begin, then what the last call returned
 * @returns the next cursor, 0 at the end
 */
export function scanBuckets(
  table: BucketScan,
  cursor: number,
  count: number,
  visit: (address: number) => void,
): number {
  let seen = 0
  const visitOne = (address: number): void => {
    seen++
    visit(address)
  }
  let next = cursor
  let buckets = 0
  do {
    next = table.scan(next, visitOne)
    buckets++
  } while (next !== 0 && seen < count && buckets < count * BUCKETS_PER_COUNT)
  return next
}
