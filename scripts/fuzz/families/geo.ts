/** Geo. */

import type { CommandSpec, Compare, Family } from '../command-spec.ts'
import { sameCount, unordered } from '../comparisons.ts'
import type { Draw } from '../draw.ts'

const key = (d: Draw): string[] => [d.key('geo')]
const PLACES = ['Palermo', 'Catania', 'Rome', 'Oslo', 'Quito', 'Suva', 'Nome', 'Vostok', 'origin', 'a', 'b', 'c']
const place = (d: Draw): string => (d.chance(0.95) ? d.pick(PLACES) : d.member())
/** Never exactly 180, whose hash Valkey puts where its searches do not look. Around one place, where searches find much, or anywhere. */
const longitude = (d: Draw): string => {
  if (d.chance(0.03)) return d.pick(['-180', '180.0001', '-181', 'nan', 'inf', 'x', '', '1e400'])
  return d.chance(0.6) ? (15 + d.below(100_000) / 50_000).toString() : String(d.between(-180, 179))
}
const latitude = (d: Draw): string => {
  if (d.chance(0.03)) return d.pick(['-85.05112878', '85.06', '-86', 'nan', 'x', ''])
  return d.chance(0.6) ? (37 + d.below(100_000) / 50_000).toString() : String(d.between(-85, 85))
}
const point = (d: Draw): string[] => [longitude(d), latitude(d)]
const unit = (d: Draw): string => (d.chance(0.98) ? d.pick(['m', 'km', 'ft', 'mi', 'KM']) : d.pick(['', 'x', 'kmx']))
const reach = (d: Draw): string => {
  if (d.chance(0.03)) return d.pick(['-1', 'nan', 'inf', 'x', '', '0', '1e30'])
  return d.pick(['1', '10', '50', '100.5', '200', '1000', '5000', '30000'])
}

const count = (d: Draw): string[] => d.maybe(0.35, 'COUNT', d.integer(0, 6), ...d.maybe(0.3, 'ANY'))
const order = (d: Draw): string[] => d.maybe(0.5, d.pick(['ASC', 'DESC']))
const flags = (d: Draw): string[][] => [d.maybe(0.3, 'WITHCOORD'), d.maybe(0.3, 'WITHDIST'), d.maybe(0.2, 'WITHHASH')]

function shape(d: Draw): string[] {
  const x = d.below(10)
  if (x < 5) return ['BYRADIUS', reach(d), unit(d)]
  if (x < 8) return ['BYBOX', reach(d), reach(d), unit(d)]
  const corners = d.between(3, 6)
  const told = d.chance(0.95) ? String(corners) : d.integer(0, 7)
  return ['BYPOLYGON', told, ...d.times(corners, () => point(d)).flat()]
}

function search(d: Draw): string[][] {
  const byPolygon = shape(d)
  const from = d.chance(0.5) ? ['FROMMEMBER', place(d)] : ['FROMLONLAT', ...point(d)]
  // A polygon has its centre itself.
  return [byPolygon[0] === 'BYPOLYGON' && d.chance(0.95) ? [] : from, byPolygon, count(d), order(d)]
}

/** Without an order anything goes, and with ANY it may be any of those that fit. */
const found: Compare = (ours, peer, asked) => {
  const words = asked.words.map((word) => word.toUpperCase())
  if (words.includes('ANY')) return sameCount(ours, peer, asked)
  return !words.includes('COUNT') && unordered(ours, peer, asked)
}

/** ANY takes whatever comes first: it would leave different elements in the destination. */
const withoutAny = (words: readonly string[]): string[] => words.filter((word) => word !== 'ANY')

/**
 * Accepted: the last digit of a distance, for which JavaScript's sines are not the C library's. What STOREDIST made is
 * deleted again.
 */
const withoutDistances: CommandSpec['settle'] = (words) => {
  const upper = words.map((word) => word.toUpperCase())
  const at = upper.lastIndexOf('STOREDIST')
  if (at < 0) return undefined
  const destination = upper[0] === 'GEOSEARCHSTORE' ? words[1] : words[at + 1]
  return (ours) => (ours.type === ':' && destination !== undefined ? [['DEL', destination]] : [])
}

const radius = (store: boolean, from: (d: Draw) => string[]): CommandSpec => ({
  weight: 6,
  args: (d) => {
    const stored = store && d.chance(0.3) ? [d.pick(['STORE', 'STOREDIST']), d.key('geo')] : []
    const options = [...from(d), reach(d), unit(d), ...d.options(...flags(d), count(d), order(d), stored)]
    return stored.length > 0 ? withoutAny(options) : options
  },
  compare: found,
  settle: withoutDistances,
})

export const geo: Family = {
  name: 'geo',
  settings: { 'zset-max-listpack-entries': ['0', '4', '128'] },
  commands: {
    GEOADD: {
      weight: 50,
      args: (d) => [
        ...key(d),
        ...d.options(d.maybe(0.15, d.pick(['NX', 'XX'])), d.maybe(0.2, 'CH')),
        ...d.times(d.few(6), () => [...point(d), place(d)]).flat(),
      ],
    },
    GEODIST: { args: (d) => [...key(d), place(d), place(d), ...d.maybe(0.6, unit(d))] },
    GEOHASH: { args: (d) => [...key(d), ...d.times(d.below(5), () => place(d))] },
    GEOPOS: { args: (d) => [...key(d), ...d.times(d.below(5), () => place(d))] },
    GEORADIUS: radius(true, (d) => [...key(d), ...point(d)]),
    GEORADIUS_RO: radius(false, (d) => [...key(d), ...point(d)]),
    GEORADIUSBYMEMBER: radius(true, (d) => [...key(d), place(d)]),
    GEORADIUSBYMEMBER_RO: radius(false, (d) => [...key(d), place(d)]),
    GEOSEARCH: { weight: 25, args: (d) => [...key(d), ...d.options(...search(d), ...flags(d))], compare: found },
    GEOSEARCHSTORE: {
      weight: 8,
      args: (d) => withoutAny([...key(d), ...key(d), ...d.options(...search(d), d.maybe(0.4, 'STOREDIST'))]),
      settle: withoutDistances,
    },
    ZREM: { weight: 10, args: (d) => [...key(d), ...d.times(d.few(3), () => place(d))] },
    ZRANGE: { weight: 5, args: (d) => [...key(d), '0', '-1', 'WITHSCORES'] },
  },
}
