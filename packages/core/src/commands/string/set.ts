import { arg, type CommandWords, type FoundKey, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_GENERIC, EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { comparisonMet, MALFORMED_DIGEST, malformedDigest } from './_comparison.ts'
import { expiryArguments } from './_expiry-options.ts'
import { replyOldValue } from './_old-value.ts'
import { COMPARISONS, EXPIRY, GET, KEEPTTL, NX, readSetOptions, XX } from './_set-options.ts'

export default defineCoreCommand({
  name: 'SET',
  summary: 'Sets the string value of a key, ignoring its type. The key is created if it does not exist.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1); IFDEQ and IFDNE: O(N) where N is the length of the value before',
  flags: ['write', 'denyoom'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update', 'variable_flags'] }),
    value: arg.string(),
    condition: arg.optional(
      arg.oneOf({
        nx: arg.token('NX', { since: '2.6.12' }),
        xx: arg.token('XX', { since: '2.6.12' }),
        comparisonValue: arg.after('IFEQ', arg.string({ since: '8.1.0', docsName: 'comparison-value' })),
        ifneValue: arg.after('IFNE', arg.string({ since: '8.4.0' })),
        ifdeqDigest: arg.after('IFDEQ', arg.string({ since: '8.4.0' })),
        ifdneDigest: arg.after('IFDNE', arg.string({ since: '8.4.0' })),
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
  findKeys: (words) => [readsKey(words) ? READ_AND_WRITTEN : OVERWRITTEN],
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

const OVERWRITTEN: FoundKey = { index: 1, access: 'OW', flags: ['update'] }
const READ_AND_WRITTEN: FoundKey = { index: 1, access: 'RW', flags: ['access', 'update'] }

/** Whether a call looks at the value before. */
function readsKey(words: CommandWords): boolean {
  for (let i = 3; i < words.argc; i++) if (READING_OPTIONS.some((option) => words.is(i, option))) return true
  return false
}

const READING_OPTIONS = ['get', 'ifeq', 'ifne', 'ifdeq', 'ifdne'] as const

function setPlain(call: Call): void {
  const address = call.lookupWrite(1)
  call.putString(address, 1, 2, NO_EXPIRY)
  call.changed(EVENT_STRING, 'set', 1)
  call.reply.ok()
}

function setWithOptions(call: Call): void {
  const options = readSetOptions(call, 3, NX | XX | COMPARISONS | GET | KEEPTTL | EXPIRY)
  if (options === undefined) return
  const { given, compareIndex, expiryMs } = options
  // Ahead of GET, which replies.
  if (malformedDigest(call, given, compareIndex) && refuseDigest(call)) return
  const address = (given & GET) !== 0 ? replyOldValue(call) : lookup(call, given)
  if (address === WRONG_TYPE) return
  const met = conditionMet(call, address, given, compareIndex)
  if (met) setUntil(call, address, expiryMs)
  if ((given & GET) !== 0) return
  if (met) call.reply.ok()
  else call.reply.nil()
}

/** Answers the error when there is a digest to compare with: a missing key has none, whatever was asked for. */
function refuseDigest(call: Call): boolean {
  const address = call.lookupWriteString(1)
  if (address !== 0 && address !== WRONG_TYPE) call.reply.error(MALFORMED_DIGEST)
  return address !== 0
}

/** Only a comparison needs a string; otherwise the old value's type does not matter. */
function lookup(call: Call, given: number): number {
  return (given & COMPARISONS) !== 0 ? call.lookupWriteString(1) : call.lookupWrite(1)
}

function conditionMet(call: Call, address: number, given: number, compareIndex: number): boolean {
  if ((given & NX) !== 0) return address === 0
  if ((given & XX) !== 0) return address !== 0
  if ((given & COMPARISONS) !== 0) return comparisonMet(call, address, given, compareIndex)
  return true
}

function setUntil(call: Call, address: number, expiryMs: number): void {
  if (expiryMs >= 0 && call.isOver(expiryMs)) {
    // A time in the past: the key expires at once, and is not even made when it was missing.
    if (address !== 0) call.expireKey(address, 1)
    return
  }
  call.putString(address, 1, 2, expiryMs)
  call.changed(EVENT_STRING, 'set', 1)
  if (expiryMs >= 0) call.notify(EVENT_GENERIC, 'expire', 1)
}
