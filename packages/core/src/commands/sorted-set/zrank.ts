import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { rankReply, replyRank } from './_rank.ts'

export default defineCoreCommand({
  name: 'ZRANK',
  summary: 'Returns the rank of a member of a sorted set.',
  since: '2.0.0',
  group: 'sorted_set',
  complexity: 'O(log(N))',
  flags: ['readonly', 'fast'],
  history: [['7.2.0', 'Added the optional `WITHSCORE` argument.']],
  args: { key: arg.key({ access: 'RO' }), member: arg.string(), withscore: arg.flag('WITHSCORE') },
  reply: rankReply,
  raw(call) {
    replyRank(call, false)
  },
})
