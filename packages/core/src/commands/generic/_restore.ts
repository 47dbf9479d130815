/** RESTORE and RESTORE-ASKING. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { lfuClock, lruClock } from '../../keyspace/eviction.ts'
import { payloadVersion, readPayload } from '../../keyspace/rdb/payload.ts'
import type { RdbValue } from '../../keyspace/rdb/rdb-value.ts'
import { isReadableVersion } from '../../keyspace/rdb/value-types.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { RdbError } from '../../structures/rdb-reader.ts'
import { TIME_MAX_MS } from '../../structures/timer-wheel.ts'

export const restoreArguments = {
  key: arg.key({ access: 'OW', flags: ['update'] }),
  ttl: arg.integer(),
  serializedValue: arg.string(),
  replace: arg.flag('REPLACE', { since: '3.0.0' }),
  absttl: arg.flag('ABSTTL', { since: '5.0.0' }),
  seconds: arg.optional(arg.after('IDLETIME', arg.integer({ since: '5.0.0' }))),
  frequency: arg.optional(arg.after('FREQ', arg.integer({ since: '5.0.0' }))),
}

const KEY = 1
const TTL = 2
const PAYLOAD = 3
const FREQ_MAX = 255n

interface Options {
  replace: boolean
  isAbsolute: boolean
  idleSeconds: bigint | undefined
  frequency: bigint | undefined
}

/** What is wrong, in the order in which Valkey looks: options, the key, its time, the payload. */
export function restore(call: Call): void {
  const { db, engine, reply, buf, starts, lengths } = call
  const options = readOptions(call)
  if (options === undefined) return
  if (call.lookupWrite(KEY) !== 0 && !options.replace) {
    return reply.error('BUSYKEY Target key name already exists.')
  }
  const expiryMs = readExpiry(call, options.isAbsolute)
  if (Number.isNaN(expiryMs)) return
  const value = readValue(call)
  if (value === undefined) return
  const address = call.lookupAgain(KEY)
  if (expiryMs !== NO_EXPIRY && expiryMs <= engine.nowMs) {
    if (!(value.content instanceof Uint8Array)) value.content.free?.()
    if (address !== 0) call.deleteKey(address, KEY)
    return reply.ok()
  }
  const to = db.putValue(address, buf, starts[KEY], lengths[KEY], { ...value, expiryMs })
  db.setAccessClock(to, accessClock(call, options))
  call.created(KEY)
  call.changed(EVENT_GENERIC, 'restore', KEY)
  reply.ok()
}

/** @returns undefined after the error */
function readOptions(call: Call): Options | undefined {
  const options: Options = { replace: false, isAbsolute: false, idleSeconds: undefined, frequency: undefined }
  for (let i = PAYLOAD + 1; i < call.argc; i++) {
    const hasWord = i + 1 < call.argc
    if (call.argIs(i, 'replace')) options.replace = true
    else if (call.argIs(i, 'absttl')) options.isAbsolute = true
    else if (call.argIs(i, 'idletime') && hasWord && options.frequency === undefined) {
      options.idleSeconds = call.argInt64(++i)
      if (options.idleSeconds === undefined) return call.refuse(ERRORS.notInteger)
      if (options.idleSeconds < 0n) return call.refuse('ERR Invalid IDLETIME value, must be >= 0')
    } else if (call.argIs(i, 'freq') && hasWord && options.idleSeconds === undefined) {
      options.frequency = call.argInt64(++i)
      if (options.frequency === undefined) return call.refuse(ERRORS.notInteger)
      if (options.frequency < 0n || options.frequency > FREQ_MAX) {
        return call.refuse('ERR Invalid FREQ value, must be >= 0 and <= 255')
      }
    } else return call.syntaxError()
  }
  return options
}

/** Milliseconds since 1970, or NO_EXPIRY; NaN after the error. A time beyond 64 bits is over, as in Valkey. */
function readExpiry(call: Call, isAbsolute: boolean): number {
  const ttl = call.argInt64(TTL)
  if (ttl === undefined || ttl < 0n) {
    call.reply.error(ttl === undefined ? ERRORS.notInteger : 'ERR Invalid TTL value, must be >= 0')
    return Number.NaN
  }
  if (ttl === 0n) return NO_EXPIRY
  const expiry = isAbsolute ? ttl : ttl + BigInt(call.engine.nowMs)
  return expiry > INT64_MAX ? 0 : Math.min(TIME_MAX_MS, Number(expiry))
}

/** The value in the payload, in no entry yet. @returns undefined after the error */
function readValue(call: Call): RdbValue | undefined {
  const { db, engine, buf } = call
  const start = call.starts[PAYLOAD]
  const length = call.lengths[PAYLOAD]
  const version = payloadVersion(buf, start, length, engine.skipsChecksums)
  const isStrict = engine.config.parameter('rdb-version-check').value === 'strict'
  if (version < 0 || (isStrict && !isReadableVersion(version))) {
    return call.refuse('ERR DUMP payload version or checksum are wrong')
  }
  try {
    return readPayload(buf, start, length, {
      db,
      version,
      dropsExpiredBeforeMs: Number.NEGATIVE_INFINITY,
      dataType: (name) => engine.modules.dataType(name),
    })
  } catch (error) {
    if (!(error instanceof RdbError)) throw error
    engine.log('warning', `RESTORE: ${error.message}`)
    return call.refuse('ERR Bad data format')
  }
}

function accessClock(call: Call, { idleSeconds, frequency }: Options): number {
  const { eviction, nowMs } = call.engine
  if (eviction.usesLfu) return frequency === undefined ? call.engine.accessClock : lfuClock(nowMs, Number(frequency))
  if (idleSeconds === undefined) return call.engine.accessClock
  return (lruClock(nowMs) - Number(idleSeconds & 0xffffffn)) & 0xffffff
}
