import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

const US_PER_SECOND = 1_000_000

export default defineCoreCommand({
  name: 'TIME',
  summary: "Returns the server's time.",
  since: '2.6.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'fast'],
  tips: ['nondeterministic_output'],
  args: {},
  reply: reply.array([reply.string('seconds since 1970'), reply.string('microseconds of the second')]),
  raw(call) {
    const nowUs = call.engine.nowUs()
    call.reply.array(2)
    call.reply.bulkInteger(Math.floor(nowUs / US_PER_SECOND))
    call.reply.bulkInteger(nowUs % US_PER_SECOND)
  },
})
