/**
 * Streams in RDB.
 *
 *     nodes       number, then of each: string with the master's ID (16 bytes, big-endian), string that is a listpack
 *     stream      entries, last ID                                      an ID here: two lengths, ms and sequence
 *       19, 21    first ID, largest deleted ID, entries ever added
 *     groups      number, then of each:
 *                 name (string), last ID delivered
 *       19, 21    entries read, 64 bits, -1 for unknown
 *                 pending: number, then of each: ID (16 bytes), time (8 bytes), deliveries (length, 64 bits)
 *                 consumers: number, then of each:
 *                   name (string), time seen (8 bytes)
 *       21          time active, 8 bytes
 *                   pending: number, then their IDs (16 bytes)
 *
 * 15 is the form without what is marked, 19 without the time active; 21 is written. stream-node.ts has the nodes.
 *
 * IDs ascend strictly, from node to node too; every pending entry of a group is that of exactly one of its consumers.
 * Valkey does not look at the order, and answers ranges wrongly from such a stream.
 */

import { latin1 } from '../../structures/bytes.ts'
import { type Int64, toInt64 } from '../../structures/int64.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import {
  compareIds,
  ID_BYTES,
  ID_WORDS,
  MIN_ID,
  readIdBytes,
  type StreamId,
  writeIdBytes,
} from '../../structures/stream-id.ts'
import { ENTRIES_READ_UNKNOWN, type StreamConsumer, type StreamGroup } from '../../types/stream-group.ts'
import { StreamObject } from '../../types/stream-object.ts'
import type { Database } from '../database.ts'
import { TYPE_STREAM } from '../entry.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import {
  addStreamNode,
  checkStreamNode,
  compareIdWords,
  readIdWords,
  StreamNodeFacts,
  streamNodeListpack,
} from './stream-node.ts'
import { RDB_STREAM_LISTPACKS, RDB_STREAM_LISTPACKS_2, RDB_STREAM_LISTPACKS_3 } from './value-types.ts'

/** Whose pending entries are not a consumer's yet. No name of bytes is that. */
const NOBODY = '\uffff'

export const STREAM_TYPES: readonly number[] = [RDB_STREAM_LISTPACKS, RDB_STREAM_LISTPACKS_2, RDB_STREAM_LISTPACKS_3]

export function readStream(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue {
  const { db } = origin
  const stream = new StreamObject(db.arena)
  try {
    readNodes(reader, stream)
    readFacts(reader, type, stream)
    for (let left = reader.length(); left > 0; left--) readGroup(reader, type, origin, stream)
    return { kind: TYPE_STREAM, content: stream }
  } catch (error) {
    stream.free()
    throw error
  }
}

/** Nodes without live entries are left out: nothing tells of them. */
function readNodes(reader: RdbReader, stream: StreamObject): void {
  const facts = new StreamNodeFacts()
  const master = new Uint32Array(ID_WORDS)
  const last = new Uint32Array(ID_WORDS)
  for (let left = reader.length(); left > 0; left--) {
    reader.string()
    if (reader.stringLength !== ID_BYTES) damaged('Stream node key entry is not the size of a stream ID')
    const id = readIdBytes(reader.stringBuf, reader.stringStart)
    readIdWords(reader.stringBuf, reader.stringStart, master)
    // 0-0 is no ID of an entry.
    if (compareIdWords(master, last) <= 0) damaged('the nodes of a stream are not in order')
    reader.string()
    const { stringBuf, stringStart, stringLength } = reader
    checkStreamNode(stringBuf, stringStart, stringLength, master, facts)
    last.set(facts.last)
    if (facts.live === 0) continue
    addStreamNode(stream, id, stringBuf, stringStart)
    stream.length += facts.live
    stream.lastId = idOfWords(facts.lastLive)
  }
}

function idOfWords([msHigh, msLow, seqHigh, seqLow]: Uint32Array): StreamId {
  return { msHigh, msLow, seqHigh, seqLow }
}

function readFacts(reader: RdbReader, type: number, stream: StreamObject): void {
  if (reader.length() !== stream.length) damaged('a stream does not have as many entries as it says')
  const lastId = readLengthId(reader)
  if (compareIds(lastId, stream.lastId) < 0) damaged('the last ID of a stream is below that of an entry')
  stream.lastId = lastId
  if (type === RDB_STREAM_LISTPACKS) {
    stream.entriesAdded = stream.length
    return
  }
  // The first ID is that of the first entry, which is known.
  readLengthId(reader)
  stream.maxDeletedId = readLengthId(reader)
  if (compareIds(stream.maxDeletedId, lastId) > 0) damaged('the largest deleted ID of a stream is above its last ID')
  const added = reader.length64()
  if (added < stream.length) damaged('a stream has more entries than were ever added')
  stream.entriesAdded = toInt64(added)
}

function readLengthId(reader: RdbReader): StreamId {
  const ms = reader.length64()
  const seq = reader.length64()
  return { msHigh: highOf(ms), msLow: lowOf(ms), seqHigh: highOf(seq), seqLow: lowOf(seq) }
}

function highOf(value: bigint): number {
  return Number(value >> 32n)
}

function lowOf(value: bigint): number {
  return Number(value & 0xffffffffn)
}

function readRawId(reader: RdbReader): StreamId {
  const at = reader.raw(ID_BYTES)
  return readIdBytes(reader.buf, at)
}

function readName(reader: RdbReader): string {
  reader.string()
  return latin1(reader.stringBuf, reader.stringStart, reader.stringLength)
}

// --- groups

function readGroup(reader: RdbReader, type: number, origin: RdbOrigin, stream: StreamObject): void {
  const name = readName(reader)
  const lastId = readLengthId(reader)
  const read = type === RDB_STREAM_LISTPACKS ? entriesReadUpTo(stream, lastId) : toInt64(reader.length64())
  const group = stream.createGroup(name, lastId, read) ?? damaged('Duplicated consumer group name')
  const { nowMs } = origin.db.owner
  const nobody = group.createConsumer(NOBODY, nowMs) as StreamConsumer
  for (let left = reader.length(); left > 0; left--) {
    const id = readRawId(reader)
    const deliveryMs = reader.milliseconds()
    const deliveries = toInt64(reader.length64())
    if (group.find(id) !== 0) damaged('Duplicated global PEL entry')
    group.add(id, nobody, deliveryMs, deliveries)
  }
  for (let left = reader.length(); left > 0; left--) readConsumer(reader, type, group, nobody)
  if (nobody.pending.size > 0) damaged('NACK entry without consumer')
  group.deleteConsumer(nobody)
}

/**
 * How many entries were added up to an ID, for groups of Redis 5 and 6, which did not count: known for an ID before the
 * first entry, of the first and of the last one.
 */
function entriesReadUpTo(stream: StreamObject, id: StreamId): Int64 {
  if (stream.entriesAdded === 0) return 0
  if (compareIds(id, stream.lastId) === 0) return stream.entriesAdded
  const order = compareIds(id, stream.firstId)
  if (order < 0) return 0
  return order === 0 ? 1 : ENTRIES_READ_UNKNOWN
}

function readConsumer(reader: RdbReader, type: number, group: StreamGroup, nobody: StreamConsumer): void {
  const name = readName(reader)
  const seenMs = reader.milliseconds()
  const consumer = group.createConsumer(name, seenMs) ?? damaged('Duplicate stream consumer detected')
  consumer.activeMs = type === RDB_STREAM_LISTPACKS_3 ? reader.milliseconds() : seenMs
  for (let left = reader.length(); left > 0; left--) {
    const record = group.find(readRawId(reader))
    if (record === 0) damaged('Consumer entry not found in group global PEL')
    const owner = group.consumerOf(record)
    if (owner === consumer) damaged('Duplicated consumer PEL entry detected')
    if (owner !== nobody) damaged('NACK entry is shared by two consumers')
    group.assign(record, consumer)
  }
}

// --- writing

export function writeStream(writer: RdbWriter, db: Database, address: number): void {
  const stream = db.object(address) as StreamObject
  const id = new Uint8Array(ID_BYTES)
  const { nodes } = stream
  writer.length(nodes.count)
  for (let node = 0; node < nodes.count; node++) {
    const listpack = streamNodeListpack(nodes, node)
    writeIdBytes(id, 0, nodes.master(node))
    writer.length(ID_BYTES)
    writer.raw(id, 0, ID_BYTES)
    writer.string(listpack.buf, 0, listpack.length)
  }
  writer.length(stream.length)
  writeLengthId(writer, stream.lastId)
  writeLengthId(writer, stream.firstId)
  writeLengthId(writer, stream.maxDeletedId)
  writeCounter(writer, stream.entriesAdded)
  writer.length(stream.groups.size)
  for (const [name, group] of stream.groups) writeGroup(writer, name, group, id)
}

function writeLengthId(writer: RdbWriter, { msHigh, msLow, seqHigh, seqLow }: StreamId): void {
  writer.lengthOfHalves(msHigh, msLow)
  writer.lengthOfHalves(seqHigh, seqLow)
}

function writeCounter(writer: RdbWriter, value: Int64): void {
  if (typeof value === 'number' && value >= 0) writer.length(value)
  else writer.length64(BigInt.asUintN(64, BigInt(value)))
}

/** @param id room for an ID */
function writeGroup(writer: RdbWriter, name: string, group: StreamGroup, id: Uint8Array): void {
  const writeRawId = (record: number): void => {
    writeIdBytes(id, 0, group.idOf(record))
    writer.raw(id, 0, ID_BYTES)
  }
  writer.text(name)
  writeLengthId(writer, group.lastId)
  writeCounter(writer, group.entriesRead)
  writer.length(group.pendingCount)
  group.walk(MIN_ID, undefined, (record) => {
    writeRawId(record)
    writer.milliseconds(group.deliveryMs(record))
    writeCounter(writer, group.deliveries(record))
  })
  writer.length(group.consumers.size)
  for (const consumer of group.consumers.values()) {
    writer.text(consumer.name)
    writer.milliseconds(consumer.seenMs)
    writer.milliseconds(consumer.activeMs)
    writer.length(consumer.pending.size)
    group.walk(MIN_ID, consumer, writeRawId)
  }
}
