import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

/**
 * Functions cannot be loaded yet, so there is nothing to remove. The command is there because clients that want an
 * empty server send it beside FLUSHALL.
 */
export default defineCoreCommand({
  name: 'FUNCTION FLUSH',
  summary: 'Removes all libraries of functions.',
  since: '7.0.0',
  group: 'scripting',
  complexity: 'O(N) where N is the number of functions deleted',
  flags: ['noscript', 'write'],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: {
    flushType: arg.optional(
      arg.oneOf({ async: arg.token('ASYNC'), sync: arg.token('SYNC') }, { docsName: 'flush-type' }),
    ),
  },
  reply: reply.simple('OK'),
  raw(call) {
    if (call.argc > 3 || (call.argc === 3 && !call.argIs(2, 'sync') && !call.argIs(2, 'async'))) {
      return call.reply.error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
    }
    call.reply.ok()
  },
})
