/**
 * Geohash: a place on the earth as a number of 52 bits, which a sorted set keeps as the score.
 *
 *     bits 51, 49 ... 1    longitude, -180 to 180 degrees, as a fraction of 2^26
 *     bits 50, 48 ... 0    latitude, -85.05112878 to 85.05112878 degrees (those of the Mercator map), likewise
 *
 * The first 2s bits name one of the cells that s halvings of both sides make; its places are the scores of one range.
 * A place stands for the middle of its cell of 26 halvings, 0.6 metres wide. The upper ends themselves, 180 degrees and
 * 85.05112878, make a bit more than there are, as in Redis: such scores lie behind all cells.
 *
 * The text of 11 characters has latitudes from -90 to 90 instead, and 50 bits, the last character being 0.
 *
 * Source: Redis's documentation of GEOADD and GEOHASH; G. Niemeyer's geohash.org.
 */

export const LONGITUDE_MAX = 180
export const LATITUDE_MAX = 85.05112878
export const STEPS_MAX = 26
/** In metres, as Redis has it. */
export const EARTH_RADIUS = 6372797.560856

const CELLS = 2 ** STEPS_MAX
const TWO_32 = 2 ** 32
const TWO_63 = 2n ** 63n
/** One degree. */
export const RADIANS = Math.PI / 180
const TEXT_LATITUDE_MAX = 90
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'
const TEXT_CHARACTERS = 11

/** What `decode` found. */
export const place = { longitude: 0, latitude: 0 }

/** The score of a place that is on the map. */
export function encode(longitude: number, latitude: number): number {
  return interleave(cellOf(longitude, LONGITUDE_MAX), cellOf(latitude, LATITUDE_MAX))
}

/** Number of the cell of 26 halvings that a coordinate from -max to max lies in. */
function cellOf(degrees: number, max: number): number {
  return Math.trunc(((degrees + max) / (2 * max)) * CELLS)
}

/** Two numbers of up to 27 bits as one, the bits of `x` above those of `y`. */
export function interleave(x: number, y: number): number {
  const low = (spread(x) << 1) | spread(y)
  const high = (spread(x >>> 16) << 1) | spread(y >>> 16)
  return (high >>> 0) * TWO_32 + (low >>> 0)
}

/** Lets `place` be that of a score; any other number is what Redis on x86-64 makes of it as an unsigned 64-bit one. */
export function decode(score: number): void {
  let high: number
  let low: number
  if (score >= 0 && score <= Number.MAX_SAFE_INTEGER) {
    high = (score / TWO_32) >>> 0
    low = score >>> 0
  } else {
    const bits = unsigned64(score)
    high = Number(bits >> 32n)
    low = Number(bits & 0xffffffffn)
  }
  place.longitude = middleOf((gather(high >>> 1) * 65536 + gather(low >>> 1)) >>> 0, LONGITUDE_MAX)
  place.latitude = middleOf((gather(high) * 65536 + gather(low)) >>> 0, LATITUDE_MAX)
}

function unsigned64(score: number): bigint {
  if (score >= 2 ** 64) return 0n
  return score < -(2 ** 63) ? TWO_63 : BigInt.asUintN(64, BigInt(Math.trunc(score)))
}

/** The score as the whole number that Redis reports. */
export function hashOf(score: number): bigint {
  return BigInt.asIntN(64, unsigned64(score))
}

function middleOf(cell: number, max: number): number {
  const low = -max + (cell / CELLS) * (2 * max)
  const high = -max + ((cell + 1) / CELLS) * (2 * max)
  return Math.min(max, Math.max(-max, (low + high) / 2))
}

/** Puts the lower 16 bits at the even positions. */
function spread(bits: number): number {
  let x = bits & 0xffff
  x = (x | (x << 8)) & 0x00ff00ff
  x = (x | (x << 4)) & 0x0f0f0f0f
  x = (x | (x << 2)) & 0x33333333
  return (x | (x << 1)) & 0x55555555
}

/** The reverse of `spread`. */
function gather(bits: number): number {
  let x = bits & 0x55555555
  x = (x | (x >>> 1)) & 0x33333333
  x = (x | (x >>> 2)) & 0x0f0f0f0f
  x = (x | (x >>> 4)) & 0x00ff00ff
  return (x | (x >>> 8)) & 0xffff
}

/** The text for the place of a score. */
export function geohashText(score: number): string {
  decode(score)
  const x = cellOf(place.longitude, LONGITUDE_MAX)
  const y = cellOf(place.latitude, TEXT_LATITUDE_MAX)
  let text = ''
  for (let at = 0; at < TEXT_CHARACTERS - 1; at++) {
    let digit = 0
    for (let bit = 5 * at; bit < 5 * at + 5; bit++) {
      const half = STEPS_MAX - 1 - (bit >>> 1)
      digit = digit * 2 + ((((bit & 1) === 0 ? x : y) >>> half) & 1)
    }
    text += ALPHABET[digit]
  }
  return `${text}0`
}

/** Metres between two places along a great circle, by the haversine formula. */
export function distance(longitudeA: number, latitudeA: number, longitudeB: number, latitudeB: number): number {
  const v = Math.sin((longitudeB * RADIANS - longitudeA * RADIANS) / 2)
  // Exact where the formula would round.
  if (v === 0) return latitudeDistance(latitudeA, latitudeB)
  const a = latitudeA * RADIANS
  const b = latitudeB * RADIANS
  const u = Math.sin((b - a) / 2)
  return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(u * u + Math.cos(a) * Math.cos(b) * v * v))
}

/** Metres between two latitudes along a meridian. */
export function latitudeDistance(a: number, b: number): number {
  return EARTH_RADIUS * Math.abs(b * RADIANS - a * RADIANS)
}
