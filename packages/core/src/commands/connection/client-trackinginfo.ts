import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { ClientTracking } from '../../engine/tracking.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'CLIENT TRACKINGINFO',
  summary: 'Returns how the connection tracks keys.',
  since: '6.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.map(
    reply.oneOf([
      reply.set(reply.string('of `flags`: `on` or `off`, the modes, and `broken_redirect`')),
      reply.integer('of `redirect`: who gets the messages; 0 for the connection itself, -1 when tracking is off'),
      reply.list(reply.string('of `prefixes`: what the names of keys begin with')),
    ]),
  ),
  raw(call) {
    const { reply: out, session } = call
    const { tracking } = session
    const flags = tracking === undefined ? ['off'] : flagsOf(tracking)
    const prefixes = [...(tracking?.prefixes ?? [])].sort()
    out.map(3)
    out.bulkString('flags')
    out.set(flags.length)
    for (const flag of flags) out.bulkString(flag)
    out.bulkString('redirect')
    out.integer(tracking?.redirect ?? -1)
    out.bulkString('prefixes')
    out.array(prefixes.length)
    for (const prefix of prefixes) out.bulk(fromLatin1(prefix))
  },
})

function flagsOf(tracking: ClientTracking): string[] {
  const { bcast, optin, optout, isCachingSet, noloop, isRedirectBroken } = tracking
  const flags = ['on']
  if (bcast) flags.push('bcast')
  if (optin) flags.push('optin')
  if (optin && isCachingSet) flags.push('caching-yes')
  if (optout) flags.push('optout')
  if (optout && isCachingSet) flags.push('caching-no')
  if (noloop) flags.push('noloop')
  if (isRedirectBroken) flags.push('broken_redirect')
  return flags
}
