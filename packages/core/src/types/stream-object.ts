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

import type { Arena } from '../structures/arena.ts'
import { bigIntegerAt, integerAt } from '../structures/element.ts'
import {
  encodedListpack,
  firstInListpack,
  frameListpack,
  LISTPACK_EMPTY_BYTES,
  listpackBytes,
  listpackCount,
  nextInListpack,
  previousInListpack,
  setListpackHeader,
} from '../structures/listpack.ts'
import type { Seed } from '../structures/record-table.ts'
import { add64, compareIds, difference64, MAX_ID, MIN_ID, type StreamId, sum64 } from '../structures/stream-id.ts'
import { DELETED, SAME_FIELDS, StreamEntry } from './stream-entry.ts'
import { StreamGroup } from './stream-group.ts'
import { StreamNodes } from './stream-nodes.ts'
import type { ValueObject } from './value-object.ts'

/** The objects around the blocks, roughly. */
const OBJECT_BYTES = 600
/** Largest node, whatever the limits say. */
const NODE_BYTES_MAX = 1024 * 1024 * 1024

/** Limits of a node; 0 for none. */
export interface NodeLimits {
  readonly streamNodeBytes: number
  readonly streamNodeEntries: number
}

/** Fields and values of a new entry: words of a request, a field and a value in turn. */
export interface EntryWords {
  readonly buf: Uint8Array
  readonly starts: Int32Array
  readonly lengths: Int32Array
  /** Index of the first field. */
  readonly first: number
  readonly fields: number
}

/** @returns false to stop */
export type VisitEntry = (entry: StreamEntry) => unknown

export class StreamObject implements ValueObject {
  readonly encodingName = 'stream'
  readonly arena: Arena
  readonly seed: Seed
  readonly nodes: StreamNodes
  readonly groups = new Map<string, StreamGroup>()
  /** Entries. */
  length = 0
  lastId: StreamId = MIN_ID
  maxDeletedId: StreamId = MIN_ID
  /** Entries that were ever added; a number within 2^53. */
  entriesAdded = 0
  readonly #entry = new StreamEntry()
  /** For questions that are asked during a walk. */
  readonly #probe = new StreamEntry()

  constructor(arena: Arena, seed: Seed) {
    this.arena = arena
    this.seed = seed
    this.nodes = new StreamNodes(arena)
  }

  get externalBytes(): number {
    let bytes = OBJECT_BYTES + this.nodes.externalBytes + this.nodes.count * 64
    for (const group of this.groups.values()) bytes += group.externalBytes
    return bytes
  }

  get arenaBytes(): number {
    let bytes = this.nodes.arenaBytes
    for (const group of this.groups.values()) bytes += group.arenaBytes
    return bytes
  }

  /** ID of the first entry, 0-0 when there is none. */
  get firstId(): StreamId {
    if (this.length === 0) return MIN_ID
    let first = MIN_ID
    this.#walkUp(this.#probe, MIN_ID, MAX_ID, (entry) => {
      first = entry.id
      return false
    })
    return first
  }

  /** ID of the last entry that is there, 0-0 when there is none. */
  get lastEntryId(): StreamId {
    let last = MIN_ID
    this.#walkDown(this.#probe, MIN_ID, MAX_ID, (entry) => {
      last = entry.id
      return false
    })
    return last
  }

  // --- adding

  /** Adds an entry with an ID above all others. */
  append(id: StreamId, words: EntryWords, limits: NodeLimits): void {
    const { nodes } = this
    let node = nodes.count - 1
    if (node < 0 || this.#isFull(node, words, limits)) {
      if (node >= 0) nodes.trim(node, listpackBytes(nodes.buf(node), nodes.start(node)))
      this.#pushNode(id, words)
      node = nodes.count - 1
    }
    this.#encodeEntry(node, id, words)
    this.#insert(node)
    this.#addToMaster(node, 0, 1)
    this.length++
    this.entriesAdded++
    this.lastId = id
  }

  #isFull(node: number, { lengths, first, fields }: EntryWords, limits: NodeLimits): boolean {
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
  #pushNode(id: StreamId, { buf, starts, lengths, first, fields }: EntryWords): void {
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
    this.nodes.buf(node).set(encodedListpack.buf.subarray(0, encodedListpack.length), firstInListpack(start))
    frameListpack(this.nodes.buf(node), start, encodedListpack.length, encodedListpack.count)
  }

  /** Leaves the entry in `encodedListpack`. */
  #encodeEntry(node: number, id: StreamId, { buf, starts, lengths, first, fields }: EntryWords): void {
    const master = this.nodes.master(node)
    const isSame = this.#hasFields(node, buf, starts, lengths, first, fields)
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
  #hasFields(
    node: number,
    buf: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    first: number,
    fields: number,
  ): boolean {
    const nodeBuf = this.nodes.buf(node)
    let pos = this.#masterFields(node)
    if (integerAt(nodeBuf, previousInListpack(nodeBuf, this.nodes.start(node), pos)) !== fields) return false
    for (let i = 0; i < fields; i++) {
      const next = nextInListpack(nodeBuf, pos)
      encodedListpack.clear()
      encodedListpack.add(buf, starts[first + 2 * i], lengths[first + 2 * i])
      if (encodedListpack.length !== next - pos) return false
      for (let k = 0; k < encodedListpack.length; k++) if (encodedListpack.buf[k] !== nodeBuf[pos + k]) return false
      pos = next
    }
    return true
  }

  /** Position of the master's first field. */
  #masterFields(node: number): number {
    const buf = this.nodes.buf(node)
    return nextInListpack(buf, nextInListpack(buf, nextInListpack(buf, firstInListpack(this.nodes.start(node)))))
  }

  /** Puts what is in `encodedListpack` at the end of a node. */
  #insert(node: number): void {
    const { nodes } = this
    const used = listpackBytes(nodes.buf(node), nodes.start(node))
    nodes.ensure(node, used, used + encodedListpack.length)
    const buf = nodes.buf(node)
    const start = nodes.start(node)
    const at = start + used - 1
    for (let i = 0; i < encodedListpack.length; i++) buf[at + i] = encodedListpack.buf[i]
    buf[at + encodedListpack.length] = 0xff
    setListpackHeader(buf, start, used + encodedListpack.length, listpackCount(buf, start) + encodedListpack.count)
  }

  /** Adds to a number of the master entry: 0 its entries, 1 its deleted ones. */
  #addToMaster(node: number, which: 0 | 1, amount: number): void {
    const { nodes } = this
    let pos = firstInListpack(nodes.start(node))
    if (which === 1) pos = nextInListpack(nodes.buf(node), pos)
    this.#setInteger(node, pos - nodes.start(node), integerAt(nodes.buf(node), pos) + amount)
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
      setListpackHeader(buf, start, bytes, listpackCount(buf, start))
    }
    const buf = nodes.buf(node)
    const at = nodes.start(node) + offset
    for (let i = 0; i < encodedListpack.length; i++) buf[at + i] = encodedListpack.buf[i]
  }

  // --- walking

  /** Visits the entries from one ID to another, both included, upwards or downwards. The stream may not change. */
  walk(from: StreamId, to: StreamId, isReverse: boolean, visit: VisitEntry): void {
    if (this.length === 0 || compareIds(from, to) > 0) return
    if (isReverse) this.#walkDown(this.#entry, from, to, visit)
    else this.#walkUp(this.#entry, from, to, visit)
  }

  #walkUp(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    for (let node = Math.max(0, this.nodes.find(from)); node < this.nodes.count; node++) {
      if (compareIds(this.nodes.master(node), to) > 0) return
      const end = this.#openNode(entry, node)
      while (entry.nextPos < end) {
        this.#read(entry, entry.nextPos)
        if ((entry.flags & DELETED) !== 0 || compareIds(entry, from) < 0) continue
        if (compareIds(entry, to) > 0 || visit(entry) === false) return
      }
    }
  }

  #walkDown(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    for (let node = this.nodes.find(to); node >= 0; node--) {
      const end = this.#openNode(entry, node)
      const first = entry.nextPos
      for (let pos = end; pos > first; ) {
        pos = this.#entryBefore(entry.buf, node, pos)
        this.#read(entry, pos)
        if ((entry.flags & DELETED) !== 0 || compareIds(entry, to) > 0) continue
        if (compareIds(entry, from) < 0 || visit(entry) === false) return
      }
    }
  }

  /** Prepares an entry for a node: `nextPos` is where the first one begins. @returns where the entries end */
  #openNode(entry: StreamEntry, node: number): number {
    const buf = this.nodes.buf(node)
    const start = this.nodes.start(node)
    entry.node = node
    entry.buf = buf
    let pos = this.#masterFields(node)
    entry.masterFieldsPos = pos
    const fields = integerAt(buf, previousInListpack(buf, start, pos))
    for (let i = 0; i < fields; i++) pos = nextInListpack(buf, pos)
    entry.nextPos = nextInListpack(buf, pos)
    return start + listpackBytes(buf, start) - 1
  }

  /** Position of the entry that ends at `pos`. */
  #entryBefore(buf: Uint8Array, node: number, pos: number): number {
    const start = this.nodes.start(node)
    let at = previousInListpack(buf, start, pos)
    for (let left = integerAt(buf, at); left > 0; left--) at = previousInListpack(buf, start, at)
    return at
  }

  /** Reads the entry at a position of the node that `entry` is in. */
  #read(entry: StreamEntry, pos: number): void {
    const { buf } = entry
    const master = this.nodes.master(entry.node)
    entry.pos = pos
    entry.flags = integerAt(buf, pos)
    let at = nextInListpack(buf, pos)
    add64(master.msHigh, master.msLow, differenceAt(buf, at))
    entry.msHigh = sum64.high
    entry.msLow = sum64.low
    at = nextInListpack(buf, at)
    add64(master.seqHigh, master.seqLow, differenceAt(buf, at))
    entry.seqHigh = sum64.high
    entry.seqLow = sum64.low
    at = nextInListpack(buf, at)
    let words: number
    if ((entry.flags & SAME_FIELDS) !== 0) {
      entry.fields = integerAt(buf, previousInListpack(buf, this.nodes.start(entry.node), entry.masterFieldsPos))
      words = entry.fields
    } else {
      entry.fields = integerAt(buf, at)
      at = nextInListpack(buf, at)
      words = 2 * entry.fields
    }
    entry.valuesPos = at
    for (let i = 0; i <= words; i++) at = nextInListpack(buf, at)
    entry.nextPos = at
  }

  /** Whether there is an entry with this ID. */
  has(id: StreamId): boolean {
    let found = false
    this.#walkUp(this.#probe, id, id, () => {
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
    this.#deleteEntry(this.#entry)
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
    return true
  }

  /** Marks an entry that was just read; the node goes with its last one. */
  #deleteEntry(entry: StreamEntry): void {
    const { nodes } = this
    const { node } = entry
    this.length--
    const start = nodes.start(node)
    if (integerAt(nodes.buf(node), firstInListpack(start)) === 1) return nodes.remove(node)
    this.#setInteger(node, entry.pos - start, entry.flags | DELETED)
    this.#addToMaster(node, 0, -1)
    this.#addToMaster(node, 1, 1)
  }

  /**
   * Deletes entries from the beginning on.
   * @param keeps whether an entry stays, and all behind it; `left` entries are there, the entry included
   * @param keepsNode as `keeps`, for the last entry of a whole node, `left` being what is left without the node
   * @param isApproximate only whole nodes
   * @param limit most entries to delete; 0 for any number. Whole nodes only, when there is a limit
   * @returns how many were deleted
   */
  trim(
    keeps: (entry: StreamEntry, left: number) => boolean,
    keepsNode: (lastOfNode: StreamEntry, left: number) => boolean,
    isApproximate: boolean,
    limit: number,
  ): number {
    let deleted = 0
    while (this.nodes.count > 0) {
      const entries = integerAt(this.nodes.buf(0), firstInListpack(this.nodes.start(0)))
      if (limit > 0 && deleted + entries > limit) break
      if (!keepsNode(this.#lastOfNode(0), this.length - entries)) {
        this.nodes.remove(0)
        this.length -= entries
        deleted += entries
        continue
      }
      if (!isApproximate) deleted += this.#trimNode(keeps)
      break
    }
    return deleted
  }

  /** The last entry of a node that is not deleted. */
  #lastOfNode(node: number): StreamEntry {
    const entry = this.#entry
    const end = this.#openNode(entry, node)
    let pos = end
    do {
      pos = this.#entryBefore(entry.buf, node, pos)
      this.#read(entry, pos)
    } while ((entry.flags & DELETED) !== 0)
    return entry
  }

  #trimNode(keeps: (entry: StreamEntry, left: number) => boolean): number {
    const entry = this.#entry
    let deleted = 0
    let end = this.#openNode(entry, 0)
    let offset = entry.nextPos - this.nodes.start(0)
    while (this.nodes.start(0) + offset < end) {
      this.#read(entry, this.nodes.start(0) + offset)
      offset = entry.nextPos - this.nodes.start(0)
      if ((entry.flags & DELETED) !== 0) continue
      if (keeps(entry, this.length)) break
      const before = listpackBytes(this.nodes.buf(0), this.nodes.start(0))
      this.#deleteEntry(entry)
      deleted++
      // The master's numbers may have grown longer, and all behind them moved.
      const after = listpackBytes(this.nodes.buf(0), this.nodes.start(0))
      offset += after - before
      entry.buf = this.nodes.buf(0)
      this.#openNode(entry, 0)
      end = this.nodes.start(0) + after - 1
    }
    return deleted
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
    for (const [name, group] of this.groups) copy.groups.set(name, group.copy(arena))
    return copy
  }

  /** Adds a whole node behind the last one; `length` and the IDs are the caller's. For copies, and RDB. */
  pushListpack(master: StreamId, buf: Uint8Array, start: number, bytes: number): void {
    this.nodes.push(master, bytes)
    const node = this.nodes.count - 1
    this.nodes.buf(node).set(buf.subarray(start, start + bytes), this.nodes.start(node))
  }

  free(): void {
    this.nodes.discard()
    for (const group of this.groups.values()) group.discard()
  }

  leaveSegment(segment: number): void {
    this.nodes.leaveSegment(segment)
    for (const group of this.groups.values()) group.leaveSegment(segment)
  }

  // --- groups

  /** @returns undefined when there is a group of that name already */
  createGroup(name: string, lastId: StreamId, entriesRead: number): StreamGroup | undefined {
    if (this.groups.has(name)) return undefined
    const group = new StreamGroup(this.arena, lastId, entriesRead)
    this.groups.set(name, group)
    return group
  }
}

function differenceAt(buf: Uint8Array, pos: number): number | bigint {
  const value = integerAt(buf, pos)
  return Number.isSafeInteger(value) ? value : bigIntegerAt(buf, pos)
}

function addDifference(difference: number | string): void {
  if (typeof difference === 'number' && Number.isSafeInteger(difference)) encodedListpack.addInteger(difference)
  else encodedListpack.addText(String(difference))
}
