import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_HASH } from '../../engine/events.ts'
import type { HashValue } from '../../keyspace/hash-value.ts'
import { KEEP_FIELD_EXPIRY, NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { expiryArguments } from '../string/_expiry-options.ts'
import { isOver } from './_field-expiry.ts'
import { EXPIRY, FNX, FXX, fieldOptionsTime, KEEPTTL, NX, readFieldOptions, XX } from './_field-options.ts'
import { findFields, readFields } from './_fields.ts'
import { fieldsSet, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSETEX',
  summary: 'Gives fields of a hash their values, under conditions if wanted, and sets their expiry.',
  since: '9.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['write', 'denyoom', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    keyCondition: arg.optional(arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX') })),
    fieldsCondition: arg.optional(arg.oneOf({ fnx: arg.token('FNX'), fxx: arg.token('FXX') })),
    expiration: arg.optional(arg.oneOf({ ...expiryArguments, keepttl: arg.token('KEEPTTL') })),
    fields: arg.after(
      'FIELDS',
      arg.block({
        data: arg.counted(arg.block({ field: arg.string(), value: arg.string() }), { countName: 'numfields' }),
      }),
    ),
  },
  reply: reply.oneOf([
    reply.integer('1: all fields were set'),
    reply.integer('0: none was, because a condition was not met'),
  ]),
  raw(call) {
    const fieldsIndex = findFields(call, 2)
    if (fieldsIndex === 0) return
    const options = readFieldOptions(call, fieldsIndex, NX | XX | FNX | FXX | KEEPTTL | EXPIRY)
    if (options === undefined) return
    const first = readFields(call, fieldsIndex, 2)
    if (first === 0) return
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    const { given } = options
    if ((given & (hash.size === 0 ? XX : NX)) !== 0) return call.reply.integer(0)
    let expiryMs = (given & KEEPTTL) === 0 ? NO_FIELD_EXPIRY : KEEP_FIELD_EXPIRY
    if ((given & EXPIRY) !== 0) expiryMs = fieldOptionsTime(call, options)
    if (Number.isNaN(expiryMs)) return
    if (!isMet(call, hash, first, given)) return call.reply.integer(0)
    setFields(call, hash, first, expiryMs)
    call.reply.integer(1)
  },
})

function isMet(call: Call, hash: HashValue, first: number, given: number): boolean {
  if ((given & (FNX | FXX)) === 0) return true
  for (let i = first; i < call.argc; i += 2) {
    if (hash.find(call.buf, call.starts[i], call.lengths[i]) !== ((given & FXX) !== 0)) return false
  }
  return true
}

function setFields(call: Call, hash: HashValue, first: number, expiryMs: number): void {
  const { buf, starts, lengths, argc } = call
  const isNewKey = hash.size === 0
  const deletes = expiryMs >= 0 && isOver(call, expiryMs)
  let isChanged = !deletes
  for (let i = first; i < argc; i += 2) {
    if (deletes) isChanged = hash.delete(buf, starts[i], lengths[i]) || isChanged
    else hash.set(buf, starts[i], lengths[i], buf, starts[i + 1], lengths[i + 1], expiryMs)
  }
  // Fields whose time is over already are not written: they only seem to have been there.
  const isEmptied = deletes && hash.size === 0
  if (isEmptied && !isNewKey) call.removeEmptied(1)
  if (isChanged) fieldsSet(call, hash, isNewKey, 'hset', first)
  else {
    if (isNewKey) call.created(1)
    call.notify(EVENT_HASH, 'hset', 1)
  }
  if (expiryMs >= 0) call.notify(EVENT_HASH, 'hexpire', 1)
  if (!deletes) return
  call.engine.stats.expiredFields += (argc - first) / 2
  call.notify(EVENT_HASH, 'hexpired', 1)
  if (isEmptied) call.keyEmptied(1)
}
