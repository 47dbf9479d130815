/** What the subcommands of XINFO tell. */

import type { Call } from '../../engine/call.ts'
import { idText, MAX_ID, MIN_ID } from '../../structures/stream-id.ts'
import { ENTRIES_READ_UNKNOWN, type StreamConsumer, type StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { lagOf } from './_lag.ts'
import { replyId, replyInt64, writeEntries, writeEntry } from './_stream.ts'

/** Groups or consumers in the order of their names' bytes. */
export function byName<T>(map: ReadonlyMap<string, T>): readonly (readonly [name: string, item: T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A name given as one character per byte. */
export function writeName({ reply: out }: Call, name: string): void {
  const bytes = new Uint8Array(name.length)
  for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i)
  out.bulk(bytes)
}

/** What both forms of XINFO STREAM begin with: seven pairs. */
export function writeStreamHead(call: Call, stream: StreamObject): void {
  const { reply: out } = call
  const nodes = stream.nodes.count
  out.bulkString('length')
  out.integer(stream.length)
  // Nodes are found by a sorted array: these tell of what Redis would have.
  out.bulkString('radix-tree-keys')
  out.integer(nodes)
  out.bulkString('radix-tree-nodes')
  out.integer(nodes + 1)
  out.bulkString('last-generated-id')
  replyId(call, stream.lastId)
  out.bulkString('max-deleted-entry-id')
  replyId(call, stream.maxDeletedId)
  out.bulkString('entries-added')
  replyInt64(call, stream.entriesAdded)
  out.bulkString('recorded-first-entry-id')
  replyId(call, stream.firstId)
}

export function writeSummary(call: Call, stream: StreamObject): void {
  const { reply: out } = call
  out.map(10)
  writeStreamHead(call, stream)
  out.bulkString('groups')
  out.integer(stream.groups.size)
  out.bulkString('first-entry')
  writeEnd(call, stream, false)
  out.bulkString('last-entry')
  writeEnd(call, stream, true)
}

function writeEnd(call: Call, stream: StreamObject, isLast: boolean): void {
  if (stream.length === 0) return call.reply.nil()
  stream.walk(MIN_ID, MAX_ID, isLast, (entry) => {
    writeEntry(call, entry)
    return false
  })
}

/** @param count most entries of the stream and of each list of pending ones; 0 for all */
export function writeFull(call: Call, stream: StreamObject, count: number): void {
  const { reply: out } = call
  out.map(9)
  writeStreamHead(call, stream)
  out.bulkString('entries')
  writeEntries(call, stream, MIN_ID, MAX_ID, count, false)
  out.bulkString('groups')
  out.array(stream.groups.size)
  for (const [name, group] of byName(stream.groups)) writeFullGroup(call, stream, name, group, count)
}

function writeFullGroup(call: Call, stream: StreamObject, name: string, group: StreamGroup, count: number): void {
  const { reply: out } = call
  out.map(7)
  out.bulkString('name')
  writeName(call, name)
  out.bulkString('last-delivered-id')
  replyId(call, group.lastId)
  writeProgress(call, stream, group)
  out.bulkString('pel-count')
  out.integer(group.pendingCount)
  out.bulkString('pending')
  writePending(call, group, undefined, count)
  out.bulkString('consumers')
  out.array(group.consumers.size)
  for (const [consumerName, consumer] of byName(group.consumers)) {
    out.map(5)
    out.bulkString('name')
    writeName(call, consumerName)
    out.bulkString('seen-time')
    out.integer(consumer.seenMs)
    out.bulkString('active-time')
    out.integer(consumer.activeMs)
    out.bulkString('pel-count')
    out.integer(consumer.pending.size)
    out.bulkString('pending')
    writePending(call, group, consumer, count)
  }
}

/** `entries-read` and `lag`, as pairs. */
export function writeProgress(call: Call, stream: StreamObject, group: StreamGroup): void {
  const { reply: out } = call
  out.bulkString('entries-read')
  if (group.entriesRead === ENTRIES_READ_UNKNOWN) out.nil()
  else replyInt64(call, group.entriesRead)
  out.bulkString('lag')
  const lag = lagOf(stream, group)
  if (lag === undefined) out.nil()
  else replyInt64(call, lag)
}

function writePending(call: Call, group: StreamGroup, consumer: StreamConsumer | undefined, count: number): void {
  const { reply: out } = call
  const size = consumer === undefined ? group.pendingCount : consumer.pending.size
  let left = count === 0 ? size : Math.min(count, size)
  out.array(left)
  if (left === 0) return
  group.walk(MIN_ID, consumer, (record) => {
    out.array(consumer === undefined ? 4 : 3)
    out.bulkString(idText(group.idOf(record)))
    if (consumer === undefined) writeName(call, group.consumerOf(record).name)
    out.integer(group.deliveryMs(record))
    replyInt64(call, group.deliveries(record))
    return --left > 0
  })
}
