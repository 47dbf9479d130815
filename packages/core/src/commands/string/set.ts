import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_GENERIC, EVENT_STRING } from '../../engine/events.ts'
import { KEEP_EXPIRY, NO_EXPIRY } from '../../keyspace/database.ts'
import { TYPE_STRING } from '../../keyspace/entry.ts'
import { type ExpiryUnit, expiryArguments, expiryUnitAt, readExpiryMs } from './_expiry-options.ts'

const NX = 1
const XX = 2
const IFEQ = 4
const GET = 8
const KEEPTTL = 16
const EXPIRY = 32

export default defineCoreCommand({
  name: 'SET',
  summary: 'Sets the string value of a key, ignoring its type. The key is created if it does not exist.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update', 'variable_flags'] }),
    value: arg.string(),
    condition: arg.optional(
      arg.oneOf({
        nx: arg.token('NX', { since: '2.6.12' }),
        xx: arg.token('XX', { since: '2.6.12' }),
        comparisonValue: arg.after('IFEQ', arg.string({ since: '8.1.0', docsName: 'comparison-value' })),
      }),
    ),
    get: arg.flag('GET', { since: '6.2.0' }),
    expiration: arg.optional(
      arg.oneOf({ ...expiryArguments, keepttl: arg.token('KEEPTTL', { since: '6.0.0' }) }),
    ),
  },
  reply: reply.oneOf([
    reply.simple('OK: the key was set'),
    reply.string('with GET: the value before'),
    reply.nil('a condition was not met, or with GET: the key did not exist'),
  ]),
  raw(call) {
    if (call.argc === 3) return setPlain(call)
    setWithOptions(call)
  },
})

function setPlain(call: Call): void {
  const address = call.lookupWrite(1)
  call.putString(address, 1, 2, NO_EXPIRY)
  call.changed(EVENT_STRING, 'set', 1)
  call.reply.ok()
}

function setWithOptions(call: Call): void {
  let options = 0
  let unit: ExpiryUnit = 'ex'
  let expiryIndex = 0
  let compareIndex = 0
  for (let i = 3; i < call.argc; i++) {
    const more = i + 1 < call.argc
    const found = expiryUnitAt(call, i)
    if (call.argIs(i, 'nx') && (options & (XX | IFEQ)) === 0) options |= NX
    else if (call.argIs(i, 'xx') && (options & (NX | IFEQ)) === 0) options |= XX
    else if (call.argIs(i, 'ifeq') && more && (options & (NX | XX | IFEQ)) === 0) {
      options |= IFEQ
      compareIndex = ++i
    } else if (call.argIs(i, 'get')) options |= GET
    else if (call.argIs(i, 'keepttl') && (options & EXPIRY) === 0) options |= KEEPTTL
    else if (found !== undefined && more && (options & (KEEPTTL | EXPIRY)) === 0) {
      options |= EXPIRY
      unit = found
      expiryIndex = ++i
    } else return call.syntaxError()
  }
  let expiryMs = (options & KEEPTTL) === 0 ? NO_EXPIRY : KEEP_EXPIRY
  if (expiryIndex > 0) {
    expiryMs = readExpiryMs(call, expiryIndex, unit)
    if (Number.isNaN(expiryMs)) return
  }
  setIf(call, options, compareIndex, expiryMs)
}

/** Checks the condition against the old value, then sets. Replies with the old value for GET. */
function setIf(call: Call, options: number, compareIndex: number, expiryMs: number): void {
  const { db, reply: out } = call
  const needsString = (options & (GET | IFEQ)) !== 0
  const address = needsString ? call.lookupWriteString(1) : call.lookupWrite(1)
  if (address === WRONG_TYPE) return
  let met = true
  if ((options & NX) !== 0) met = address === 0
  else if ((options & XX) !== 0) met = address !== 0
  else if ((options & IFEQ) !== 0) met = address !== 0 && equalsArgument(call, address, compareIndex)
  if ((options & GET) !== 0) {
    if (address === 0) out.nil()
    else {
      db.value(address)
      out.bulk(db.valueBuf, db.valueStart, db.valueLength)
    }
  } else if (!met) out.nil()
  if (!met) return
  if (expiryMs !== NO_EXPIRY && expiryMs !== KEEP_EXPIRY && expiryMs <= call.engine.nowMs) {
    // A time in the past: as if it had been set and expired at once.
    if (address !== 0) call.deleteKey(address, 1)
  } else {
    call.putString(address, 1, 2, expiryMs)
    call.changed(EVENT_STRING, 'set', 1)
    if (expiryMs >= 0) call.notify(EVENT_GENERIC, 'expire', 1)
  }
  if ((options & GET) === 0) out.ok()
}

function equalsArgument(call: Call, address: number, index: number): boolean {
  const { db } = call
  if (db.type(address) !== TYPE_STRING) return false
  db.value(address)
  if (db.valueLength !== call.lengths[index]) return false
  const start = call.starts[index]
  for (let i = 0; i < db.valueLength; i++) if (db.valueBuf[db.valueStart + i] !== call.buf[start + i]) return false
  return true
}

