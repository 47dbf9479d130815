import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { Session } from '../../engine/session.ts'
import { filterArguments, readClientFilter } from './_client-filter.ts'

const clientTypes = arg.oneOf({
  normal: arg.token('NORMAL'),
  master: arg.token('MASTER'),
  primary: arg.token('PRIMARY'),
  slave: arg.token('SLAVE'),
  replica: arg.token('REPLICA'),
  pubsub: arg.token('PUBSUB'),
})

const typesSince = arg.oneOf({
  normal: arg.token('NORMAL'),
  master: arg.token('MASTER', { since: '3.2.0' }),
  primary: arg.token('PRIMARY', { since: '8.0.0' }),
  slave: arg.token('SLAVE'),
  replica: arg.token('REPLICA', { since: '5.0.0' }),
  pubsub: arg.token('PUBSUB'),
})

const { username, addr, laddr, skipme, maxage, ...others } = filterArguments(clientTypes)

export default defineCoreCommand({
  name: 'CLIENT KILL',
  summary: 'Closes connections: the one from an address, or those that fit every filter.',
  since: '2.4.0',
  group: 'connection',
  complexity: 'O(N) where N is the number of connections',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  history: [
    ['2.8.12', 'Filters by ID, TYPE, ADDR and SKIPME.'],
    ['6.2.0', 'Filters by LADDR.'],
    ['8.0.0', 'Filters by MAXAGE.'],
    ['8.1.0', 'Takes several IDs.'],
    ['9.0.0', 'Filters by NAME, IDLE, FLAGS, LIB-NAME, LIB-VER, DB, CAPA and IP, and by what is not so.'],
  ],
  args: {
    filter: arg.oneOf({
      oldFormat: arg.string({ display: 'ip:port', deprecatedSince: '2.8.12' }),
      newFormat: arg.repeated(
        arg.oneOf({
          clientId: arg.optional(arg.after('ID', arg.repeated(arg.integer({ since: '2.8.12' })))),
          clientType: arg.optional(arg.after('TYPE', { ...typesSince, since: '2.8.12' })),
          username,
          addr,
          laddr: { ...laddr, since: '6.2.0' },
          skipme,
          maxage: { ...maxage, since: '8.0.0' },
          ...others,
        }),
      ),
    }),
  },
  reply: reply.oneOf([reply.simple('OK, for an address'), reply.integer('how many were closed, for filters')]),
  raw(call) {
    if (call.argc === 3) return killByAddress(call)
    const filter = readClientFilter(call, 2, true)
    if (filter === undefined) return
    const found = [...call.engine.sessions.values()].filter(filter)
    for (const session of found) kill(call, session)
    call.reply.integer(found.length)
  },
})

function killByAddress(call: Call): void {
  const address = call.argLatin1(2)
  const found = [...call.engine.sessions.values()].find((session) => session.transport.address === address)
  if (found === undefined) return call.reply.error('ERR No such client')
  kill(call, found)
  call.reply.ok()
}

/** The client that asks gets its reply first. */
function kill(call: Call, session: Session): void {
  if (session === call.session) session.closing = true
  else session.close(true)
}
