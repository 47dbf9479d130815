/** The stream at the key of a call, and the IDs and ranges of its entries. */

import { reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { KEEP_EXPIRY } from '../../keyspace/database.ts'
import { TYPE_STREAM } from '../../keyspace/entry.ts'
import type { Int64 } from '../../structures/int64.ts'
import {
  ID_TEXT_BYTES_MAX,
  MAX_ID,
  MIN_ID,
  nextId,
  type ParsedId,
  parseId,
  previousId,
  type StreamId,
  writeIdText,
} from '../../structures/stream-id.ts'
import type { StreamEntry } from '../../types/stream-entry.ts'
import type { StreamConsumer, StreamGroup } from '../../types/stream-group.ts'
import { StreamObject } from '../../types/stream-object.ts'

export const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument'
export const KEY_REQUIRED =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM ' +
  'option to create an empty stream automatically.'

export const entryReply = reply.array([
  reply.string('the ID'),
  reply.list(reply.string('a field, its value behind it')),
])
export const entriesReply = reply.list(entryReply)

/** For reading. @returns undefined without the key, null after the error WRONGTYPE */
export function readStream(call: Call, index: number): StreamObject | undefined | null {
  return streamAt(call, call.lookupReadAs(index, TYPE_STREAM))
}

/** For a change. @returns undefined without the key, null after the error WRONGTYPE */
export function writeStream(call: Call, index: number): StreamObject | undefined | null {
  return streamAt(call, call.lookupWriteAs(index, TYPE_STREAM))
}

function streamAt(call: Call, address: number): StreamObject | undefined | null {
  if (address === WRONG_TYPE) return null
  return address === 0 ? undefined : (call.db.object(address) as StreamObject)
}

/** A new stream at a key that was looked up and does not exist. */
export function createStream(call: Call, index: number): StreamObject {
  const { db, buf, starts, lengths } = call
  const stream = new StreamObject(db.arena)
  db.putObject(0, buf, starts[index], lengths[index], TYPE_STREAM, stream, KEEP_EXPIRY)
  return stream
}

/** Changes a stream and keeps the account of its memory. */
export function changeStream<T>(call: Call, stream: StreamObject, change: () => T): T {
  const before = stream.externalBytes
  const result = change()
  call.db.accountObject(stream, before)
  return result
}

// --- IDs

/** An ID argument in full, or milliseconds alone. @returns undefined after the error */
export function readId(call: Call, index: number, missingSeq: 'first' | 'last' = 'first'): StreamId | undefined {
  const parsed = parsedId(call, index, missingSeq)
  if (parsed !== undefined && !parsed.isAuto) return parsed.id
  call.reply.error(INVALID_ID)
  return undefined
}

/** The IDs from one argument to another. @returns undefined after the error */
export function readIds(call: Call, first: number, end: number): StreamId[] | undefined {
  const ids: StreamId[] = []
  for (let i = first; i < end; i++) {
    const id = readId(call, i)
    if (id === undefined) return undefined
    ids.push(id)
  }
  return ids
}

export function parsedId(call: Call, index: number, missingSeq: 'first' | 'last'): ParsedId | undefined {
  return parseId(call.buf, call.starts[index], call.lengths[index], missingSeq)
}

/** The end of a range: `-`, `+`, an ID, or `(` and an ID that is not included. @returns undefined after the error */
export function readRangeEnd(call: Call, index: number, isStart: boolean): StreamId | undefined {
  const { buf, starts, lengths } = call
  if (call.argIs(index, '-')) return MIN_ID
  if (call.argIs(index, '+')) return MAX_ID
  const isOpen = lengths[index] > 1 && buf[starts[index]] === 40
  const skip = isOpen ? 1 : 0
  const parsed = parseId(buf, starts[index] + skip, lengths[index] - skip, isStart ? 'first' : 'last')
  if (parsed === undefined || parsed.isAuto) {
    call.reply.error(INVALID_ID)
    return undefined
  }
  if (!isOpen) return parsed.id
  const inside = isStart ? nextId(parsed.id) : previousId(parsed.id)
  if (inside === undefined) call.reply.error(`ERR invalid ${isStart ? 'start' : 'end'} ID for the interval`)
  return inside
}

const idBytes = new Uint8Array(ID_TEXT_BYTES_MAX)

export function replyId({ reply: out }: Call, id: StreamId): void {
  out.bulk(idBytes, 0, writeIdText(idBytes, 0, id))
}

export function replyInt64({ reply: out }: Call, value: Int64): void {
  if (typeof value === 'number') out.integer(value)
  else out.bigInteger(value)
}

// --- entries

/** Writes an entry: its ID, its fields and values. */
export function writeEntry(call: Call, entry: StreamEntry): void {
  call.reply.array(2)
  writeEntryParts(call, entry)
}

/** As `writeEntry`, within an array that is begun already. */
export function writeEntryParts(call: Call, entry: StreamEntry): void {
  const { reply: out } = call
  replyId(call, entry)
  out.array(2 * entry.fields)
  entry.forEachWord((buf, start, length) => out.bulk(buf, start, length))
}

/** Writes the entries of a range, at most `count` of them; 0 for all. */
export function writeEntries(
  call: Call,
  stream: StreamObject,
  from: StreamId,
  to: StreamId,
  count: number,
  isReverse: boolean,
): void {
  const limit = count === 0 ? Number.POSITIVE_INFINITY : count
  const found = stream.count(from, to, limit)
  call.reply.array(found)
  let left = found
  if (left === 0) return
  stream.walk(from, to, isReverse, (entry) => {
    writeEntry(call, entry)
    return --left > 0
  })
}

// --- groups

/** The text of argument `index`, one character per byte: what groups and consumers are named by. */
export function nameAt(call: Call, index: number): string {
  return call.argLatin1(index)
}

/** `NOGROUP No such key 's' or consumer group 'g'` */
export function noGroup(call: Call, keyIndex: number, groupIndex: number, behind = ''): void {
  const key = call.argLatin1(keyIndex)
  call.reply.error(`NOGROUP No such key '${key}' or consumer group '${call.argLatin1(groupIndex)}'${behind}`)
}

/** `NOGROUP No such consumer group 'g' for key name 's'` */
export function noGroupForKey(call: Call, keyIndex: number, groupIndex: number): void {
  const key = call.argLatin1(keyIndex)
  call.reply.error(`NOGROUP No such consumer group '${call.argLatin1(groupIndex)}' for key name '${key}'`)
}

/** The consumer of a name, made when it does not exist, and noted as seen now. */
export function seenConsumer(
  call: Call,
  group: StreamGroup,
  name: string,
): { readonly consumer: StreamConsumer; readonly isNew: boolean } {
  const { nowMs } = call.engine
  const old = group.consumers.get(name)
  if (old !== undefined) old.seenMs = nowMs
  const consumer = old ?? (group.createConsumer(name, nowMs) as StreamConsumer)
  return { consumer, isNew: old === undefined }
}
