/**
 * Consumer group of a stream: who reads it, up to where it was delivered, and what was delivered but not acknowledged.
 *
 *     pending   records: ID (16 bytes, big-endian), delivery time (f64), deliveries (i64), consumer (u32)
 *               ordered by ID in a counted tree of the group, and in one of each consumer
 *               once somebody has asked for what is idle: ordered by time and ID in one more
 *
 * About 50 bytes a pending entry, none of them in the JavaScript heap. Complexity: all by ID or by time O(log n).
 */

import type { Arena } from '../structures/arena.ts'
import type { IsBelow } from '../structures/counted-nodes.ts'
import { CountedTree } from '../structures/counted-tree.ts'
import { INT64_BYTES, type Int64, readInt64, writeInt64 } from '../structures/int64.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import {
  compareIds,
  ID_BYTES,
  ID_WORDS,
  isIdBytesBelow,
  MIN_ID,
  msOf,
  readIdBytes,
  type StreamId,
  setIdWords,
  writeIdBytes,
} from '../structures/stream-id.ts'
import { readWord, writeWord } from '../structures/word.ts'
import { releaseAll } from './value-object.ts'

/** `entriesRead` of a group that does not know how many entries it has read. */
export const ENTRIES_READ_UNKNOWN = -1
const TIME_AT = ID_BYTES
const DELIVERIES_AT = TIME_AT + 8
const CONSUMER_AT = DELIVERIES_AT + INT64_BYTES
const RECORD_BYTES = CONSUMER_AT + 4
/** Entries are acknowledged about as they were delivered. */
const LIVE_EIGHTHS_MIN = 3
/** The objects, roughly. */
const GROUP_BYTES = 1000
const CONSUMER_BYTES = 300

/** The groups of one stream by name. */
export class StreamGroups extends Map<string, StreamGroup> {
  /** Bytes of groups and consumers outside the arena, kept so that no change of a stream has to ask all groups. */
  externalBytes = 0

  /** @returns undefined when there is a group of that name already */
  create(arena: Arena, name: string, lastId: StreamId, entriesRead: Int64): StreamGroup | undefined {
    if (this.has(name)) return undefined
    const group = new StreamGroup(arena, this, lastId, entriesRead)
    this.set(name, group)
    this.externalBytes += GROUP_BYTES
    return group
  }

  /** Deletes a group with all that is pending in it. @returns whether there was one of that name */
  destroy(name: string): boolean {
    const group = this.get(name)
    if (group === undefined) return false
    this.delete(name)
    this.externalBytes -= GROUP_BYTES + group.consumers.size * CONSUMER_BYTES
    releaseAll(group.release())
    return true
  }
}

export class StreamConsumer {
  readonly name: string
  /** How its pending entries name it. */
  readonly number: number
  /** Last time that it tried to read or claim, and that it got something; ms since the epoch, -1 for never. */
  seenMs: number
  activeMs: number
  readonly pending: CountedTree

  constructor(name: string, number: number, nowMs: number, arena: Arena) {
    this.name = name
    this.number = number
    this.seenMs = nowMs
    this.activeMs = -1
    this.pending = new CountedTree(arena)
  }
}

export class StreamGroup {
  readonly arena: Arena
  readonly #groups: StreamGroups
  lastId: StreamId
  /** How many entries it has read; ENTRIES_READ_UNKNOWN when that cannot be told. */
  entriesRead: Int64
  readonly consumers = new Map<string, StreamConsumer>()
  readonly #byNumber = new Map<number, StreamConsumer>()
  #nextNumber = 1
  readonly #heap: RecordHeap
  readonly #pending: CountedTree
  /** What the prefixes of the trees count from: milliseconds of an ID, and of a delivery. */
  #firstMs = 0
  #firstDeliveryMs = 0
  /** Made when it is first asked for: most groups never are. */
  #byTime: CountedTree | undefined

  constructor(arena: Arena, groups: StreamGroups, lastId: StreamId, entriesRead: Int64) {
    this.arena = arena
    this.#groups = groups
    this.lastId = lastId
    this.entriesRead = entriesRead
    this.#heap = new RecordHeap(arena, LIVE_EIGHTHS_MIN)
    this.#pending = new CountedTree(arena)
  }

  get arenaBytes(): number {
    let bytes = this.#heap.arenaBytes + this.#pending.bytes + (this.#byTime?.bytes ?? 0)
    for (const consumer of this.consumers.values()) bytes += consumer.pending.bytes
    return bytes
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** IDs of the first and the last pending entry, of which there is one. */
  get firstPendingId(): StreamId {
    return this.idOf(this.#pending.at(0))
  }

  get lastPendingId(): StreamId {
    return this.idOf(this.#pending.at(this.#pending.size - 1))
  }

  // --- consumers

  /** @returns undefined when there is one of that name already */
  createConsumer(name: string, nowMs: number): StreamConsumer | undefined {
    if (this.consumers.has(name)) return undefined
    const consumer = new StreamConsumer(name, this.#nextNumber++, nowMs, this.arena)
    this.consumers.set(name, consumer)
    this.#byNumber.set(consumer.number, consumer)
    this.#groups.externalBytes += CONSUMER_BYTES
    return consumer
  }

  /** Deletes a consumer with what is pending for it. @returns how many entries that were */
  deleteConsumer(consumer: StreamConsumer): number {
    const { size } = consumer.pending
    const records: number[] = []
    consumer.pending.walk(0, size, false, (record) => records.push(record))
    for (const record of records) {
      this.#takeOut(this.#pending, record, this.idOf(record))
      this.#leaveTime(record)
      this.#heap.free(record)
    }
    releaseAll(consumer.pending.release())
    this.consumers.delete(consumer.name)
    this.#byNumber.delete(consumer.number)
    this.#groups.externalBytes -= CONSUMER_BYTES
    this.#heap.tidy(this.#moved)
    return size
  }

  // --- pending entries, by their records

  /** The record of a pending entry, or 0. */
  find(id: StreamId): number {
    const rank = this.#rankOf(id)
    if (rank === this.#pending.size) return 0
    const record = this.#pending.at(rank)
    return compareIds(this.idOf(record), id) === 0 ? record : 0
  }

  idOf(record: number): StreamId {
    return readIdBytes(this.#heap.bufOf(record), this.#heap.startOf(record))
  }

  deliveryMs(record: number): number {
    const buf = this.#heap.bufOf(record)
    const at = this.#heap.startOf(record) + TIME_AT
    for (let i = 0; i < 8; i++) timeBytes[i] = buf[at + i]
    return times[0]
  }

  deliveries(record: number): Int64 {
    return readInt64(this.#heap.bufOf(record), this.#heap.startOf(record) + DELIVERIES_AT)
  }

  consumerOf(record: number): StreamConsumer {
    const number = readWord(this.#heap.bufOf(record), this.#heap.startOf(record) + CONSUMER_AT)
    return this.#byNumber.get(number) as StreamConsumer
  }

  /** Makes an entry pending that is not. */
  add(id: StreamId, consumer: StreamConsumer, deliveryMs: number, deliveries: Int64): void {
    const record = this.#heap.alloc(RECORD_BYTES)
    if (this.#pending.size === 0) this.#firstMs = msOf(id)
    const isBelow = this.#below(id)
    const prefix = this.#prefixOf(id)
    writeIdBytes(this.#heap.bufOf(record), this.#heap.startOf(record), id)
    this.#setConsumer(record, consumer)
    this.#write(record, deliveryMs, deliveries)
    insert(this.#pending, record, prefix, isBelow)
    insert(consumer.pending, record, prefix, isBelow)
    this.#enterTime(record)
  }

  setDelivery(record: number, deliveryMs: number, deliveries: Int64): void {
    this.#leaveTime(record)
    this.#write(record, deliveryMs, deliveries)
    this.#enterTime(record)
  }

  #write(record: number, deliveryMs: number, deliveries: Int64): void {
    times[0] = deliveryMs
    const buf = this.#heap.bufOf(record)
    const start = this.#heap.startOf(record)
    for (let i = 0; i < 8; i++) buf[start + TIME_AT + i] = timeBytes[i]
    writeInt64(buf, start + DELIVERIES_AT, deliveries)
  }

  #setConsumer(record: number, consumer: StreamConsumer): void {
    writeWord(this.#heap.bufOf(record), this.#heap.startOf(record) + CONSUMER_AT, consumer.number)
  }

  /** Gives a pending entry to another consumer. */
  assign(record: number, consumer: StreamConsumer): void {
    const old = this.consumerOf(record)
    if (old === consumer) return
    const id = this.idOf(record)
    this.#takeOut(old.pending, record, id)
    insert(consumer.pending, record, this.#prefixOf(id), this.#isBelow)
    this.#setConsumer(record, consumer)
  }

  /** @returns whether the entry was pending */
  remove(id: StreamId): boolean {
    const record = this.find(id)
    if (record === 0) return false
    this.#takeOut(this.consumerOf(record).pending, record, id)
    this.#takeOut(this.#pending, record, id)
    this.#leaveTime(record)
    this.#heap.free(record)
    this.#heap.tidy(this.#moved)
    return true
  }

  /** Visits pending entries of the group, or of one consumer, from an ID on until `visit` returns false. */
  walk(from: StreamId, consumer: StreamConsumer | undefined, visit: (record: number) => unknown): void {
    const tree = consumer === undefined ? this.#pending : consumer.pending
    tree.walk(tree.rank(this.#prefixOf(from), this.#below(from)), tree.size, false, visit)
  }

  /** How many pending entries come before an ID. Mostly none, as entries are acknowledged in order. */
  #rankOf(id: StreamId): number {
    const isBelow = this.#below(id)
    if (this.#pending.size === 0 || !isBelow(this.#pending.at(0))) return 0
    return this.#pending.rank(this.#prefixOf(id), isBelow)
  }

  #takeOut(tree: CountedTree, record: number, id: StreamId): void {
    tree.find(record, this.#prefixOf(id), this.#below(id))
    tree.removeFound()
  }

  /** The prefix of an ID in the trees: its milliseconds, as many as fit. */
  #prefixOf(id: StreamId): number {
    return clampToWord(msOf(id) - this.#firstMs)
  }

  /** Whether a record is below an ID: until the next call, of any group. */
  #below(id: StreamId): IsBelow {
    setIdWords(sought, id)
    return this.#isBelow
  }

  readonly #isBelow = (record: number): boolean =>
    isIdBytesBelow(this.#heap.bufOf(record), this.#heap.startOf(record), sought)

  // --- by time

  /** Visits what was delivered until `untilMs`, the longest ago first, until `visit` returns false. */
  walkIdle(untilMs: number, visit: (record: number) => unknown): void {
    this.#byTime ??= this.#sortByTime()
    this.#byTime.walk(0, this.#byTime.size, false, (record) => this.deliveryMs(record) <= untilMs && visit(record))
  }

  #sortByTime(): CountedTree {
    const records: number[] = []
    this.walk(MIN_ID, undefined, (record) => {
      records.push(record)
    })
    const tree = new CountedTree(this.arena)
    this.#firstDeliveryMs = records.length > 0 ? this.deliveryMs(records[0]) : 0
    // Those of one time are in the order of their IDs already, and stay so.
    for (const record of records.sort((a, b) => this.deliveryMs(a) - this.deliveryMs(b))) {
      tree.insert(record, this.#timePrefixOf(record), isAnyBelow)
    }
    return tree
  }

  #enterTime(record: number): void {
    const tree = this.#byTime
    if (tree === undefined) return
    if (tree.size === 0) this.#firstDeliveryMs = this.deliveryMs(record)
    insert(tree, record, this.#timePrefixOf(record), this.#earlier(record))
  }

  #leaveTime(record: number): void {
    const tree = this.#byTime
    if (tree === undefined) return
    tree.find(record, this.#timePrefixOf(record), this.#earlier(record))
    tree.removeFound()
  }

  #timePrefixOf(record: number): number {
    return clampToWord(this.deliveryMs(record) - this.#firstDeliveryMs)
  }

  /** Whether another record comes before this one by time and ID: until the next call of this or of `#below`. */
  #earlier(record: number): IsBelow {
    const deliveryMs = this.deliveryMs(record)
    setIdWords(sought, this.idOf(record))
    return (other) => {
      const otherMs = this.deliveryMs(other)
      return otherMs < deliveryMs || (otherMs === deliveryMs && this.#isBelow(other))
    }
  }

  readonly #moved = (from: number, to: number): void => {
    const id = this.idOf(to)
    const isBelow = this.#below(id)
    const prefix = this.#prefixOf(id)
    this.#pending.replace(prefix, isBelow, from, to)
    this.consumerOf(to).pending.replace(prefix, isBelow, from, to)
    this.#byTime?.replace(this.#timePrefixOf(to), this.#earlier(to), from, to)
  }

  // --- as a whole

  /** Gives a new group the same consumers and pending entries. */
  copyTo(copy: StreamGroup): void {
    for (const { name, seenMs, activeMs } of this.consumers.values()) {
      const consumer = copy.createConsumer(name, seenMs) as StreamConsumer
      consumer.activeMs = activeMs
    }
    this.walk(MIN_ID, undefined, (record) => {
      const consumer = copy.consumers.get(this.consumerOf(record).name) as StreamConsumer
      copy.add(this.idOf(record), consumer, this.deliveryMs(record), this.deliveries(record))
    })
  }

  leaveSegment(segment: number): void {
    this.#heap.leaveSegment(segment)
    this.#pending.leaveSegment(segment)
    this.#byTime?.leaveSegment(segment)
    for (const consumer of this.consumers.values()) consumer.pending.leaveSegment(segment)
  }

  /** Gives all blocks back, one at each step; the group may not be used afterwards. */
  *release(): Generator<void> {
    yield* this.#heap.release()
    yield* this.#pending.release()
    if (this.#byTime !== undefined) yield* this.#byTime.release()
    for (const consumer of this.consumers.values()) yield* consumer.pending.release()
  }
}

/** Puts an item into a tree. Mostly it comes behind all others, as entries are delivered in order. */
function insert(tree: CountedTree, item: number, prefix: number, isBelow: IsBelow): void {
  const isLast = tree.size === 0 || isBelow(tree.at(tree.size - 1))
  tree.insert(item, prefix, isLast ? isAnyBelow : isBelow)
}

const isAnyBelow = (): boolean => true

/** The nearest number of 32 bits. */
function clampToWord(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value))
}

const sought = new Int32Array(ID_WORDS)
const times = new Float64Array(1)
const timeBytes = new Uint8Array(times.buffer)
