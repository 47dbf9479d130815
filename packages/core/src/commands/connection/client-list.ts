import { arg, reply } from '@kvasir/module-api'
import { dropLargeBuffer, ReplyWriter } from '@kvasir/protocol'
import { writeClientLine } from '../../engine/client-line.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { filterArguments, readClientFilter } from './_client-filter.ts'

const clientTypes = arg.oneOf({
  normal: arg.token('NORMAL'),
  master: arg.token('MASTER'),
  replica: arg.token('REPLICA'),
  pubsub: arg.token('PUBSUB'),
})

const { username, addr, laddr, skipme, maxage, ...others } = filterArguments(clientTypes)

const LINE_FEED = Uint8Array.of(10)

export default defineCoreCommand({
  name: 'CLIENT LIST',
  summary: 'Lists the connections, all or those that fit every filter.',
  since: '2.4.0',
  group: 'connection',
  complexity: 'O(N) where N is the number of connections',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  tips: ['nondeterministic_output'],
  history: [
    ['5.0.0', 'Filters by TYPE.'],
    ['6.2.0', 'Filters by ID.'],
    ['8.1.0', 'Filters by USER, ADDR, LADDR, SKIPME and MAXAGE.'],
    ['9.0.0', 'Filters by NAME, IDLE, FLAGS, LIB-NAME, LIB-VER, DB, CAPA and IP, and by what is not so.'],
  ],
  args: {
    clientType: arg.optional(arg.after('TYPE', { ...clientTypes, since: '5.0.0' })),
    clientId: arg.optional(arg.after('ID', arg.repeated(arg.integer({ since: '6.2.0' })))),
    username: { ...username, since: '8.1.0' },
    addr: { ...addr, since: '8.1.0' },
    laddr: { ...laddr, since: '8.1.0' },
    skipme: { ...skipme, since: '8.1.0' },
    maxage: { ...maxage, since: '8.1.0' },
    ...others,
  },
  reply: reply.string('one line of `field=value` for each connection'),
  raw(call) {
    const filter = readClientFilter(call, 2, false)
    if (filter === undefined) return
    const lines = new ReplyWriter()
    for (const session of call.engine.sessions.values()) {
      if (!filter(session)) continue
      writeClientLine(lines, session)
      lines.raw(LINE_FEED)
    }
    call.reply.verbatimBytes('txt', lines.buf, 0, lines.pos)
    dropLargeBuffer(lines.buf)
  },
})
