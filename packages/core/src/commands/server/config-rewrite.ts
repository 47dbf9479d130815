import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { rewriteConfigFile } from './_config-file.ts'

export default defineCoreCommand({
  name: 'CONFIG REWRITE',
  summary: 'Writes the configuration into the file that the server was started with.',
  since: '2.8.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    const error = rewriteConfigFile(call)
    if (error === undefined) call.reply.ok()
    else call.reply.error(error)
  },
})
