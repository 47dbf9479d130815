import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_GENERIC, EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { expiryArguments } from './_expiry-options.ts'
import { replyOldValue, valueEquals } from './_old-value.ts'
import { EXPIRY, GET, IFEQ, KEEPTTL, NX, readSetOptions, XX } from './_set-options.ts'

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
      arg.oneOf({
        seconds: { ...expiryArguments.seconds, since: '2.6.12' },
        milliseconds: { ...expiryArguments.milliseconds, since: '2.6.12' },
        unixTimeSeconds: { ...expiryArguments.unixTimeSeconds, since: '6.2.0' },
        unixTimeMilliseconds: { ...expiryArguments.unixTimeMilliseconds, since: '6.2.0' },
        keepttl: arg.token('KEEPTTL', { since: '6.0.0' }),
      }),
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
  const options = readSetOptions(call, 3, NX | XX | IFEQ | GET | KEEPTTL | EXPIRY)
  if (options === undefined) return
  const { given, compareIndex, expiryMs } = options
  const address = (given & GET) !== 0 ? replyOldValue(call) : lookup(call, given)
  if (address === WRONG_TYPE) return
  const met = conditionMet(call, address, given, compareIndex)
  if (met) setUntil(call, address, expiryMs)
  if ((given & GET) !== 0) return
  if (met) call.reply.ok()
  else call.reply.nil()
}

/** Only a comparison needs a string; otherwise the old value's type does not matter. */
function lookup(call: Call, given: number): number {
  return (given & IFEQ) !== 0 ? call.lookupWriteString(1) : call.lookupWrite(1)
}

function conditionMet(call: Call, address: number, given: number, compareIndex: number): boolean {
  if ((given & NX) !== 0) return address === 0
  if ((given & XX) !== 0) return address !== 0
  if ((given & IFEQ) !== 0) return address !== 0 && valueEquals(call, address, compareIndex)
  return true
}

function setUntil(call: Call, address: number, expiryMs: number): void {
  if (expiryMs >= 0 && expiryMs <= call.engine.nowMs) {
    // A time in the past: the key expires at once, and is not even made when it was missing.
    if (address !== 0) call.expireKey(address, 1)
    return
  }
  call.putString(address, 1, 2, expiryMs)
  call.changed(EVENT_STRING, 'set', 1)
  if (expiryMs >= 0) call.notify(EVENT_GENERIC, 'expire', 1)
}
