import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { compareIds, idText, type StreamId } from '../../structures/stream-id.ts'
import type { StreamGroup } from '../../types/stream-group.ts'
import { byName, writeName } from './_info.ts'
import { nameAt, noGroup, readRangeEnd, readStream, replyInt64 } from './_stream.ts'

export default defineCoreCommand({
  name: 'XPENDING',
  summary: 'Tells which entries were delivered to a consumer group and are not acknowledged.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of entries returned; O(1) for the summary',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  history: [['6.2.0', 'Added the `IDLE` option and exclusive range intervals.']],
  args: {
    key: arg.key({ access: 'RO' }),
    group: arg.string(),
    filters: arg.optional(
      arg.block({
        minIdleTime: arg.optional(arg.after('IDLE', arg.integer({ since: '6.2.0' }))),
        start: arg.string(),
        end: arg.string(),
        count: arg.integer(),
        consumer: arg.optional(arg.string()),
      }),
    ),
  },
  reply: reply.any('the summary, or a list of entries'),
  raw(call) {
    if (call.argc === 3) return summarise(call)
    let index = 3
    let minIdleMs = 0
    if (call.argIs(3, 'idle')) {
      if (call.argc === 4) return call.syntaxError()
      const idle = call.argInt64(4)
      if (idle === undefined) return call.reply.error(ERRORS.notInteger)
      if (call.argc < 8) return call.syntaxError()
      minIdleMs = Number(idle)
      index = 5
    }
    // As in Redis, one word more without IDLE is not looked at.
    if (call.argc < index + 3 || call.argc > ARGUMENTS_MAX) return call.syntaxError()
    const count = call.argInt64(index + 2)
    if (count === undefined) return call.reply.error(ERRORS.notInteger)
    const from = readRangeEnd(call, index, true)
    if (from === undefined) return
    const to = readRangeEnd(call, index + 1, false)
    if (to === undefined) return
    const found = groupAt(call)
    if (found === undefined) return
    list(call, found, { from, to, count: Number(count), minIdleMs, consumerIndex: index + 3 })
  },
})

/** @returns undefined after the error */
function groupAt(call: Call): StreamGroup | undefined {
  const stream = readStream(call, 1)
  if (stream === null) return undefined
  const group = stream?.groups.get(nameAt(call, 2))
  if (group === undefined) noGroup(call, 1, 2)
  return group
}

/** How many are pending, the first and the last of them, and how many for each consumer. */
function summarise(call: Call): void {
  const { reply: out } = call
  const group = groupAt(call)
  if (group === undefined) return
  out.array(4)
  out.integer(group.pendingCount)
  if (group.pendingCount === 0) {
    out.nil()
    out.nil()
    return out.nullArray()
  }
  out.bulkString(idText(group.firstPendingId))
  out.bulkString(idText(group.lastPendingId))
  const busy = byName(group.consumers).filter(([, consumer]) => consumer.pending.size > 0)
  out.array(busy.length)
  for (const [name, consumer] of busy) {
    out.array(2)
    writeName(call, name)
    out.bulkInteger(consumer.pending.size)
  }
}

interface Filter {
  readonly from: StreamId
  readonly to: StreamId
  readonly count: number
  readonly minIdleMs: number
  readonly consumerIndex: number
}

function list(call: Call, group: StreamGroup, { from, to, count, minIdleMs, consumerIndex }: Filter): void {
  const { reply: out } = call
  const { nowMs } = call.engine
  const hasConsumer = consumerIndex < call.argc
  const consumer = hasConsumer ? group.consumers.get(nameAt(call, consumerIndex)) : undefined
  const records: number[] = []
  if (count > 0 && (!hasConsumer || consumer !== undefined)) {
    group.walk(from, consumer, (record) => {
      if (compareIds(group.idOf(record), to) > 0) return false
      if (nowMs - group.deliveryMs(record) >= minIdleMs) records.push(record)
      return records.length < count
    })
  }
  out.array(records.length)
  for (const record of records) {
    out.array(4)
    out.bulkString(idText(group.idOf(record)))
    writeName(call, group.consumerOf(record).name)
    out.integer(Math.max(0, nowMs - group.deliveryMs(record)))
    replyInt64(call, group.deliveries(record))
  }
}

const ARGUMENTS_MAX = 9
