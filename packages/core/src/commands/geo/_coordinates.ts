/** Longitudes, latitudes, distances and units, as arguments and in replies. */

import { arg, reply } from '@kvasir/module-api'
import type { ReplyWriter } from '@kvasir/protocol'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { parseScore } from '../../structures/double.ts'
import { LATITUDE_MAX, LONGITUDE_MAX } from '../../structures/geohash.ts'

/** Digits behind the point of a distance, and of a coordinate. */
const DISTANCE_SCALE = 10_000
const COORDINATE_DIGITS = 17

export const unitArgument = () =>
  arg.oneOf({ m: arg.token('m'), km: arg.token('km'), ft: arg.token('ft'), mi: arg.token('mi') })

export const placeReply = reply.array([reply.number('the longitude'), reply.number('the latitude')])

/** A number, or NaN. */
export function numberArgument(call: Call, index: number): number {
  return parseScore(call.buf, call.starts[index], call.lengths[index])
}

/** Metres of the unit at `index`. @returns 0 after the error */
export function readUnit(call: Call, index: number): number {
  if (call.argIs(index, 'm')) return 1
  if (call.argIs(index, 'km')) return 1000
  if (call.argIs(index, 'ft')) return 0.3048
  if (call.argIs(index, 'mi')) return 1609.34
  call.reply.error('ERR unsupported unit provided. please use M, KM, FT, MI')
  return 0
}

/** What `readPlace` read. */
export const given = { longitude: 0, latitude: 0 }

/** Reads the longitude at `index` and the latitude behind it. @returns false after the error */
export function readPlace(call: Call, index: number): boolean {
  const longitude = numberArgument(call, index)
  const latitude = Number.isNaN(longitude) ? longitude : numberArgument(call, index + 1)
  if (Number.isNaN(latitude)) {
    call.reply.error(ERRORS.notFloat)
    return false
  }
  if (Math.abs(longitude) > LONGITUDE_MAX || Math.abs(latitude) > LATITUDE_MAX) {
    call.reply.error(`ERR invalid longitude,latitude pair ${sixDigits(longitude)},${sixDigits(latitude)}`)
    return false
  }
  given.longitude = longitude
  given.latitude = latitude
  return true
}

/** As C's `%f`. */
function sixDigits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.000000`
  return Object.is(value, -0) ? '-0.000000' : value.toFixed(6)
}

/** Answers with a distance: four digits behind the point, a string in either protocol. */
export function replyDistance(out: ReplyWriter, value: number): void {
  const scaled = Math.round(value * DISTANCE_SCALE)
  const whole = Math.floor(scaled / DISTANCE_SCALE)
  out.bulkString(`${whole}.${String(scaled % DISTANCE_SCALE).padStart(4, '0')}`)
}

/** Answers with a pair of coordinates: numbers in RESP3, with digits that no other reply has. */
export function replyPlace(out: ReplyWriter, longitude: number, latitude: number): void {
  out.array(2)
  replyCoordinate(out, longitude)
  replyCoordinate(out, latitude)
}

function replyCoordinate(out: ReplyWriter, degrees: number): void {
  const text = degrees.toFixed(COORDINATE_DIGITS).replace(/\.?0+$/, '')
  if (out.resp === 3) out.raw(fromLatin1(`,${text}\r\n`))
  else out.bulkString(text)
}
