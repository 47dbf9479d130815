/**
 * Invariants of large values: what lies in memory, what the table finds, what is in order and what expires must be the
 * same elements. A value is known by what it has; packages/core/src/types has the classes.
 */

/** Elements as records, found by a table: a hash, a set or a sorted set. */
interface CheckedRecords {
  readonly size: number
  find(buf: Uint8Array, start: number, length: number): number
  locate(record: number): void
  scan(cursor: number, visit: (record: number) => void): number
}

interface CheckedHash extends CheckedRecords {
  readonly fieldBuf: Uint8Array
  readonly fieldStart: number
  readonly fieldLength: number
  readonly volatileCount: number
  readonly nextExpiryMs: number
  expiryMs(record: number): number
  expiredCount(nowMs: number): number
  forEach(visit: (record: number) => void): void
}

interface CheckedSet extends CheckedRecords {
  readonly memberBuf: Uint8Array
  readonly memberStart: number
  readonly memberLength: number
  forEach(visit: (record: number) => void): void
}

interface CheckedZset extends CheckedRecords {
  readonly memberBuf: Uint8Array
  readonly memberStart: number
  readonly memberLength: number
  scoreOf(record: number): number
  rankOf(record: number): number
  at(rank: number): number
  walk(rank: number, count: number, isReverse: boolean, visit: (record: number) => unknown): void
}

interface CheckedList {
  readonly length: number
  forEachNode(visit: (buf: Uint8Array, start: number, length: number, items: number) => void): void
  forRange(index: number, count: number, visit: (buf: Uint8Array, start: number, length: number) => unknown): void
}

/** Throws with what is wrong. */
export function checkValue(value: object): void {
  if ('volatileCount' in value) checkHash(value as CheckedHash)
  else if ('scoreOf' in value) checkZset(value as CheckedZset)
  else if ('memberBuf' in value) checkSet(value as CheckedSet)
  else if ('forEachNode' in value) checkList(value as CheckedList)
}

export function expect(what: string, is: number, should: number): void {
  if (is !== should) throw new Error(`${what} ${is}, but should be ${should}`)
}

function recordsIn(forEach: (visit: (record: number) => void) => void): number[] {
  const records: number[] = []
  forEach((record) => records.push(record))
  return records
}

/** @param key a copy of a record's key */
function checkTable(type: string, value: CheckedRecords, records: readonly number[], key: () => Uint8Array): void {
  expect(`the records of a ${type} are`, records.length, value.size)
  for (const record of records) {
    value.locate(record)
    const bytes = key()
    expect(`the table of a ${type} finds record`, value.find(bytes, 0, bytes.length), record)
  }
  const scanned = new Set<number>()
  let cursor = 0
  do cursor = value.scan(cursor, (record) => void scanned.add(record))
  while (cursor !== 0)
  expect(`the records in the table of a ${type} are`, scanned.size, value.size)
}

function checkHash(hash: CheckedHash): void {
  const records = recordsIn((visit) => hash.forEach(visit))
  const field = (): Uint8Array => hash.fieldBuf.slice(hash.fieldStart, hash.fieldStart + hash.fieldLength)
  checkTable('hash', hash, records, field)
  const times = records.map((record) => hash.expiryMs(record)).filter((ms) => ms >= 0)
  expect('the fields with an expiry are', hash.volatileCount, times.length)
  expect('the first expiry is', hash.nextExpiryMs, Math.min(...times))
  for (const ms of times.slice(0, 10)) {
    const due = times.filter((other) => other <= ms).length
    expect(`the fields due at ${ms} are`, hash.expiredCount(ms), due)
  }
}

function checkSet(set: CheckedSet): void {
  const records = recordsIn((visit) => set.forEach(visit))
  const member = (): Uint8Array => set.memberBuf.slice(set.memberStart, set.memberStart + set.memberLength)
  checkTable('set', set, records, member)
}

function checkZset(zset: CheckedZset): void {
  const records = recordsIn((visit) => zset.walk(0, zset.size, false, visit))
  const member = (): Uint8Array => zset.memberBuf.slice(zset.memberStart, zset.memberStart + zset.memberLength)
  checkTable('sorted set', zset, records, member)
  let last: { score: number; bytes: Uint8Array } | undefined
  for (const [rank, record] of records.entries()) {
    expect('the rank of a member is', zset.rankOf(record), rank)
    expect(`at rank ${rank} is record`, zset.at(rank), record)
    zset.locate(record)
    const next = { score: zset.scoreOf(record), bytes: member() }
    const ordered =
      last === undefined ||
      last.score < next.score ||
      (last.score === next.score && Buffer.compare(last.bytes, next.bytes) < 0)
    if (!ordered) throw new Error(`the member of rank ${rank} does not come after the one before it`)
    last = next
  }
}

function checkList(list: CheckedList): void {
  let items = 0
  list.forEachNode((_buf, _start, length, count) => {
    if (count <= 0 || length < 0) throw new Error(`a node of a list has ${count} elements in ${length} bytes`)
    items += count
  })
  expect('the elements in the nodes of a list are', items, list.length)
  let visited = 0
  list.forRange(0, list.length, () => {
    visited++
  })
  expect('the elements of a list are', visited, list.length)
}
