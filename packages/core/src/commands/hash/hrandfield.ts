import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { HashValue, VisitField } from '../../keyspace/hash-value.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { chooseDistinct } from '../../structures/random-choice.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HRANDFIELD',
  summary: 'Returns fields of a hash chosen at random.',
  since: '6.2.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields returned',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RO' }),
    options: arg.optional(arg.block({ count: arg.integer(), withvalues: arg.flag('WITHVALUES') })),
  },
  reply: reply.oneOf([
    reply.string('a field, when no count was given'),
    reply.nil('no count was given, and the key does not exist'),
    reply.list(
      reply.oneOf([reply.string('a field'), reply.array([reply.string('a field'), reply.string('its value')])]),
      'RESP2: with values, each stands behind its field',
    ),
  ]),
  raw(call) {
    if (call.argc === 2) return replyOne(call)
    const count = call.argInt64(2)
    if (count === undefined) return call.reply.error(ERRORS.notInteger)
    if (count < -INT64_MAX) return call.reply.error(ERRORS.notNegatable)
    const withValues = call.argc > 3
    if (call.argc > 4 || (withValues && !call.argIs(3, 'withvalues'))) return call.syntaxError()
    if (withValues && (count < -INT64_MAX / 2n || count > INT64_MAX / 2n)) {
      return call.reply.error('ERR value is out of range')
    }
    const hash = readHash(call, 1)
    if (hash !== undefined) replySome(call, hash, Number(count), withValues)
  },
})

function replyOne(call: Call): void {
  const hash = readHash(call, 1)
  if (hash === undefined) return
  if (hash.liveCount === 0) return call.reply.nil()
  const random = (): number => call.engine.random.next()
  hash.visitAt(hash.sample(random), (buf, start, length) => call.reply.bulk(buf, start, length))
}

function replySome(call: Call, hash: HashValue, count: number, withValues: boolean): void {
  const live = hash.liveCount
  const random = (): number => call.engine.random.next()
  const visit = pairWriter(call, withValues)
  const header = (fields: number): void => call.reply.array(withValues && call.reply.resp === 2 ? 2 * fields : fields)
  if (live === 0 || count === 0) return header(0)
  if (count >= live) {
    header(live)
    return hash.forEach(visit)
  }
  if (count < 0) {
    header(-count)
    return replyAny(call, hash, -count, random, visit)
  }
  header(count)
  const sample = (): number => hash.sample(random)
  for (const position of chooseDistinct(random, live, count, sample, () => hash.positions())) {
    hash.visitAt(position, visit)
  }
}

function pairWriter({ reply: out }: Call, withValues: boolean): VisitField {
  return (fieldBuf, fieldStart, fieldLength, valueBuf, valueStart, valueLength) => {
    if (withValues && out.resp === 3) out.array(2)
    out.bulk(fieldBuf, fieldStart, fieldLength)
    if (withValues) out.bulk(valueBuf, valueStart, valueLength)
  }
}

/** Fields that may be the same; there is no end to the count but that of the client's output limit. */
function replyAny(call: Call, hash: HashValue, count: number, random: () => number, visit: VisitField): void {
  // One walk through a small hash instead of one for every choice.
  const positions = hash.object === undefined ? hash.positions() : undefined
  for (let i = 0; i < count && !call.session.closing; i++) {
    hash.visitAt(positions === undefined ? hash.sample(random) : positions[random() % positions.length], visit)
  }
}
