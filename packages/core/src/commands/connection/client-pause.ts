import { arg, reply } from '@kvasir/module-api'
import { readTimeoutMs } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT PAUSE',
  summary: 'Holds back the commands of all clients, or those that write, for a time.',
  since: '3.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  history: [['6.2.0', 'Takes WRITE and ALL.']],
  args: {
    timeout: arg.integer(),
    mode: arg.optional(arg.oneOf({ write: arg.token('WRITE'), all: arg.token('ALL') }, { since: '6.2.0' })),
  },
  reply: reply.simple('OK'),
  raw(call) {
    // As in Valkey, a mode with something behind it is not looked at.
    const hasMode = call.argc === 4
    const isWrite = hasMode && call.argIs(3, 'write')
    if (hasMode && !isWrite && !call.argIs(3, 'all')) {
      return call.reply.error('ERR CLIENT PAUSE mode must be WRITE or ALL')
    }
    const ms = readTimeoutMs(call, 2)
    if (Number.isNaN(ms)) return
    call.engine.pause.begin(isWrite ? 'write' : 'all', ms)
    call.reply.ok()
  },
})
