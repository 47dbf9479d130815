import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { writeHelp } from '../_subcommand-help.ts'

export default defineCoreCommand({
  name: 'CONFIG HELP',
  summary: 'Returns texts about the subcommands.',
  since: '5.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['loading', 'stale'],
  args: {},
  reply: reply.list(reply.simple('a line')),
  raw(call) {
    writeHelp(call, 'CONFIG', [
      ['GET <pattern>', 'Return parameters matching the glob-like <pattern> and their values.'],
      ['SET <directive> <value>', 'Set the configuration <directive> to <value>.'],
      ['RESETSTAT', 'Reset statistics reported by the INFO command.'],
      ['REWRITE', 'Rewrite the configuration file.'],
    ])
  },
})
