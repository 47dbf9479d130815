import { arg, reply } from '@kvasir/module-api'
import type { AclLogEntry } from '../../engine/acl/acl-log.ts'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { refuseArguments } from './_wrong-arguments.ts'

const COUNT_DEFAULT = 10
const MS_PER_SECOND = 1000

export default defineCoreCommand({
  name: 'ACL LOG',
  summary: 'Returns what was refused of late, or forgets it.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N) with N being the number of entries shown.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  history: [['7.2.0', 'Numbers the entries, and tells when each was made and last changed.']],
  args: { operation: arg.optional(arg.oneOf({ count: arg.integer(), reset: arg.token('RESET') })) },
  reply: reply.oneOf([
    reply.list(reply.map(reply.any(), 'what was refused, why, to whom, how often and when')),
    reply.simple('OK, for RESET'),
  ]),
  raw(call) {
    const { log } = call.engine.acl
    if (call.argc > 3) return refuseArguments(call)
    if (call.argc === 3 && call.argIs(2, 'reset')) {
      log.reset()
      return call.reply.ok()
    }
    const countMax = call.argc === 2 ? COUNT_DEFAULT : call.argInteger(2)
    if (Number.isNaN(countMax)) return call.reply.error(ERRORS.notInteger)
    const entries = log.entries(countMax)
    call.reply.array(entries.length)
    for (const entry of entries) writeEntry(call, entry)
  },
})

function writeEntry({ reply: out, engine }: Call, entry: AclLogEntry): void {
  const text = (name: string, value: string): void => {
    out.bulkString(name)
    out.bulk(fromLatin1(value))
  }
  const integer = (name: string, value: number): void => {
    out.bulkString(name)
    out.integer(value)
  }
  out.map(10)
  integer('count', entry.count)
  text('reason', entry.reason)
  text('context', entry.context)
  text('object', entry.object)
  text('username', entry.userName)
  out.bulkString('age-seconds')
  out.double((engine.nowMs - entry.updatedMs) / MS_PER_SECOND)
  out.bulkString('client-info')
  out.bulkString(entry.clientLine)
  integer('entry-id', entry.id)
  integer('timestamp-created', entry.createdMs)
  integer('timestamp-last-updated', entry.updatedMs)
}
