import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_HASH } from '../../keyspace/entry.ts'
import type { HashValue } from '../../keyspace/hash-value.ts'
import { NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { expiryArguments } from '../string/_expiry-options.ts'
import { fieldsExpired, isOver } from './_field-expiry.ts'
import { EXPIRY, fieldOptionsTime, PERSIST, readFieldOptions } from './_field-options.ts'
import { fieldsArgument, findFields, readFields } from './_fields.ts'
import { fieldsChanged, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HGETEX',
  summary: 'Returns the values of fields of a hash, and sets or removes their expiry.',
  since: '9.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['write', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    expiration: arg.optional(arg.oneOf({ ...expiryArguments, persist: arg.token('PERSIST') })),
    fields: fieldsArgument,
  },
  reply: reply.list(reply.oneOf([reply.string('a value'), reply.nil('the field does not exist')])),
  raw(call) {
    const fieldsIndex = findFields(call, 2)
    if (fieldsIndex === 0) return
    const options = readFieldOptions(call, fieldsIndex, PERSIST | EXPIRY)
    if (options === undefined) return
    const first = readFields(call, fieldsIndex, 1)
    if (first === 0) return
    // A look-up for reading, as in Valkey: it counts as a hit or a miss.
    if (call.lookupReadAs(1, TYPE_HASH) === WRONG_TYPE) return
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    if ((options.given & EXPIRY) === 0) return getFields(call, hash, first, options.given)
    const expiryMs = fieldOptionsTime(call, options)
    if (!Number.isNaN(expiryMs)) getAndExpireFields(call, hash, first, expiryMs)
  },
})

function getFields(call: Call, hash: HashValue, first: number, given: number): void {
  const { buf, starts, lengths, reply: out } = call
  let persisted = 0
  out.array(call.argc - first)
  for (let i = first; i < call.argc; i++) {
    if (!replyField(call, hash, i) || given !== PERSIST || hash.foundExpiryMs === NO_FIELD_EXPIRY) continue
    hash.setExpiry(buf, starts[i], lengths[i], NO_FIELD_EXPIRY)
    persisted++
  }
  if (persisted > 0) fieldsChanged(call, 'hpersist', first, 1)
}

function getAndExpireFields(call: Call, hash: HashValue, first: number, expiryMs: number): void {
  const { buf, starts, lengths, reply: out } = call
  const deletes = isOver(call, expiryMs)
  let count = 0
  out.array(call.argc - first)
  for (let i = first; i < call.argc; i++) {
    if (!replyField(call, hash, i)) continue
    if (deletes) hash.delete(buf, starts[i], lengths[i])
    else hash.setExpiry(buf, starts[i], lengths[i], expiryMs)
    count++
  }
  if (count === 0) return
  if (deletes) fieldsExpired(call, hash, count, first)
  else fieldsChanged(call, 'hexpire', first, 1)
}

/** @returns whether the field exists */
function replyField(call: Call, hash: HashValue, index: number): boolean {
  const found = hash.find(call.buf, call.starts[index], call.lengths[index])
  if (found) call.reply.bulk(hash.valueBuf, hash.valueStart, hash.valueLength)
  else call.reply.nil()
  return found
}
