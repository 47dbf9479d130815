/** XREAD and XREADGROUP. */

import { type CommandWords, type FoundKey, reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutMs } from '../../engine/blocking.ts'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { TYPE_STREAM } from '../../keyspace/entry.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { addInt64, type Int64 } from '../../structures/int64.ts'
import { compareIds, idText, MAX_ID, MIN_ID, nextId, previousId, type StreamId } from '../../structures/stream-id.ts'
import type { StreamConsumer, StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { noteDelivery } from './_lag.ts'
import {
  changeStream,
  entriesReply,
  nameAt,
  noGroup,
  readId,
  replyId,
  replyInt64,
  seenConsumer,
  writeEntry,
  writeEntryParts,
} from './_stream.ts'

export const readReply = reply.oneOf([
  reply.map(entriesReply, 'entries by key'),
  reply.list(reply.array([reply.string('a key'), entriesReply]), 'in RESP2'),
  reply.nil('no entries, and the time is over'),
])

/**
 * The keys behind STREAMS. The key spec takes the first word of this name for it, which may be the name of a group:
 * by `XREADGROUP COUNT 1 GROUP streams c STREAMS k >` users of Valkey read keys that they have no permission for.
 */
export function findStreamKeys(words: CommandWords): readonly FoundKey[] | undefined {
  let at = 1
  while (at < words.argc && !words.is(at, 'streams')) at += 1 + valueCount(words, at)
  const count = Math.floor((words.argc - at - 1) / 2)
  if (count < 1) return undefined
  return Array.from({ length: count }, (_, i) => ({ index: at + 1 + i, access: 'RO', flags: ['access'] }))
}

/** Words that belong to the option at `index`. */
function valueCount(words: CommandWords, index: number): number {
  if (words.is(index, 'group')) return 2
  return ['block', 'count', 'claim'].some((option) => words.is(index, option)) ? 1 : 0
}

const OF_XREADGROUP = ' in XREADGROUP with GROUP option'

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

/** What is asked of one key. */
interface Asked {
  readonly keyIndex: number
  /** Entries behind this one; undefined for those that nobody in the group was given. */
  readonly behind: StreamId | undefined
}

/** What one key has for the client: writes it. */
type Served = () => void

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
    call.refuse(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`)
  for (let i = 1; i < call.argc && options.firstKey === 0; i++) {
    const left = call.argc - i - 1
    if (left > 0 && call.argIs(i, 'block')) {
      options.blockMs = readTimeoutMs(call, ++i)
      if (Number.isNaN(options.blockMs)) return undefined
    } else if (left > 0 && call.argIs(i, 'count')) {
      const count = call.argInt64(++i)
      if (count === undefined) return call.refuse(ERRORS.notInteger)
      options.count = Math.max(0, Number(count))
    } else if (left > 0 && call.argIs(i, 'claim')) {
      if (!isGroup) return onlyGroup('CLAIM')
      const idle = call.argInt64(++i)
      if (idle === undefined) return call.refuse('ERR min-idle-time is not an integer or out of range')
      if (idle < 0n) return call.refuse('ERR min-idle-time must be a positive integer')
      options.claimMs = Number(idle)
    } else if (left > 0 && call.argIs(i, 'streams')) {
      if (left % 2 !== 0) {
        const special = isGroup ? '>' : '$'
        return call.refuse(
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
    } else return call.syntaxError()
  }
  if (options.firstKey === 0) return call.syntaxError()
  if (isGroup && options.groupIndex === 0) return call.refuse('ERR Missing GROUP option for XREADGROUP')
  return options
}

/** Reads the IDs and looks groups up. @returns undefined after the error */
function readAsked(call: Call, { groupIndex, firstKey, keys }: ReadOptions): Asked[] | undefined {
  const asked: Asked[] = []
  for (let keyIndex = firstKey; keyIndex < firstKey + keys; keyIndex++) {
    const address = call.lookupReadAs(keyIndex, TYPE_STREAM)
    if (address === WRONG_TYPE) return undefined
    const stream = address === 0 ? undefined : (call.db.object(address) as StreamObject)
    if (groupIndex > 0 && stream?.groups.get(nameAt(call, groupIndex)) === undefined) {
      noGroup(call, keyIndex, groupIndex, OF_XREADGROUP)
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

/**
 * Answers with what there is. All that is given to a consumer is given before anything is written: a key that is named
 * twice has no more for the second time, and the reply begins with how many keys have something.
 * @returns false, without an answer, when there is nothing
 */
function serve(call: Call, options: ReadOptions, asked: readonly Asked[]): boolean {
  const { reply: out } = call
  const served: { readonly keyIndex: number; readonly write: Served }[] = []
  const withNewConsumer: number[] = []
  for (const { keyIndex, behind } of asked) {
    const stream = streamAgain(call, keyIndex)
    if (stream === undefined) continue
    const write =
      options.groupIndex === 0
        ? entriesBehind(call, stream, behind as StreamId, options.count)
        : entriesOfGroup(call, stream, keyIndex, behind, options, withNewConsumer)
    if (write !== undefined) served.push({ keyIndex, write })
  }
  if (served.length > 0) {
    if (out.resp === 2) out.array(served.length)
    else out.map(served.length)
  }
  for (const { keyIndex, write } of served) {
    if (out.resp === 2) out.array(2)
    out.bulk(call.buf, call.starts[keyIndex], call.lengths[keyIndex])
    write()
  }
  // Listeners may change the streams: they hear of it when all is written.
  for (const keyIndex of withNewConsumer) call.changedAside(EVENT_STREAM, 'xgroup-createconsumer', keyIndex)
  return served.length > 0
}

/** Writes an array of `count` entries of a range. */
function writeRange(call: Call, stream: StreamObject, start: StreamId, count: number): void {
  let left = stream.count(start, MAX_ID, count === 0 ? Number.POSITIVE_INFINITY : count)
  call.reply.array(left)
  if (left === 0) return
  stream.walk(start, MAX_ID, false, (entry) => {
    writeEntry(call, entry)
    return --left > 0
  })
}

/** The stream at a key that was looked up already; undefined also when a listener has put something else there. */
function streamAgain(call: Call, keyIndex: number): StreamObject | undefined {
  const address = call.lookupAgain(keyIndex)
  if (address === 0 || call.db.type(address) !== TYPE_STREAM) return undefined
  return call.db.object(address) as StreamObject
}

function entriesBehind(call: Call, stream: StreamObject, behind: StreamId, count: number): Served | undefined {
  const start = nextId(behind)
  if (start === undefined || stream.length === 0) return undefined
  if (compareIds(stream.lastEntryId, behind) <= 0) return undefined
  return () => writeRange(call, stream, start, count)
}

/** Gives a consumer what it gets: new entries, or those of its history. */
function entriesOfGroup(
  call: Call,
  stream: StreamObject,
  keyIndex: number,
  behind: StreamId | undefined,
  options: ReadOptions,
  withNewConsumer: number[],
): Served | undefined {
  const group = stream.groups.get(nameAt(call, options.groupIndex))
  if (group === undefined) return undefined
  return changeStream(call, stream, () => {
    const { consumer, isNew } = seenConsumer(call, group, nameAt(call, options.groupIndex + 1))
    if (isNew) withNewConsumer.push(keyIndex)
    if (behind !== undefined) {
      const ids = giveHistory(call, stream, group, consumer, behind, options.count)
      if (ids.length > 0) call.changedAside(EVENT_STREAM, undefined, keyIndex)
      return () => writeHistory(call, stream, ids)
    }
    const claimed = options.claimMs < 0 ? [] : claimIdle(call, stream, group, consumer, options)
    const isNewWanted = options.count === 0 || options.count > claimed.length
    const fresh = isNewWanted ? giveNew(call, stream, group, consumer, options, claimed.length) : NOTHING_NEW
    if (claimed.length + fresh.count === 0) return undefined
    // As in Valkey, who only looks and takes nothing upon itself is not active.
    if (claimed.length > 0 || !options.noAck) consumer.activeMs = call.engine.nowMs
    call.changedAside(EVENT_STREAM, undefined, keyIndex)
    return () => writeGiven(call, stream, claimed, fresh)
  })
}

/** A pending entry that was claimed: how long it was idle, and how often it was delivered before. */
interface Claimed {
  readonly id: StreamId
  readonly idleMs: number
  readonly deliveries: Int64
}

/** Entries that nobody in the group had: so many from an ID on. */
interface Fresh {
  readonly start: StreamId
  readonly count: number
}

const NOTHING_NEW: Fresh = { start: MAX_ID, count: 0 }

/** Gives a consumer entries that are there and were pending for long enough, the longest first, at most COUNT. */
function claimIdle(
  call: Call,
  stream: StreamObject,
  group: StreamGroup,
  consumer: StreamConsumer,
  { claimMs, count }: ReadOptions,
): readonly Claimed[] {
  const { nowMs } = call.engine
  const records: number[] = []
  group.walkIdle(nowMs - claimMs, (record) => {
    if (stream.has(group.idOf(record))) records.push(record)
    return records.length !== count || count === 0
  })
  return records.map((record) => {
    const deliveries = group.deliveries(record)
    const claimed = { id: group.idOf(record), idleMs: Math.max(0, nowMs - group.deliveryMs(record)), deliveries }
    group.assign(record, consumer)
    group.setDelivery(record, nowMs, addInt64(deliveries, 1))
    return claimed
  })
}

/** Gives a consumer entries that nobody in the group had. */
function giveNew(
  call: Call,
  stream: StreamObject,
  group: StreamGroup,
  consumer: StreamConsumer,
  options: ReadOptions,
  claimed: number,
): Fresh {
  const start = nextId(group.lastId)
  if (start === undefined || stream.length === 0) return NOTHING_NEW
  const most = options.count === 0 ? Number.POSITIVE_INFINITY : options.count - claimed
  let count = 0
  stream.walk(start, MAX_ID, false, ({ id }) => {
    noteDelivery(stream, group, id)
    if (!options.noAck) makePending(call, group, consumer, id)
    return ++count < most
  })
  return { start, count }
}

function makePending(call: Call, group: StreamGroup, consumer: StreamConsumer, id: StreamId): void {
  const record = group.find(id)
  if (record === 0) return group.add(id, consumer, call.engine.nowMs, 1)
  // It was delivered before the group's ID was set back.
  group.assign(record, consumer)
  group.setDelivery(record, call.engine.nowMs, 1)
}

/** Writes entries that were claimed, each with its idle time and deliveries before, and then those that are new. */
function writeGiven(call: Call, stream: StreamObject, claimed: readonly Claimed[], fresh: Fresh): void {
  const { reply: out } = call
  out.array(claimed.length + fresh.count)
  for (const { id, idleMs, deliveries } of claimed) {
    out.array(4)
    stream.walk(id, id, false, (entry) => writeEntryParts(call, entry))
    out.integer(idleMs)
    replyInt64(call, deliveries)
  }
  let left = fresh.count
  if (left === 0) return
  stream.walk(fresh.start, MAX_ID, false, (entry) => {
    writeEntry(call, entry)
    return --left > 0
  })
}

/** Delivers what is pending for a consumer behind an ID once more. @returns the IDs, those of deleted entries too */
function giveHistory(
  call: Call,
  stream: StreamObject,
  group: StreamGroup,
  consumer: StreamConsumer,
  behind: StreamId,
  count: number,
): readonly StreamId[] {
  const records: number[] = []
  const start = nextId(behind)
  if (start !== undefined) {
    group.walk(start, consumer, (record) => {
      records.push(record)
      return count === 0 || records.length < count
    })
  }
  return records.map((record) => {
    const id = group.idOf(record)
    if (stream.has(id)) group.setDelivery(record, call.engine.nowMs, addInt64(group.deliveries(record), 1))
    return id
  })
}

/** Writes entries, nil for those that were deleted. */
function writeHistory(call: Call, stream: StreamObject, ids: readonly StreamId[]): void {
  const { reply: out } = call
  out.array(ids.length)
  for (const id of ids) {
    let isThere = false
    stream.walk(id, id, false, (entry) => {
      writeEntry(call, entry)
      isThere = true
      return false
    })
    if (isThere) continue
    out.array(2)
    replyId(call, id)
    out.nullArray()
  }
}
