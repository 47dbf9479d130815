/**
 * Stream: entries with IDs that only grow, in nodes of Redis's own layout, so that RDB can copy them, and the consumer
 * groups that read it.
 *
 *     node      listpack: master entry, entry, entry ...
 *     master    entries, deleted entries, number of fields, the fields, 0
 *     entry     flags: 1 deleted, 2 same fields as the master
 *               ms and seq, as differences to the node's master ID
 *               values, or without flag 2: number of fields, field, value, field, value ...
 *               how many elements the entry has so far, for walking backwards
 *
 * An entry that is deleted is marked; a node without entries left goes. Complexity: append O(1), find by ID O(log n), a
 * range O(log n + m), a deletion O(log n + the node's entries).
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { element, integerAt, readElement } from '../structures/element.ts'
import { addInt64, type Int64 } from '../structures/int64.ts'
import {
  encodedListpack,
  firstInListpack,
  frameListpack,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  listpackBytes,
  nextInListpack,
  resizeListpack,
} from '../structures/listpack.ts'
import type { Seed } from '../structures/record-table.ts'
import { compareIds, difference64, MAX_ID, MIN_ID, type StreamId } from '../structures/stream-id.ts'
import { DELETED, masterFieldCount, SAME_FIELDS, StreamEntry } from './stream-entry.ts'
import { type StreamGroup, StreamGroups } from './stream-group.ts'
import { StreamNodes } from './stream-nodes.ts'
import type { ValueObject } from './value-object.ts'

/** The objects around the blocks, roughly. */
const OBJECT_BYTES = 320
/** Numbers below this are one byte in a listpack, and its length. */
const SHORT_INTEGERS = 128
/** Largest node, whatever the limits say. */
const NODE_BYTES_MAX = 1024 * 1024 * 1024

/** Limits of a node; 0 for none. */
export interface NodeLimits {
  readonly streamNodeBytes: number
  readonly streamNodeEntries: number
}

/** Words of a request, such as the fields and values of a new entry. */
export interface RequestWords {
  readonly buf: Uint8Array
  readonly starts: Int32Array
  readonly lengths: Int32Array
}

/** What a trim leaves: the last so many entries, or those from an ID on. */
export interface TrimTarget {
  readonly maxLength: number
  /** Counts instead of `maxLength` when there is one. */
  readonly minId: StreamId | undefined
}

/** @returns false to stop */
export type VisitEntry = (entry: StreamEntry) => unknown

export class StreamObject implements ValueObject {
  readonly encodingName = 'stream'
  readonly arena: Arena
  readonly seed: Seed
  readonly nodes: StreamNodes
  /** Made with the first group. */
  #groups: StreamGroups | undefined
  /** Entries. */
  length = 0
  lastId: StreamId = MIN_ID
  maxDeletedId: StreamId = MIN_ID
  /** Entries that were ever added. */
  entriesAdded: Int64 = 0
  /** ID of the first entry, as long as it is known. */
  #firstId: StreamId | undefined

  constructor(arena: Arena, seed: Seed) {
    this.arena = arena
    this.seed = seed
    this.nodes = new StreamNodes(arena)
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.nodes.externalBytes + this.groups.externalBytes
  }

  get arenaBytes(): number {
    let bytes = this.nodes.arenaBytes
    for (const group of this.groups.values()) bytes += group.arenaBytes
    return bytes
  }

  /** ID of the first entry, 0-0 when there is none. */
  get firstId(): StreamId {
    if (this.length === 0) return MIN_ID
    if (this.#firstId !== undefined) return this.#firstId
    let first = MIN_ID
    this.#walkUp(probe, MIN_ID, MAX_ID, (entry) => {
      first = entry.id
      return false
    })
    this.#firstId = first
    return first
  }

  /** ID of the last entry that is there, 0-0 when there is none. */
  get lastEntryId(): StreamId {
    let last = MIN_ID
    this.#walkDown(probe, MIN_ID, MAX_ID, (entry) => {
      last = entry.id
      return false
    })
    return last
  }

  // --- adding

  /**
   * Adds an entry with an ID above all others.
   * @param first index of its first field; `fields` fields and values follow in turn
   */
  append(id: StreamId, words: RequestWords, first: number, fields: number, limits: NodeLimits): void {
    const { nodes } = this
    let node = nodes.count - 1
    if (node < 0 || this.#isFull(node, words, first, fields, limits)) {
      if (node >= 0) nodes.trim(node, listpackBytes(nodes.buf(node), nodes.start(node)))
      this.#pushNode(id, words, first, fields)
      node = nodes.count - 1
    }
    this.#encodeEntry(node, id, words, first, fields)
    this.#insert(node)
    this.#addToMaster(node, 0, 1)
    this.length++
    this.entriesAdded = addInt64(this.entriesAdded, 1)
    this.lastId = id
  }

  #isFull(node: number, { lengths }: RequestWords, first: number, fields: number, limits: NodeLimits): boolean {
    const { streamNodeBytes, streamNodeEntries } = limits
    const buf = this.nodes.buf(node)
    const start = this.nodes.start(node)
    let bytes = listpackBytes(buf, start)
    for (let i = first; i < first + 2 * fields; i++) bytes += lengths[i]
    if (bytes >= (streamNodeBytes === 0 ? NODE_BYTES_MAX : Math.min(streamNodeBytes, NODE_BYTES_MAX))) return true
    if (streamNodeEntries === 0) return false
    const countPos = firstInListpack(start)
    return integerAt(buf, countPos) + integerAt(buf, nextInListpack(buf, countPos)) >= streamNodeEntries
  }

  /** A new node whose master has the fields of its first entry. */
  #pushNode(id: StreamId, { buf, starts, lengths }: RequestWords, first: number, fields: number): void {
    encodedListpack.clear()
    encodedListpack.addInteger(0)
    encodedListpack.addInteger(0)
    encodedListpack.addInteger(fields)
    for (let i = 0; i < fields; i++) encodedListpack.add(buf, starts[first + 2 * i], lengths[first + 2 * i])
    encodedListpack.addInteger(0)
    const bytes = encodedListpack.length + LISTPACK_EMPTY_BYTES
    this.nodes.push(id, bytes * 2)
    const node = this.nodes.count - 1
    const start = this.nodes.start(node)
    copyBytes(encodedListpack.buf, 0, encodedListpack.length, this.nodes.buf(node), firstInListpack(start))
    frameListpack(this.nodes.buf(node), start, encodedListpack.length, encodedListpack.count)
  }

  /** Leaves the entry in `encodedListpack`. */
  #encodeEntry(node: number, id: StreamId, words: RequestWords, first: number, fields: number): void {
    const { buf, starts, lengths } = words
    const master = this.nodes.master(node)
    const isSame = this.#hasFields(node, words, first, fields)
    encodedListpack.clear()
    encodedListpack.addInteger(isSame ? SAME_FIELDS : 0)
    addDifference(difference64(id.msHigh, id.msLow, master.msHigh, master.msLow))
    addDifference(difference64(id.seqHigh, id.seqLow, master.seqHigh, master.seqLow))
    if (!isSame) encodedListpack.addInteger(fields)
    for (let i = 0; i < fields; i++) {
      const at = first + 2 * i
      if (!isSame) encodedListpack.add(buf, starts[at], lengths[at])
      encodedListpack.add(buf, starts[at + 1], lengths[at + 1])
    }
    encodedListpack.addInteger(encodedListpack.count)
  }

  /** Whether a node's master has these fields. */
  #hasFields(node: number, { buf, starts, lengths }: RequestWords, first: number, fields: number): boolean {
    const nodeBuf = this.nodes.buf(node)
    const countPos = masterFieldCount(nodeBuf, this.nodes.start(node))
    if (integerAt(nodeBuf, countPos) !== fields) return false
    let pos = nextInListpack(nodeBuf, countPos)
    for (let i = first; i < first + 2 * fields; i += 2) {
      readElement(nodeBuf, pos)
      if (element.length !== lengths[i]) return false
      for (let k = 0; k < element.length; k++) if (element.buf[element.start + k] !== buf[starts[i] + k]) return false
      pos = nextInListpack(nodeBuf, pos)
    }
    return true
  }

  /** Puts what is in `encodedListpack` at the end of a node. */
  #insert(node: number): void {
    const { nodes } = this
    const used = listpackBytes(nodes.buf(node), nodes.start(node))
    const bytes = used + encodedListpack.length
    nodes.ensure(node, used, bytes)
    const buf = nodes.buf(node)
    const start = nodes.start(node)
    copyBytes(encodedListpack.buf, 0, encodedListpack.length, buf, start + used - 1)
    buf[start + bytes - 1] = LISTPACK_END
    resizeListpack(buf, start, bytes, encodedListpack.count)
  }

  /** Adds to a number of the master entry: 0 its entries, 1 its deleted ones. */
  #addToMaster(node: number, which: 0 | 1, amount: number): void {
    const { nodes } = this
    const buf = nodes.buf(node)
    let pos = firstInListpack(nodes.start(node))
    if (which === 1) pos = nextInListpack(buf, pos)
    const value = integerAt(buf, pos) + amount
    if (buf[pos] < SHORT_INTEGERS && value >= 0 && value < SHORT_INTEGERS) buf[pos] = value
    else this.#setInteger(node, pos - nodes.start(node), value)
  }

  /** Replaces the number at an offset of a node's listpack. */
  #setInteger(node: number, offset: number, value: number): void {
    const { nodes } = this
    encodedListpack.clear()
    encodedListpack.addInteger(value)
    const pos = nodes.start(node) + offset
    const oldBytes = nextInListpack(nodes.buf(node), pos) - pos
    if (encodedListpack.length !== oldBytes) {
      const used = listpackBytes(nodes.buf(node), nodes.start(node))
      const bytes = used - oldBytes + encodedListpack.length
      nodes.ensure(node, used, bytes)
      const buf = nodes.buf(node)
      const start = nodes.start(node)
      buf.copyWithin(start + offset + encodedListpack.length, start + offset + oldBytes, start + used)
      resizeListpack(buf, start, bytes, 0)
    }
    copyBytes(encodedListpack.buf, 0, encodedListpack.length, nodes.buf(node), nodes.start(node) + offset)
  }

  // --- walking

  /** Visits the entries from one ID to another, both included, upwards or downwards. The stream may not change. */
  walk(from: StreamId, to: StreamId, isReverse: boolean, visit: VisitEntry): void {
    if (this.length === 0 || compareIds(from, to) > 0) return
    if (isReverse) this.#walkDown(walked, from, to, visit)
    else this.#walkUp(walked, from, to, visit)
  }

  #walkUp(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    for (let node = Math.max(0, this.nodes.find(from)); node < this.nodes.count; node++) {
      if (this.nodes.compareMaster(node, to) > 0) return
      const end = entry.open(this.nodes, node)
      while (entry.nextPos < end) {
        entry.read(entry.nextPos)
        if ((entry.flags & DELETED) !== 0 || compareIds(entry, from) < 0) continue
        if (compareIds(entry, to) > 0 || visit(entry) === false) return
      }
    }
  }

  #walkDown(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    for (let node = this.nodes.find(to); node >= 0; node--) {
      const end = entry.open(this.nodes, node)
      const first = entry.nextPos
      for (let pos = end; pos > first; ) {
        pos = entry.before(pos)
        entry.read(pos)
        if ((entry.flags & DELETED) !== 0 || compareIds(entry, to) > 0) continue
        if (compareIds(entry, from) < 0 || visit(entry) === false) return
      }
    }
  }

  /** Whether there is an entry with this ID. */
  has(id: StreamId): boolean {
    let found = false
    this.#walkUp(probe, id, id, () => {
      found = true
      return false
    })
    return found
  }

  // --- deleting

  /** @returns whether there was an entry with this ID */
  delete(id: StreamId): boolean {
    let found = false
    this.walk(id, id, false, () => {
      found = true
      return false
    })
    if (!found) return false
    this.#deleteEntry(walked)
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
    return true
  }

  /** Marks an entry that was just read; the node goes with its last one. */
  #deleteEntry(entry: StreamEntry): void {
    const { nodes } = this
    const { node } = entry
    this.length--
    this.#firstId = undefined
    const start = nodes.start(node)
    if (integerAt(nodes.buf(node), firstInListpack(start)) === 1) return nodes.remove(node)
    this.#setInteger(node, entry.pos - start, entry.flags | DELETED)
    this.#addToMaster(node, 0, -1)
    this.#addToMaster(node, 1, 1)
  }

  /**
   * Deletes entries from the beginning on.
   * @param isApproximate only whole nodes
   * @param limit most entries to delete, 0 for any number; not for trims that are exact
   * @returns how many were deleted
   */
  trim(to: TrimTarget, isApproximate: boolean, limit: number): number {
    let deleted = 0
    while (this.nodes.count > 0) {
      const entries = integerAt(this.nodes.buf(0), firstInListpack(this.nodes.start(0)))
      if (limit > 0 && deleted + entries > limit) break
      if (!this.#isNodeTrimmed(to, entries)) {
        if (!isApproximate) deleted += this.#trimNode(to)
        break
      }
      this.nodes.remove(0)
      this.#firstId = undefined
      this.length -= entries
      deleted += entries
    }
    return deleted
  }

  /** Whether all entries of the first node are to go. */
  #isNodeTrimmed({ minId, maxLength }: TrimTarget, entries: number): boolean {
    if (minId === undefined) return this.length - entries >= maxLength
    return compareIds(this.#lastOfNode(0), minId) < 0
  }

  /** The last entry of a node that is not deleted. */
  #lastOfNode(node: number): StreamEntry {
    const entry = walked
    const end = entry.open(this.nodes, node)
    let pos = end
    do {
      pos = entry.before(pos)
      entry.read(pos)
    } while ((entry.flags & DELETED) !== 0)
    return entry
  }

  /** Deletes entries of the first node, of which one stays. */
  #trimNode({ minId, maxLength }: TrimTarget): number {
    const entry = walked
    let deleted = 0
    entry.open(this.nodes, 0)
    let offset = entry.nextPos - this.nodes.start(0)
    for (;;) {
      if (minId === undefined && this.length <= maxLength) return deleted
      entry.read(this.nodes.start(0) + offset)
      offset = entry.nextPos - this.nodes.start(0)
      if ((entry.flags & DELETED) !== 0) continue
      if (minId !== undefined && compareIds(entry, minId) >= 0) return deleted
      const before = listpackBytes(this.nodes.buf(0), this.nodes.start(0))
      this.#deleteEntry(entry)
      deleted++
      // The master's numbers may have grown longer, and all behind them moved.
      offset += listpackBytes(this.nodes.buf(0), this.nodes.start(0)) - before
      entry.open(this.nodes, 0)
    }
  }

  // --- as a value

  copy(arena: Arena): StreamObject {
    const copy = new StreamObject(arena, this.seed)
    for (let node = 0; node < this.nodes.count; node++) {
      const buf = this.nodes.buf(node)
      const start = this.nodes.start(node)
      copy.pushListpack(this.nodes.master(node), buf, start, listpackBytes(buf, start))
    }
    copy.length = this.length
    copy.lastId = this.lastId
    copy.maxDeletedId = this.maxDeletedId
    copy.entriesAdded = this.entriesAdded
    for (const [name, group] of this.groups) {
      group.copyTo(copy.createGroup(name, group.lastId, group.entriesRead) as StreamGroup)
    }
    return copy
  }

  /** Adds a whole node behind the last one; `length` and the IDs are the caller's. For copies, and RDB. */
  pushListpack(master: StreamId, buf: Uint8Array, start: number, bytes: number): void {
    this.nodes.push(master, bytes)
    const node = this.nodes.count - 1
    copyBytes(buf, start, bytes, this.nodes.buf(node), this.nodes.start(node))
  }

  free(): void {
    walked.close()
    probe.close()
    this.nodes.discard()
    for (const group of this.groups.values()) group.discard()
  }

  leaveSegment(segment: number): void {
    this.nodes.leaveSegment(segment)
    for (const group of this.groups.values()) group.leaveSegment(segment)
  }

  // --- groups

  get groups(): StreamGroups {
    return this.#groups ?? NO_GROUPS
  }

  /** @returns undefined when there is a group of that name already */
  createGroup(name: string, lastId: StreamId, entriesRead: Int64): StreamGroup | undefined {
    this.#groups ??= new StreamGroups()
    return this.#groups.create(this.arena, name, lastId, entriesRead)
  }
}

const NO_GROUPS = new StreamGroups()

/**
 * Entries that walks of all streams use, one for each stream would be half of what a small one takes: of walks that
 * others see, and of questions that are asked during such a walk. No walk begins within another of its kind.
 */
const walked = new StreamEntry()
const probe = new StreamEntry()

function addDifference(difference: number | string): void {
  if (typeof difference === 'number' && Number.isSafeInteger(difference)) encodedListpack.addInteger(difference)
  else encodedListpack.addText(String(difference))
}
