import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { idText, MIN_ID, type StreamId } from '../../structures/stream-id.ts'
import type { StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { claim, claimedGroup, readAutoOptions, readMinIdle, writeClaimed } from './_claim.ts'
import { changeStream, entryReply, nameAt, readRangeEnd, seenConsumer } from './_stream.ts'

export default defineCoreCommand({
  name: 'XAUTOCLAIM',
  summary: 'Gives entries that have been pending for long to another consumer of the group.',
  since: '6.2.0',
  group: 'stream',
  complexity: 'O(1) if COUNT is small',
  flags: ['write', 'fast'],
  tips: ['nondeterministic_output'],
  history: [
    ['7.0.0', 'Added an element to the reply array, containing deleted entries the command cleared from the PEL'],
  ],
  args: {
    key: arg.key({ access: 'RW', flags: ['delete'] }),
    group: arg.string(),
    consumer: arg.string(),
    minIdleTime: arg.string(),
    start: arg.string(),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    justid: arg.flag('JUSTID'),
  },
  reply: reply.array([
    reply.string('where to go on, 0-0 at the end'),
    reply.list(reply.oneOf([entryReply, reply.string('the ID, with JUSTID')])),
    reply.list(reply.string('the ID of an entry that was pending but deleted')),
  ]),
  raw(call) {
    const { reply: out } = call
    const { nowMs } = call.engine
    const minIdleMs = readMinIdle(call, 'XAUTOCLAIM')
    if (Number.isNaN(minIdleMs)) return
    const start = readRangeEnd(call, 5, true)
    if (start === undefined) return
    const options = readAutoOptions(call)
    if (options === undefined) return
    const found = claimedGroup(call)
    if (found === undefined) return
    const { stream, group } = found
    const { consumer, isNew } = changeStream(call, stream, () => seenConsumer(call, group, nameAt(call, 3)))
    const { candidates, next } = findCandidates(found, start, minIdleMs, options.count, nowMs)
    const claimed: StreamId[] = []
    const deleted: StreamId[] = []
    const how = { minIdleMs: 0, deliveryMs: nowMs, deliveries: -1, isForced: false, justId: options.justId }
    changeStream(call, stream, () => {
      for (const id of candidates) {
        if (claim(stream, group, consumer, id, how, nowMs)) claimed.push(id)
        else deleted.push(id)
      }
    })
    if (claimed.length > 0) consumer.activeMs = nowMs
    out.array(3)
    out.bulkString(idText(next ?? MIN_ID))
    writeClaimed(call, stream, claimed, options.justId)
    out.array(deleted.length)
    for (const id of deleted) out.bulkString(idText(id))
    const event = isNew ? 'xgroup-createconsumer' : undefined
    if (isNew || candidates.length > 0) call.changedAside(EVENT_STREAM, event, 1)
  },
})

/** Pending entries are looked at up to so many times COUNT. */
const ATTEMPTS_PER_COUNT = 10

/**
 * The pending entries from an ID on that are idle for long enough, or were deleted from the stream, and where to look
 * on.
 */
function findCandidates(
  { stream, group }: { readonly stream: StreamObject; readonly group: StreamGroup },
  start: StreamId,
  minIdleMs: number,
  count: number,
  nowMs: number,
) {
  const candidates: StreamId[] = []
  let next: StreamId | undefined
  let attempts = count * ATTEMPTS_PER_COUNT
  group.walk(start, undefined, (record) => {
    if (attempts-- === 0 || candidates.length === count) {
      next = group.idOf(record)
      return false
    }
    const id = group.idOf(record)
    if (nowMs - group.deliveryMs(record) >= minIdleMs || minIdleMs === 0 || !stream.has(id)) candidates.push(id)
    return true
  })
  return { candidates, next }
}
