/**
 * Consumer group of a stream: who reads it, up to where it was delivered, and what was delivered but not acknowledged.
 *
 *     pending   records: ID (16 bytes, big-endian), delivery time (f64), deliveries (u32), consumer (u32)
 *               ordered by ID in a counted tree of the group, and in one of each consumer
 *
 * About 46 bytes a pending entry, none of them in the JavaScript heap. Complexity: all by ID O(log n).
 */

import type { Arena } from '../structures/arena.ts'
import { CountedTree, type IsBelow } from '../structures/counted-tree.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import { ID_BYTES, isIdBytesBelow, readIdBytes, type StreamId, writeIdBytes } from '../structures/stream-id.ts'

/** `entriesRead` of a group that does not know how many entries it has read. */
export const ENTRIES_READ_UNKNOWN = -1
const TIME_AT = ID_BYTES
const DELIVERIES_AT = TIME_AT + 8
const CONSUMER_AT = DELIVERIES_AT + 4
const RECORD_BYTES = CONSUMER_AT + 4
const GROUP_BYTES = 700
const CONSUMER_BYTES = 300

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
  lastId: StreamId
  /** How many entries it has read; ENTRIES_READ_UNKNOWN when that cannot be told. */
  entriesRead: number
  readonly consumers = new Map<string, StreamConsumer>()
  readonly #byNumber = new Map<number, StreamConsumer>()
  #nextNumber = 1
  readonly #heap: RecordHeap
  readonly #pending: CountedTree

  constructor(arena: Arena, lastId: StreamId, entriesRead: number) {
    this.arena = arena
    this.lastId = lastId
    this.entriesRead = entriesRead
    this.#heap = new RecordHeap(arena)
    this.#pending = new CountedTree(arena)
  }

  get externalBytes(): number {
    return GROUP_BYTES + this.consumers.size * CONSUMER_BYTES + this.#heap.externalBytes
  }

  get arenaBytes(): number {
    let bytes = this.#heap.arenaBytes + this.#pending.bytes
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
    return consumer
  }

  /** Deletes a consumer with what is pending for it. @returns how many entries that were */
  deleteConsumer(consumer: StreamConsumer): number {
    const { size } = consumer.pending
    const records: number[] = []
    consumer.pending.walk(0, size, false, (record) => records.push(record))
    for (const record of records) {
      this.#pending.remove(this.#pending.rank(this.#below(this.idOf(record))), 1)
      this.#heap.free(record)
    }
    consumer.pending.discard()
    this.consumers.delete(consumer.name)
    this.#byNumber.delete(consumer.number)
    this.#heap.tidy(this.#moved)
    return size
  }

  // --- pending entries, by their records

  /** The record of a pending entry, or 0. */
  find(id: StreamId): number {
    const rank = this.#pending.rank(this.#below(id))
    if (rank === this.#pending.size) return 0
    const record = this.#pending.at(rank)
    return this.#isBelow(record, id) || !this.#equals(record, id) ? 0 : record
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

  deliveries(record: number): number {
    return this.#word(record, DELIVERIES_AT)
  }

  consumerOf(record: number): StreamConsumer {
    return this.#byNumber.get(this.#word(record, CONSUMER_AT)) as StreamConsumer
  }

  /** Makes an entry pending that is not. */
  add(id: StreamId, consumer: StreamConsumer, deliveryMs: number, deliveries: number): void {
    const record = this.#heap.alloc(RECORD_BYTES)
    writeIdBytes(this.#heap.bufOf(record), this.#heap.startOf(record), id)
    this.#setWord(record, CONSUMER_AT, consumer.number)
    this.setDelivery(record, deliveryMs, deliveries)
    this.#pending.insert(record, this.#below(id))
    consumer.pending.insert(record, this.#below(id))
  }

  setDelivery(record: number, deliveryMs: number, deliveries: number): void {
    times[0] = deliveryMs
    const buf = this.#heap.bufOf(record)
    const at = this.#heap.startOf(record) + TIME_AT
    for (let i = 0; i < 8; i++) buf[at + i] = timeBytes[i]
    this.#setWord(record, DELIVERIES_AT, Math.min(deliveries, 0xffffffff))
  }

  /** Gives a pending entry to another consumer. */
  assign(record: number, consumer: StreamConsumer): void {
    const old = this.consumerOf(record)
    if (old === consumer) return
    const isBelow = this.#below(this.idOf(record))
    old.pending.remove(old.pending.rank(isBelow), 1)
    consumer.pending.insert(record, isBelow)
    this.#setWord(record, CONSUMER_AT, consumer.number)
  }

  /** @returns whether the entry was pending */
  remove(id: StreamId): boolean {
    const isBelow = this.#below(id)
    const rank = this.#pending.rank(isBelow)
    if (rank === this.#pending.size) return false
    const record = this.#pending.at(rank)
    if (!this.#equals(record, id)) return false
    const { pending } = this.consumerOf(record)
    pending.remove(pending.rank(isBelow), 1)
    this.#pending.remove(rank, 1)
    this.#heap.free(record)
    this.#heap.tidy(this.#moved)
    return true
  }

  /** Visits pending entries of the group, or of one consumer, from an ID on until `visit` returns false. */
  walk(from: StreamId, consumer: StreamConsumer | undefined, visit: (record: number) => unknown): void {
    const tree = consumer === undefined ? this.#pending : consumer.pending
    tree.walk(tree.rank(this.#below(from)), tree.size, false, visit)
  }

  #below(id: StreamId): IsBelow {
    return (record) => this.#isBelow(record, id)
  }

  #isBelow(record: number, id: StreamId): boolean {
    return isIdBytesBelow(this.#heap.bufOf(record), this.#heap.startOf(record), id)
  }

  #equals(record: number, id: StreamId): boolean {
    const own = this.idOf(record)
    return own.msHigh === id.msHigh && own.msLow === id.msLow && own.seqHigh === id.seqHigh && own.seqLow === id.seqLow
  }

  #word(record: number, at: number): number {
    const buf = this.#heap.bufOf(record)
    const i = this.#heap.startOf(record) + at
    return (buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)) >>> 0
  }

  #setWord(record: number, at: number, value: number): void {
    const buf = this.#heap.bufOf(record)
    const i = this.#heap.startOf(record) + at
    for (let k = 0; k < 4; k++) buf[i + k] = value >>> (8 * k)
  }

  readonly #moved = (from: number, to: number): void => {
    const isBelow = this.#below(this.idOf(to))
    this.#pending.replace(isBelow, from, to)
    this.consumerOf(to).pending.replace(isBelow, from, to)
  }

  copy(arena: Arena): StreamGroup {
    const copy = new StreamGroup(arena, this.lastId, this.entriesRead)
    for (const { name, seenMs, activeMs } of this.consumers.values()) {
      const consumer = copy.createConsumer(name, seenMs) as StreamConsumer
      consumer.activeMs = activeMs
    }
    this.#pending.walk(0, this.#pending.size, false, (record) => {
      const consumer = copy.consumers.get(this.consumerOf(record).name) as StreamConsumer
      copy.add(this.idOf(record), consumer, this.deliveryMs(record), this.deliveries(record))
    })
    return copy
  }

  leaveSegment(segment: number): void {
    this.#heap.leaveSegment(segment)
    this.#pending.leaveSegment(segment)
    for (const consumer of this.consumers.values()) consumer.pending.leaveSegment(segment)
  }

  /** Gives all blocks back; the group may not be used afterwards. */
  discard(): void {
    this.#heap.clear()
    this.#pending.discard()
    for (const consumer of this.consumers.values()) consumer.pending.discard()
  }
}

const times = new Float64Array(1)
const timeBytes = new Uint8Array(times.buffer)
