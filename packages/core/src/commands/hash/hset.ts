import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { EVENT_HASH } from '../../engine/events.ts'
import { writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSET',
  summary: 'Gives fields of a hash their values. The key is created if it does not exist.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1) for each field',
  flags: ['write', 'denyoom', 'fast'],
  history: [['4.0.0', 'Accepts multiple `field` and `value` arguments.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    data: arg.repeated(arg.block({ field: arg.string(), value: arg.string() })),
  },
  reply: reply.integer('how many of the fields are new'),
  raw(call) {
    const { buf, starts, lengths, argc } = call
    if (argc % 2 !== 0) return call.reply.error(wrongArity(call.command.fullName))
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    const isNewKey = hash.size === 0
    let added = 0
    for (let i = 2; i < argc; i += 2) {
      if (hash.set(buf, starts[i], lengths[i], buf, starts[i + 1], lengths[i + 1])) added++
    }
    if (isNewKey) call.created(1)
    call.changed(EVENT_HASH, 'hset', 1)
    call.reply.integer(added)
  },
})
