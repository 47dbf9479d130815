import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { compareIds, type StreamId } from '../../structures/stream-id.ts'
import { claim, readClaim, writeClaimed } from './_claim.ts'
import { changeStream, entryReply, nameAt, seenConsumer } from './_stream.ts'

export default defineCoreCommand({
  name: 'XCLAIM',
  summary: 'Gives pending entries to another consumer of the group.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(log(N)) for each entry, N being the number of pending ones',
  flags: ['write', 'fast'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    group: arg.string(),
    consumer: arg.string(),
    minIdleTime: arg.string(),
    ids: arg.repeated(arg.string({ docsName: 'ID' })),
    ms: arg.optional(arg.after('IDLE', arg.integer())),
    unixTimeMilliseconds: arg.optional(arg.after('TIME', arg.unixTime())),
    count: arg.optional(arg.after('RETRYCOUNT', arg.integer())),
    force: arg.flag('FORCE'),
    justid: arg.flag('JUSTID'),
    lastid: arg.optional(arg.after('LASTID', arg.string())),
  },
  reply: reply.list(reply.oneOf([entryReply, reply.string('the ID, with JUSTID')])),
  raw(call) {
    const options = readClaim(call)
    if (options === undefined) return
    const { stream, group, ids } = options
    const { nowMs } = call.engine
    const movesOn = options.lastId !== undefined && compareIds(options.lastId, group.lastId) > 0
    if (movesOn) group.lastId = options.lastId
    const { consumer, isNew } = changeStream(call, stream, () => seenConsumer(call, group, nameAt(call, 3)))
    const claimed: StreamId[] = []
    const pendingBefore = group.pendingCount
    changeStream(call, stream, () => {
      for (const id of ids) {
        if (claim(stream, group, consumer, id, options, nowMs)) claimed.push(id)
      }
    })
    if (claimed.length > 0) consumer.activeMs = nowMs
    writeClaimed(call, stream, claimed, options.justId)
    const event = isNew ? 'xgroup-createconsumer' : undefined
    const isChanged = isNew || movesOn || claimed.length > 0 || group.pendingCount < pendingBefore
    if (isChanged) call.changedAside(EVENT_STREAM, event, 1)
  },
})
