import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decode,
  distance,
  encode,
  geohashText,
  hashOf,
  interleave,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  place,
} from './geohash.ts'

/** The definition, a bit at a time. */
function slowScore(longitude: number, latitude: number): bigint {
  let bits = 0n
  let [west, east, south, north] = [-LONGITUDE_MAX, LONGITUDE_MAX, -LATITUDE_MAX, LATITUDE_MAX]
  for (let step = 0; step < 26; step++) {
    const x = (west + east) / 2
    bits = (bits << 1n) | (longitude >= x ? 1n : 0n)
    if (longitude >= x) west = x
    else east = x
    const y = (south + north) / 2
    bits = (bits << 1n) | (latitude >= y ? 1n : 0n)
    if (latitude >= y) south = y
    else north = y
  }
  return bits
}

// Nearer to the upper ends than this the fraction may round to 1, which is the score of the end itself.
const END = 1e-9
const longitudes = fc.double({ min: -LONGITUDE_MAX, max: LONGITUDE_MAX - END, noNaN: true })
const latitudes = fc.double({ min: -LATITUDE_MAX, max: LATITUDE_MAX - END, noNaN: true })

function decoded(score: number): readonly [longitude: number, latitude: number] {
  decode(score)
  return [place.longitude, place.latitude]
}

describe('geohash', () => {
  it('gives the scores that Valkey gives', () => {
    expect(encode(13.361389, 38.115556)).toBe(3479099956230698)
    expect(encode(15.087269, 37.502669)).toBe(3479447370796909)
    expect(encode(-180, -LATITUDE_MAX)).toBe(0)
    expect(encode(180, LATITUDE_MAX)).toBe(13510798882111488)
  })

  it('halves the earth 26 times in turn', () => {
    fc.assert(
      fc.property(longitudes, latitudes, (longitude, latitude) => {
        // A place on the line between two cells may fall to either side by rounding.
        const slow = decoded(Number(slowScore(longitude, latitude)))
        const fast = decoded(encode(longitude, latitude))
        expect(Math.abs(slow[0] - fast[0])).toBeLessThan(6e-6)
        expect(Math.abs(slow[1] - fast[1])).toBeLessThan(3e-6)
        expect(Math.abs(fast[0] - longitude)).toBeLessThan(2.7e-6)
        expect(Math.abs(fast[1] - latitude)).toBeLessThan(1.3e-6)
      }),
      { numRuns: 2000 },
    )
    expect(BigInt(encode(2.5, 48.8))).toBe(slowScore(2.5, 48.8))
  })

  it('reads back the middle of the cell', () => {
    expect(decoded(3479099956230698)).toEqual([13.361389338970184, 38.1155563954963])
    expect(encode(...decoded(3479099956230698))).toBe(3479099956230698)
    expect(decoded(13510798882111488)).toEqual([180, LATITUDE_MAX])
  })

  it('makes of scores that are no geohash what Valkey makes of them', () => {
    const west = -179.99999731779099
    const south = -85.05112751263943
    expect(decoded(-1)).toEqual([180, LATITUDE_MAX])
    expect(decoded(1.5)).toEqual([west, -85.05112497791825])
    expect(decoded(Infinity)).toEqual([west, south])
    expect(decoded(-Infinity)).toEqual([180, south])
    expect(decoded(2 ** 52)).toEqual([west, LATITUDE_MAX])
    expect(hashOf(1.5)).toBe(1n)
    expect(hashOf(-1)).toBe(-1n)
  })

  it('puts the bits of x above those of y', () => {
    expect(interleave(1, 0)).toBe(2)
    expect(interleave(0, 1)).toBe(1)
    expect(interleave(2 ** 26 - 1, 0)).toBe(Number(BigInt(`0b${'10'.repeat(26)}`)))
    expect(interleave(2 ** 26, 2 ** 26)).toBe(3 * 2 ** 52)
  })

  it('has the text of geohash.org, and a last character 0', () => {
    expect(geohashText(encode(13.361389, 38.115556))).toBe('sqc8b49rny0')
    expect(geohashText(encode(-5.6, 42.6))).toBe('ezs42e44yx0')
    expect(geohashText(encode(180, LATITUDE_MAX))).toBe('bp05b5048p0')
  })

  it('measures along great circles, and exactly along meridians', () => {
    expect(distance(...decoded(3479099956230698), ...decoded(3479447370796909))).toBeCloseTo(166274.1516, 4)
    expect(distance(10, 20, 10, 20)).toBe(0)
    expect(distance(10, 0, 10, 90)).toBe((6372797.560856 * Math.PI) / 2)
    expect(distance(-179, 0, 179, 0)).toBeCloseTo(distance(0, 0, 2, 0), 4)
  })
})
