/** XCLAIM and XAUTOCLAIM. */

import type { Call } from '../../engine/call.ts'
import { addInt64, type Int64, toInt64 } from '../../structures/int64.ts'
import { idText, parseId, type StreamId } from '../../structures/stream-id.ts'
import type { StreamConsumer, StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { nameAt, noGroup, readId, writeEntry, writeStream } from './_stream.ts'

export interface ClaimOptions {
  readonly minIdleMs: number
  /** When the entries count as delivered; ms since the epoch. */
  readonly deliveryMs: number
  /** Deliveries to set; -1 counts one more. */
  readonly deliveries: Int64
  readonly isForced: boolean
  readonly justId: boolean
}

export interface Claim extends ClaimOptions {
  readonly stream: StreamObject
  readonly group: StreamGroup
  readonly ids: readonly StreamId[]
  readonly lastId: StreamId | undefined
}

/** The stream and the group of XCLAIM and XAUTOCLAIM. @returns undefined after the error */
export function claimedGroup(call: Call): { stream: StreamObject; group: StreamGroup } | undefined {
  const stream = writeStream(call, 1)
  if (stream === null) return undefined
  const group = stream?.groups.get(nameAt(call, 2))
  if (stream !== undefined && group !== undefined) return { stream, group }
  noGroup(call, 1, 2)
  return undefined
}

/** @returns milliseconds, at least 0; NaN after the error */
export function readMinIdle(call: Call, name: string): number {
  const value = call.argInt64(4)
  if (value !== undefined) return Math.max(0, Number(value))
  call.reply.error(`ERR Invalid min-idle-time argument for ${name}`)
  return Number.NaN
}

/** Reads XCLAIM's arguments. @returns undefined after the error */
export function readClaim(call: Call): Claim | undefined {
  const found = claimedGroup(call)
  if (found === undefined) return undefined
  const minIdleMs = readMinIdle(call, 'XCLAIM')
  if (Number.isNaN(minIdleMs)) return undefined
  const ids: StreamId[] = []
  let i = 5
  for (; i < call.argc; i++) {
    const parsed = parseId(call.buf, call.starts[i], call.lengths[i], 'first')
    if (parsed === undefined || parsed.isAuto) break
    ids.push(parsed.id)
  }
  const options = readOptions(call, i)
  return options === undefined ? undefined : { ...found, minIdleMs, ids, ...options }
}

function readOptions(call: Call, index: number) {
  const { nowMs } = call.engine
  let deliveryMs = nowMs
  let deliveries: Int64 = -1
  let isForced = false
  let justId = false
  let lastId: StreamId | undefined
  for (let i = index; i < call.argc; i++) {
    const hasValue = i + 1 < call.argc
    if (call.argIs(i, 'force')) isForced = true
    else if (call.argIs(i, 'justid')) justId = true
    else if (hasValue && call.argIs(i, 'idle')) {
      const idle = call.argInt64(++i)
      if (idle === undefined) return call.refuse('ERR Invalid IDLE option argument for XCLAIM')
      deliveryMs = nowMs - Number(idle)
    } else if (hasValue && call.argIs(i, 'time')) {
      const time = call.argInt64(++i)
      if (time === undefined) return call.refuse('ERR Invalid TIME option argument for XCLAIM')
      deliveryMs = Number(time)
    } else if (hasValue && call.argIs(i, 'retrycount')) {
      const count = call.argInt64(++i)
      if (count === undefined) return call.refuse('ERR Invalid RETRYCOUNT option argument for XCLAIM')
      deliveries = toInt64(count)
    } else if (hasValue && call.argIs(i, 'lastid')) {
      lastId = readId(call, ++i)
      if (lastId === undefined) return undefined
    } else return call.refuse(`ERR Unrecognized XCLAIM option '${call.argLatin1(i)}'`)
  }
  // A time to come, or before there were any, would make an entry look idle for ever.
  if (deliveryMs < 0 || deliveryMs > nowMs) deliveryMs = nowMs
  return { deliveryMs, deliveries, isForced, justId, lastId }
}

/**
 * Gives one entry to a consumer, if it is pending (or FORCE makes it so) and idle for long enough. What is pending and
 * was deleted from the stream is forgotten.
 */
export function claim(
  stream: StreamObject,
  group: StreamGroup,
  consumer: StreamConsumer,
  id: StreamId,
  options: ClaimOptions,
  nowMs: number,
): boolean {
  let record = group.find(id)
  if (!stream.has(id)) {
    if (record !== 0) group.remove(id)
    return false
  }
  if (record === 0) {
    if (!options.isForced) return false
    group.add(id, consumer, options.deliveryMs, 1)
    record = group.find(id)
  } else if (options.minIdleMs > 0 && nowMs - group.deliveryMs(record) < options.minIdleMs) return false
  group.assign(record, consumer)
  const before = group.deliveries(record)
  const deliveries = options.deliveries >= 0 ? options.deliveries : options.justId ? before : addInt64(before, 1)
  group.setDelivery(record, options.deliveryMs, deliveries)
  return true
}

/** Writes the entries that were claimed, or their IDs. */
export function writeClaimed(call: Call, stream: StreamObject, ids: readonly StreamId[], justId: boolean): void {
  call.reply.array(ids.length)
  for (const id of ids) {
    if (justId) call.reply.bulkString(idText(id))
    else stream.walk(id, id, false, (entry) => writeEntry(call, entry))
  }
}

/** COUNT and JUSTID of XAUTOCLAIM, from index 6 on. @returns undefined after the error */
export function readAutoOptions(call: Call): { readonly count: number; readonly justId: boolean } | undefined {
  let count = AUTO_COUNT
  let justId = false
  for (let i = 6; i < call.argc; i++) {
    if (call.argIs(i, 'justid')) justId = true
    else if (call.argIs(i, 'count') && i + 1 < call.argc) {
      const value = call.argInt64(++i)
      if (value === undefined || value < 1n || value > COUNT_MAX) return call.refuse('ERR COUNT must be > 0')
      count = Number(value)
    } else return call.syntaxError()
  }
  return { count, justId }
}

const AUTO_COUNT = 100
/** What Redis can allocate for: INT64_MAX / 16. */
const COUNT_MAX = 2n ** 63n / 16n
