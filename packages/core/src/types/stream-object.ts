/**
 * Stream: entries with IDs that only grow, in nodes (stream-node.ts), and the consumer groups that read it.
 *
 * An entry that is deleted is marked; a node without entries left goes. Who walks downwards notes first where the
 * entries of a node begin. Complexity: append O(1), find by ID O(log n), a
 * range O(log n + m), a deletion O(log n + the node's entries).
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { element, encoded, integerAt, readElement } from '../structures/element.ts'
import { nextElement } from '../structures/element-run.ts'
import { addInt64, type Int64 } from '../structures/int64.ts'
import { compareIds, difference64, MAX_ID, MIN_ID, type StreamId } from '../structures/stream-id.ts'
import { StreamEntry } from './stream-entry.ts'
import { type StreamGroup, StreamGroups } from './stream-group.ts'
import {
  addEntry,
  DELETED,
  markDeleted,
  NODE_HEADER_BYTES,
  nodeBytes,
  nodeDeleted,
  nodeEntries,
  nodeListpackBytes,
  openNode,
  SAME_FIELDS,
} from './stream-node.ts'
import { type MutableId, StreamNodes } from './stream-nodes.ts'
import { releaseAll, type ValueObject } from './value-object.ts'

/** The objects around the blocks, roughly. */
const OBJECT_BYTES = 320
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
  readonly nodes: StreamNodes
  /** Made with the first group. */
  #groups: StreamGroups | undefined
  /** Entries. */
  length = 0
  lastId: StreamId = MIN_ID
  maxDeletedId: StreamId = MIN_ID
  /** Entries that were ever added. */
  entriesAdded: Int64 = 0
  /** IDs of the first and the last entry, as long as they are known. */
  #firstId: StreamId | undefined
  #lastEntryId: StreamId | undefined

  constructor(arena: Arena) {
    this.arena = arena
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
    if (this.length === 0) return MIN_ID
    if (this.#lastEntryId !== undefined) return this.#lastEntryId
    let last = MIN_ID
    this.#walkDown(probe, MIN_ID, MAX_ID, (entry) => {
      last = entry.id
      return false
    })
    this.#lastEntryId = last
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
      if (node >= 0) nodes.trim(node, nodeBytes(nodes.buf(node), nodes.start(node)))
      this.#pushNode(id, words, first, fields)
      node = nodes.count - 1
    }
    this.#encodeEntry(node, id, words, first, fields)
    const used = nodeBytes(nodes.buf(node), nodes.start(node))
    nodes.ensure(node, used, used + encoded.length)
    addEntry(nodes.buf(node), nodes.start(node), encoded)
    this.length++
    this.entriesAdded = addInt64(this.entriesAdded, 1)
    this.lastId = id
    this.#lastEntryId = id
    closeWalks()
  }

  #isFull(node: number, { lengths }: RequestWords, first: number, fields: number, limits: NodeLimits): boolean {
    const { streamNodeBytes, streamNodeEntries } = limits
    const buf = this.nodes.buf(node)
    const start = this.nodes.start(node)
    let bytes = nodeListpackBytes(buf, start)
    for (let i = first; i < first + 2 * fields; i++) bytes += lengths[i]
    if (bytes >= (streamNodeBytes === 0 ? NODE_BYTES_MAX : Math.min(streamNodeBytes, NODE_BYTES_MAX))) return true
    return streamNodeEntries > 0 && nodeEntries(buf, start) + nodeDeleted(buf, start) >= streamNodeEntries
  }

  /** A new node with the fields of its first entry. */
  #pushNode(id: StreamId, { buf, starts, lengths }: RequestWords, first: number, fields: number): void {
    encoded.clear()
    encoded.addInteger(fields)
    for (let i = 0; i < fields; i++) encoded.add(buf, starts[first + 2 * i], lengths[first + 2 * i])
    this.nodes.push(id, (NODE_HEADER_BYTES + encoded.length) * 2)
    const node = this.nodes.count - 1
    openNode(this.nodes.buf(node), this.nodes.start(node), encoded)
  }

  /** Leaves the entry in `encoded`. */
  #encodeEntry(node: number, id: StreamId, words: RequestWords, first: number, fields: number): void {
    const { buf, starts, lengths } = words
    const master = tailMaster
    this.nodes.readMaster(node, master)
    const isSame = this.#hasFields(node, words, first, fields)
    encoded.clear()
    encoded.addInteger(isSame ? SAME_FIELDS : 0)
    addDifference(difference64(id.msHigh, id.msLow, master.msHigh, master.msLow))
    addDifference(difference64(id.seqHigh, id.seqLow, master.seqHigh, master.seqLow))
    if (!isSame) encoded.addInteger(fields)
    for (let i = 0; i < fields; i++) {
      const at = first + 2 * i
      if (!isSame) encoded.add(buf, starts[at], lengths[at])
      encoded.add(buf, starts[at + 1], lengths[at + 1])
    }
  }

  /** Whether these are the fields of a node. */
  #hasFields(node: number, { buf, starts, lengths }: RequestWords, first: number, fields: number): boolean {
    const nodeBuf = this.nodes.buf(node)
    const run = this.nodes.start(node) + NODE_HEADER_BYTES
    if (integerAt(nodeBuf, run) !== fields) return false
    let pos = nextElement(nodeBuf, run)
    for (let i = first; i < first + 2 * fields; i += 2) {
      readElement(nodeBuf, pos)
      if (element.length !== lengths[i]) return false
      for (let k = 0; k < element.length; k++) if (element.buf[element.start + k] !== buf[starts[i] + k]) return false
      pos = nextElement(nodeBuf, pos)
    }
    return true
  }

  // --- walking

  /** Visits the entries from one ID to another, both included, upwards or downwards. The stream may not change. */
  walk(from: StreamId, to: StreamId, isReverse: boolean, visit: VisitEntry): void {
    if (this.length === 0 || compareIds(from, to) > 0) return
    if (isReverse) this.#walkDown(walked, from, to, visit)
    else this.#walkUp(walked, from, to, visit)
  }

  #walkUp(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    const { nodes } = this
    for (let node = Math.max(0, nodes.find(from)); node < nodes.count; node++) {
      if (nodes.compareMaster(node, to) > 0 || !this.#walkNode(entry, node, from, to, visit)) return
    }
  }

  /** @returns false when the walk is over */
  #walkNode(entry: StreamEntry, node: number, from: StreamId, to: StreamId, visit: VisitEntry): boolean {
    entry.seek(this.nodes, node, from)
    while (entry.nextPos < entry.end) {
      entry.read(entry.nextPos)
      if ((entry.flags & DELETED) !== 0 || compareIds(entry, from) < 0) continue
      if (compareIds(entry, to) > 0 || visit(entry) === false) return false
    }
    return true
  }

  /** How many entries there are from one ID to another, both included, at most `limit`. Whole nodes are not read. */
  count(from: StreamId, to: StreamId, limit: number): number {
    if (this.length === 0 || compareIds(from, to) > 0) return 0
    const { nodes } = this
    const last = nodes.find(to)
    const isLastWhole = compareIds(to, this.lastId) >= 0
    let found = 0
    for (let node = Math.max(0, nodes.find(from)); node <= last && found < limit; node++) {
      const isWhole = nodes.compareMaster(node, from) >= 0 && (node < last || isLastWhole)
      if (isWhole) found += nodeEntries(nodes.buf(node), nodes.start(node))
      else this.#walkNode(walked, node, from, to, () => ++found < limit)
    }
    return Math.min(found, limit)
  }

  #walkDown(entry: StreamEntry, from: StreamId, to: StreamId, visit: VisitEntry): void {
    for (let node = this.nodes.find(to); node >= 0; node--) {
      entry.open(this.nodes, node)
      entry.index()
      for (let i = entry.places.count - 1; i >= 0; i--) {
        entry.read(entry.places.positions[i])
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
    this.#lastEntryId = undefined
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
    return true
  }

  /** Marks an entry that was just read; the node goes with its last one. */
  #deleteEntry(entry: StreamEntry): void {
    const { nodes } = this
    const { node } = entry
    this.length--
    this.#firstId = undefined
    const buf = nodes.buf(node)
    const start = nodes.start(node)
    if (nodeEntries(buf, start) > 1) return markDeleted(buf, start, entry.pos)
    nodes.remove(node)
    closeWalks()
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
      const entries = nodeEntries(this.nodes.buf(0), this.nodes.start(0))
      if (limit > 0 && deleted + entries > limit) break
      if (!this.#isNodeTrimmed(to, entries, isApproximate)) {
        if (!isApproximate) deleted += this.#trimNode(to)
        break
      }
      this.nodes.remove(0)
      closeWalks()
      this.#firstId = undefined
      this.length -= entries
      deleted += entries
    }
    return deleted
  }

  /** Whether the first node is to go. As in Redis, deleted entries hold it where only whole nodes go. */
  #isNodeTrimmed({ minId, maxLength }: TrimTarget, entries: number, heedsDeleted: boolean): boolean {
    if (minId === undefined) return this.length - entries >= maxLength
    walked.seek(this.nodes, 0, minId)
    while (walked.nextPos < walked.end) {
      walked.read(walked.nextPos)
      const isHeeded = heedsDeleted || (walked.flags & DELETED) === 0
      if (isHeeded && compareIds(walked, minId) >= 0) return false
    }
    return true
  }

  /** Deletes entries of the first node, of which one stays. */
  #trimNode({ minId, maxLength }: TrimTarget): number {
    const entry = walked
    let deleted = 0
    entry.open(this.nodes, 0)
    for (;;) {
      if (minId === undefined && this.length <= maxLength) return deleted
      entry.read(entry.nextPos)
      if ((entry.flags & DELETED) !== 0) continue
      if (minId !== undefined && compareIds(entry, minId) >= 0) return deleted
      this.#deleteEntry(entry)
      deleted++
    }
  }

  // --- as a value

  copy(arena: Arena): StreamObject {
    const copy = new StreamObject(arena)
    for (let node = 0; node < this.nodes.count; node++) {
      const buf = this.nodes.buf(node)
      const start = this.nodes.start(node)
      copy.pushNode(this.nodes.master(node), buf, start, nodeBytes(buf, start))
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
  pushNode(master: StreamId, buf: Uint8Array, start: number, bytes: number): void {
    this.nodes.push(master, bytes)
    const node = this.nodes.count - 1
    copyBytes(buf, start, bytes, this.nodes.buf(node), this.nodes.start(node))
  }

  free(): void {
    releaseAll(this.release())
  }

  *release(): Generator<void> {
    closeWalks()
    yield* this.nodes.release()
    for (const group of this.groups.values()) yield* group.release()
  }

  leaveSegment(segment: number): void {
    closeWalks()
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

/** The master of the node that an entry is added to. */
const tailMaster: MutableId = { msHigh: 0, msLow: 0, seqHigh: 0, seqLow: 0 }

/**
 * Entries that walks of all streams use, one for each stream would be half of what a small one takes: of walks that
 * others see, and of questions that are asked during such a walk. No walk begins within another of its kind.
 */
const walked = new StreamEntry()
const probe = new StreamEntry()

/** No walk may go on from where it was. */
function closeWalks(): void {
  walked.close()
  probe.close()
}

function addDifference(difference: number | string): void {
  if (typeof difference === 'number' && Number.isSafeInteger(difference)) encoded.addInteger(difference)
  else encoded.addText(String(difference))
}
