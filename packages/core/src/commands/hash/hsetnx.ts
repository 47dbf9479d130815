import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldsSet, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSETNX',
  summary: 'Gives a field of a hash a value unless it has one.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), field: arg.string(), value: arg.string() },
  reply: reply.oneOf([reply.integer('1: the field was set'), reply.integer('0: the field exists')]),
  raw(call) {
    const { buf, starts, lengths } = call
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    if (hash.find(buf, starts[2], lengths[2])) return call.reply.integer(0)
    const isNewKey = hash.size === 0
    hash.set(buf, starts[2], lengths[2], buf, starts[3], lengths[3])
    fieldsSet(call, hash, isNewKey, 'hset', 2)
    call.reply.integer(1)
  },
})
