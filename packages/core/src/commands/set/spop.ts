import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_SET } from '../../engine/events.ts'
import type { SetValue } from '../../keyspace/set-value.ts'
import { writeMembers, writeSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SPOP',
  summary: 'Takes members chosen at random out of a set and returns them.',
  since: '1.0.0',
  group: 'set',
  complexity: 'Without the count argument O(1), otherwise O(N) where N is the value of the passed count.',
  flags: ['write', 'fast'],
  tips: ['nondeterministic_output'],
  history: [['3.2.0', 'Added the `count` argument.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    count: arg.optional(arg.integer({ since: '3.2.0' })),
  },
  reply: reply.oneOf([
    reply.string('the member, without a count'),
    reply.nil('the key does not exist, without a count'),
    reply.set(reply.string('a member'), 'with a count'),
  ]),
  raw(call) {
    if (call.argc > 3) return call.syntaxError()
    if (call.argc === 3) return popMembers(call)
    const set = writeSet(call, 1)
    if (set === undefined) return
    const { size } = set
    if (size === 0) return call.reply.nil()
    popOne(call, set)
    popped(call, size === 1)
  },
})

function popOne(call: Call, set: SetValue): void {
  const place = set.sample(() => call.engine.random.next())
  call.reply.bulk(set.memberBuf, set.memberStart, set.memberLength)
  set.deleteAt(place)
}

function popped(call: Call, isEmptied: boolean): void {
  if (isEmptied) call.removeEmptied(1)
  call.changed(EVENT_SET, 'spop', 1)
  if (isEmptied) call.keyEmptied(1)
}

function popMembers(call: Call): void {
  const { reply: out } = call
  const count = call.argInt64(2)
  if (count === undefined || count < 0n) return out.error(ERRORS.notPositive)
  const set = writeSet(call, 1)
  if (set === undefined) return
  const { size } = set
  const wanted = count < size ? Number(count) : size
  out.set(wanted)
  if (wanted === 0) return
  if (wanted === size) writeMembers(call, set)
  else {
    for (let i = 0; i < wanted; i++) popOne(call, set)
    set.shrinkAfter(wanted)
  }
  popped(call, wanted === size)
}
