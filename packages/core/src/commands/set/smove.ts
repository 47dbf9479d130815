import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_SET } from '../../engine/events.ts'
import { TYPE_SET } from '../../keyspace/entry.ts'
import { setAgain, writeSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SMOVE',
  summary: 'Moves a member from one set to another, which is created if it does not exist.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  args: {
    source: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    destination: arg.key({ access: 'RW', flags: ['insert'] }),
    member: arg.string(),
  },
  reply: reply.oneOf([reply.integer('1: the member was moved'), reply.integer('0: it is no member of the source')]),
  raw(call) {
    const { buf, starts, lengths, reply: out } = call
    const from = call.lookupWriteAs(1, TYPE_SET)
    if (from === WRONG_TYPE) return
    if (from === 0) return out.integer(0)
    const to = call.lookupWriteAs(2, TYPE_SET)
    if (to === WRONG_TYPE) return
    // Looked up anew, because another key was in between, and maybe whoever heard that it expired.
    const source = setAgain(call, 1)
    const isMember = source.has(buf, starts[3], lengths[3])
    if (!isMember || call.sameArguments(1, 2)) return out.integer(isMember ? 1 : 0)
    source.delete(buf, starts[3], lengths[3])
    const isEmptied = source.size === 0
    if (isEmptied) call.removeEmptied(1)
    call.changed(EVENT_SET, 'srem', 1)
    if (isEmptied) call.keyEmptied(1)
    const destination = writeSet(call, 2)
    if (destination === undefined) return
    const isNewKey = destination.size === 0
    if (isNewKey) destination.expect(1, buf, starts[3], lengths[3])
    if (destination.add(buf, starts[3], lengths[3])) {
      if (isNewKey) call.created(2)
      call.changed(EVENT_SET, 'sadd', 2)
    }
    out.integer(1)
  },
})
