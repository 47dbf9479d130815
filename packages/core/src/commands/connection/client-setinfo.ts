import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { hasUnprintable } from './_printable-text.ts'

export default defineCoreCommand({
  name: 'CLIENT SETINFO',
  summary: "Tells the server the name or the version of the client's library.",
  since: '7.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: {
    attr: arg.oneOf({
      libname: arg.after('LIB-NAME', arg.string()),
      libver: arg.after('LIB-VER', arg.string()),
    }),
  },
  reply: reply.simple('OK'),
  raw(call) {
    const isName = call.argIs(2, 'lib-name')
    if (!isName && !call.argIs(2, 'lib-ver')) {
      return call.reply.error(`ERR Unrecognized option '${call.argLatin1(2)}'`)
    }
    if (hasUnprintable(call, 3)) {
      const attribute = isName ? 'lib-name' : 'lib-ver'
      return call.reply.error(`ERR ${attribute} cannot contain spaces, newlines or special characters.`)
    }
    call.engine.clientBuffers.setText(call.session, isName ? 'libName' : 'libVersion', call.argLatin1(3))
    call.reply.ok()
  },
})
