import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { SetValue } from '../../keyspace/set-value.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { chooseDistinct } from '../../structures/random-choice.ts'
import { readSet, writeMembers } from './_set.ts'

export default defineCoreCommand({
  name: 'SRANDMEMBER',
  summary: 'Returns members of a set chosen at random: a negative count may return one several times.',
  since: '1.0.0',
  group: 'set',
  complexity: 'Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  history: [['2.6.0', 'Added the optional `count` argument.']],
  args: { key: arg.key({ access: 'RO' }), count: arg.optional(arg.integer({ since: '2.6.0' })) },
  reply: reply.oneOf([
    reply.string('a member, without a count'),
    reply.nil('the key does not exist, without a count'),
    reply.list(reply.string('a member'), 'with a count'),
  ]),
  raw(call) {
    if (call.argc > 3) return call.syntaxError()
    if (call.argc === 3) return randomMembers(call)
    const set = readSet(call, 1)
    if (set === undefined) return
    if (set.size === 0) return call.reply.nil()
    set.sample(() => call.engine.random.next())
    call.reply.bulk(set.memberBuf, set.memberStart, set.memberLength)
  },
})

function randomMembers(call: Call): void {
  const { reply: out } = call
  const count = call.argInt64(2)
  if (count === undefined) return out.error(ERRORS.notInteger)
  if (count < -INT64_MAX) return out.error(ERRORS.notNegatable)
  const set = readSet(call, 1)
  if (set === undefined) return
  const { size } = set
  if (count < 0n && size > 0) return repeatedMembers(call, set, Number(-count))
  const wanted = Number(count)
  if (wanted <= 0 || size === 0) return out.array(0)
  if (wanted >= size) {
    out.array(size)
    return writeMembers(call, set)
  }
  out.array(wanted)
  const random = (): number => call.engine.random.next()
  for (const place of chooseDistinct(
    random,
    size,
    wanted,
    () => set.sample(random),
    () => set.places(),
  )) {
    set.read(place)
    out.bulk(set.memberBuf, set.memberStart, set.memberLength)
  }
}

function repeatedMembers(call: Call, set: SetValue, count: number): void {
  const { reply: out, session } = call
  const random = (): number => call.engine.random.next()
  out.array(count)
  // Whoever asks for more than the limits of the output allow is closed on the way.
  for (let i = 0; i < count && !session.closing; i++) {
    set.sample(random)
    out.bulk(set.memberBuf, set.memberStart, set.memberLength)
  }
}
