/** XREAD and XREADGROUP. */

import { reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutMs } from '../../engine/blocking.ts'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { TYPE_STREAM } from '../../keyspace/entry.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { compareIds, idText, MAX_ID, MIN_ID, nextId, previousId, type StreamId } from '../../structures/stream-id.ts'
import type { StreamConsumer, StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { noteDelivery } from './_lag.ts'
import {
  changeStream,
  countEntries,
  entriesReply,
  nameAt,
  noGroup,
  readId,
  seenConsumer,
  writeEntry,
  writeEntryParts,
} from './_stream.ts'

export const readReply = reply.oneOf([
  reply.map(entriesReply, 'entries by key'),
  reply.list(reply.array([reply.string('a key'), entriesReply]), 'in RESP2'),
  reply.nil('no entries, and the time is over'),
])

interface ReadOptions {
  /** 0 for all. */
  count: number
  /** -1 when BLOCK was not given. */
  blockMs: number
  noAck: boolean
  /** CLAIM: entries pending for so long are delivered first; -1 when it was not given. */
  claimMs: number
  /** Index of the group's name, the consumer's behind it; 0 for XREAD. */
  groupIndex: number
  /** Index of the first key, and how many there are; their IDs are behind. */
  firstKey: number
  keys: number
}

/** What is asked of one stream. */
interface Asked {
  readonly keyIndex: number
  /** Entries behind this one; undefined for those that nobody in the group was given. */
  readonly behind: StreamId | undefined
}

export function readStreams(call: Call, isGroup: boolean): void {
  const options = readOptions(call, isGroup)
  if (options === undefined) return
  const asked = readAsked(call, options)
  if (asked === undefined) return
  if (serve(call, options, asked)) return
  if (options.blockMs < 0) return call.reply.nullArray()
  const keys = asked.map(({ keyIndex }) => keyIndex)
  // `$` means the last ID of now, also when the request runs again.
  const replaced = new Map<number, Uint8Array>()
  for (const { keyIndex, behind } of asked) {
    if (behind !== undefined) replaced.set(keyIndex + options.keys, fromLatin1(idText(behind)))
  }
  call.engine.blocking.block(call, {
    keys,
    type: TYPE_STREAM,
    timeoutMs: options.blockMs,
    answer: NULL_ARRAY_AFTER_TIMEOUT,
    wakesWithoutKey: isGroup,
    replaced,
  })
}

function readOptions(call: Call, isGroup: boolean): ReadOptions | undefined {
  const options: ReadOptions = { count: 0, blockMs: -1, noAck: false, claimMs: -1, groupIndex: 0, firstKey: 0, keys: 0 }
  const name = isGroup ? 'xreadgroup' : 'xread'
  const onlyGroup = (option: string): undefined =>
    refuse(call, `ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`)
  for (let i = 1; i < call.argc && options.firstKey === 0; i++) {
    const left = call.argc - i - 1
    if (left > 0 && call.argIs(i, 'block')) {
      options.blockMs = readTimeoutMs(call, ++i)
      if (Number.isNaN(options.blockMs)) return undefined
    } else if (left > 0 && call.argIs(i, 'count')) {
      const count = call.argInt64(++i)
      if (count === undefined) return refuse(call, ERRORS.notInteger)
      options.count = Math.max(0, Number(count))
    } else if (left > 0 && call.argIs(i, 'claim')) {
      if (!isGroup) return onlyGroup('CLAIM')
      const idle = call.argInt64(++i)
      if (idle === undefined) return refuse(call, 'ERR min-idle-time is not an integer or out of range')
      if (idle < 0n) return refuse(call, 'ERR min-idle-time must be a positive integer')
      options.claimMs = Number(idle)
    } else if (left > 0 && call.argIs(i, 'streams')) {
      if (left % 2 !== 0) {
        const special = isGroup ? '>' : '$'
        return refuse(
          call,
          `ERR Unbalanced '${name}' list of streams: for each stream key an ID or '${special}' must be specified.`,
        )
      }
      options.firstKey = i + 1
      options.keys = left / 2
    } else if (left >= 2 && call.argIs(i, 'group')) {
      if (!isGroup) return onlyGroup('GROUP')
      options.groupIndex = i + 1
      i += 2
    } else if (call.argIs(i, 'noack')) {
      if (!isGroup) return onlyGroup('NOACK')
      options.noAck = true
    } else return refuse(call, ERRORS.syntax)
  }
  if (options.firstKey === 0) return refuse(call, ERRORS.syntax)
  if (isGroup && options.groupIndex === 0) return refuse(call, 'ERR Missing GROUP option for XREADGROUP')
  return options
}

function refuse(call: Call, text: string): undefined {
  call.reply.error(text)
}

/** Reads the IDs and looks groups up. @returns undefined after the error */
function readAsked(call: Call, { groupIndex, firstKey, keys }: ReadOptions): Asked[] | undefined {
  const asked: Asked[] = []
  for (let keyIndex = firstKey; keyIndex < firstKey + keys; keyIndex++) {
    const address = call.lookupReadAs(keyIndex, TYPE_STREAM)
    if (address === WRONG_TYPE) return undefined
    const stream = address === 0 ? undefined : (call.db.object(address) as StreamObject)
    if (groupIndex > 0 && stream?.groups.get(nameAt(call, groupIndex)) === undefined) {
      noGroup(call, keyIndex, groupIndex, ' in XREADGROUP with GROUP option')
      return undefined
    }
    const behind = readBehind(call, keyIndex + keys, groupIndex > 0, stream)
    if (behind === null) return undefined
    asked.push({ keyIndex, behind })
  }
  return asked
}

/** `$`, `+`, `>` or an ID. @returns undefined for `>`, null after the error */
function readBehind(
  call: Call,
  index: number,
  isGroup: boolean,
  stream: StreamObject | undefined,
): StreamId | undefined | null {
  const isLast = call.argIs(index, '$')
  if (isLast || call.argIs(index, '+')) {
    if (isGroup) {
      const sign = isLast ? '$' : '+'
      call.reply.error(
        `ERR The ${sign} ID is meaningless in the context of XREADGROUP: you want to read the history of this ` +
          'consumer by specifying a proper ID, or use the > ID to get new messages. ' +
          `The ${sign} ID would just return an empty result set.`,
      )
      return null
    }
    if (stream === undefined) return MIN_ID
    if (isLast) return stream.lastId
    return stream.length === 0 ? MIN_ID : (previousId(stream.lastId) ?? MIN_ID)
  }
  if (call.argIs(index, '>')) {
    if (isGroup) return undefined
    call.reply.error(
      'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
    )
    return null
  }
  const id = readId(call, index)
  // As in Redis, for which the largest ID is what `>` stands for.
  if (isGroup && id !== undefined && compareIds(id, MAX_ID) === 0) return undefined
  return id ?? null
}

/** Answers with what there is. @returns false, without an answer, when there is nothing */
function serve(call: Call, options: ReadOptions, asked: readonly Asked[]): boolean {
  const { reply: out } = call
  const served: (() => void)[] = []
  for (const { keyIndex, behind } of asked) {
    const write =
      options.groupIndex === 0
        ? entriesBehind(call, keyIndex, behind as StreamId, options.count)
        : entriesOfGroup(call, keyIndex, behind, options)
    if (write === undefined) continue
    served.push(() => {
      if (out.resp === 2) out.array(2)
      out.bulk(call.buf, call.starts[keyIndex], call.lengths[keyIndex])
      write()
    })
  }
  if (served.length === 0) return false
  if (out.resp === 2) out.array(served.length)
  else out.map(served.length)
  for (const write of served) write()
  return true
}

/** Writes an array of `count` entries of a range. */
function writeRange(call: Call, stream: StreamObject, start: StreamId, count: number): void {
  let left = countEntries(stream, start, MAX_ID, count === 0 ? Number.POSITIVE_INFINITY : count)
  call.reply.array(left)
  if (left === 0) return
  stream.walk(start, MAX_ID, false, (entry) => {
    writeEntry(call, entry)
    return --left > 0
  })
}

function streamAgain(call: Call, keyIndex: number): StreamObject | undefined {
  const address = call.lookupAgain(keyIndex)
  return address === 0 ? undefined : (call.db.object(address) as StreamObject)
}

function entriesBehind(call: Call, keyIndex: number, behind: StreamId, count: number): (() => void) | undefined {
  const stream = streamAgain(call, keyIndex)
  const start = nextId(behind)
  if (stream === undefined || start === undefined || stream.length === 0) return undefined
  if (compareIds(stream.lastEntryId, behind) <= 0) return undefined
  return () => writeRange(call, stream, start, count)
}

/** What a consumer gets: new entries, or those of its history. */
function entriesOfGroup(
  call: Call,
  keyIndex: number,
  behind: StreamId | undefined,
  options: ReadOptions,
): (() => void) | undefined {
  const stream = streamAgain(call, keyIndex) as StreamObject
  const group = stream.groups.get(nameAt(call, options.groupIndex)) as StreamGroup
  const { consumer, isNew } = changeStream(call, stream, () =>
    seenConsumer(call, group, nameAt(call, options.groupIndex + 1)),
  )
  if (isNew) call.changed(EVENT_STREAM, 'xgroup-createconsumer', keyIndex)
  if (behind !== undefined) return () => writeHistory(call, group, consumer, stream, behind, options.count)
  const idle = options.claimMs < 0 ? [] : idleEntries(call, stream, group, options)
  const hasNew = stream.length > 0 && compareIds(stream.lastEntryId, group.lastId) > 0
  if (!hasNew && idle.length === 0) return undefined
  return () => {
    changeStream(call, stream, () => deliver(call, stream, group, consumer, options, idle))
    call.engine.keyChanged(call.db, call.buf, call.starts[keyIndex], call.lengths[keyIndex])
  }
}

/** Pending entries that are there and idle for long enough, the longest first, at most COUNT of them. */
function idleEntries(call: Call, stream: StreamObject, group: StreamGroup, options: ReadOptions): readonly StreamId[] {
  const { nowMs } = call.engine
  const idle: { readonly id: StreamId; readonly deliveryMs: number }[] = []
  group.walk(MIN_ID, undefined, (record) => {
    const deliveryMs = group.deliveryMs(record)
    const id = group.idOf(record)
    if (nowMs - deliveryMs >= options.claimMs && stream.has(id)) idle.push({ id, deliveryMs })
  })
  idle.sort((a, b) => a.deliveryMs - b.deliveryMs)
  return idle.slice(0, options.count === 0 ? idle.length : options.count).map(({ id }) => id)
}

/** Writes entries that are claimed, each with its idle time and deliveries so far, and then those that are new. */
function deliver(
  call: Call,
  stream: StreamObject,
  group: StreamGroup,
  consumer: StreamConsumer,
  options: ReadOptions,
  idle: readonly StreamId[],
): void {
  const { reply: out } = call
  const { nowMs } = call.engine
  consumer.activeMs = nowMs
  const start = nextId(group.lastId)
  const room = options.count === 0 ? Number.POSITIVE_INFINITY : options.count - idle.length
  let left = start === undefined || room === 0 ? 0 : countEntries(stream, start, MAX_ID, room)
  out.array(idle.length + left)
  for (const id of idle) {
    const record = group.find(id)
    out.array(4)
    stream.walk(id, id, false, (entry) => writeEntryParts(call, entry))
    out.integer(Math.max(0, nowMs - group.deliveryMs(record)))
    out.integer(group.deliveries(record))
    group.assign(record, consumer)
    group.setDelivery(record, nowMs, group.deliveries(record) + 1)
  }
  if (left === 0 || start === undefined) return
  stream.walk(start, MAX_ID, false, (entry) => {
    writeEntry(call, entry)
    noteDelivery(stream, group, entry.id)
    if (!options.noAck) makePending(call, group, consumer, entry.id)
    return --left > 0
  })
}

function makePending(call: Call, group: StreamGroup, consumer: StreamConsumer, id: StreamId): void {
  const record = group.find(id)
  if (record === 0) return group.add(id, consumer, call.engine.nowMs, 1)
  // It was delivered before the group's ID was set back.
  group.assign(record, consumer)
  group.setDelivery(record, call.engine.nowMs, 1)
}

/** What is pending for a consumer behind an ID, delivered once more; nil for an entry that was deleted. */
function writeHistory(
  call: Call,
  group: StreamGroup,
  consumer: StreamConsumer,
  stream: StreamObject,
  behind: StreamId,
  count: number,
): void {
  const { reply: out } = call
  const records: number[] = []
  const start = nextId(behind)
  if (start !== undefined) {
    group.walk(start, consumer, (record) => {
      records.push(record)
      return count === 0 || records.length < count
    })
  }
  out.array(records.length)
  for (const record of records) {
    const id = group.idOf(record)
    let isThere = false
    stream.walk(id, id, false, (entry) => {
      writeEntry(call, entry)
      isThere = true
      return false
    })
    if (isThere) group.setDelivery(record, call.engine.nowMs, group.deliveries(record) + 1)
    else {
      out.array(2)
      out.bulkString(idText(id))
      out.nullArray()
    }
  }
}
