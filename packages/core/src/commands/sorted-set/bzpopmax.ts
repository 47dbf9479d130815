import { arg, reply } from '@kvasir/module-api'
import { readTimeoutSeconds } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { blockingPop } from './_pop.ts'

export default defineCoreCommand({
  name: 'BZPOPMAX',
  summary: 'Takes the member with the highest score out of a sorted set, or waits for one.',
  since: '5.0.0',
  group: 'sorted_set',
  complexity: 'O(log(N)) where N is the number of members',
  flags: ['write', 'blocking', 'fast'],
  history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  args: { key: arg.repeated(arg.key({ access: 'RW', flags: ['access', 'delete'] })), timeout: arg.double() },
  reply: reply.oneOf([
    reply.array([reply.string('the key'), reply.string('the member'), reply.number('its score')]),
    reply.nil('the time is over'),
  ]),
  raw(call) {
    const timeoutMs = readTimeoutSeconds(call, call.argc - 1)
    if (!Number.isNaN(timeoutMs)) blockingPop(call, true, timeoutMs)
  },
})
