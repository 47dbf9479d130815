import { reply } from '@kvasir/module-api'
import { rewriteConfig } from '../../engine/config/rewrite.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

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
    const { config, log } = call.engine
    const { file } = config
    if (file === undefined) return call.reply.error('ERR The server is running without a config file')
    try {
      file.write(rewriteConfig(file.read(), config))
    } catch (error) {
      // The file is the host's: whatever it reports is the user's to know, and no mistake of ours.
      const reason = error instanceof Error ? error.message : String(error)
      log('warning', `CONFIG REWRITE failed: ${reason}`)
      return call.reply.error(`ERR Rewriting config file: ${reason}`)
    }
    log('notice', 'CONFIG REWRITE executed with success.')
    call.reply.ok()
  },
})
