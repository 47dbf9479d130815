/**
 * Geo. What a search finds among scores that are no places is not defined: no other family writes to these keys, and no
 * wrong word takes the place of a key.
 */

import type { Asked, CommandSpec, Compare, Family } from '../command-spec.ts'
import { sameCount, unordered } from '../comparisons.ts'
import type { Draw } from '../draw.ts'
import { type Reply, written } from '../reply.ts'

const KEYS = ['g1', 'g2', 'g3']
const key = (d: Draw): string[] => [d.chance(0.95) ? d.pick(KEYS) : d.pick(['no places', 'nowhere'])]
/** To be asked for single members, which have a place whatever their scores are. */
const anyKey = (d: Draw): string[] => (d.chance(0.9) ? key(d) : [d.anyKey()])
/** Options with a wrong word now and then. */
function mistaken(d: Draw, words: string[]): string[] {
  return d.chance(0.02) && words.length > 0 ? words.with(d.below(words.length), d.wrongWord()) : words
}
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
  return polygon(d)
}

/** Around one place: of polygons that span half the earth Valkey finds nothing, not even what is in the middle. */
function polygon(d: Draw): string[] {
  const corners = d.between(3, 6)
  const told = d.chance(0.95) ? String(corners) : d.integer(0, 7)
  const [x, y] = d.chance(0.7) ? [15, 38] : [d.between(-160, 160), d.between(-60, 60)]
  const degrees = d.pick([0.5, 3, 10])
  const near = (middle: number): string =>
    d.chance(0.005) ? d.pick(['nan', 'x', '', '181']) : (middle + (d.below(100_000) / 50_000 - 1) * degrees).toFixed(5)
  return ['BYPOLYGON', told, ...d.times(corners, () => [near(x), near(y)]).flat()]
}

function search(d: Draw): string[][] {
  const byPolygon = shape(d)
  const from = d.chance(0.5) ? ['FROMMEMBER', place(d)] : ['FROMLONLAT', ...point(d)]
  // A polygon has its centre itself.
  return [byPolygon[0] === 'BYPOLYGON' && d.chance(0.95) ? [] : from, byPolygon, count(d), order(d)]
}

const isOrdered = (upper: readonly string[]): boolean =>
  !upper.includes('ANY') && ['COUNT', 'ASC', 'DESC'].some((word) => upper.includes(word))

/** Without an order anything goes, and with ANY it may be any of those that fit. */
const found: Compare = (ours, peer, asked) => {
  const upper = asked.words.map((word) => word.toUpperCase())
  if (isOrdered(upper)) return sameDistances(ours, peer, asked)
  return upper.includes('ANY') ? sameCount(ours, peer, asked) : unordered(ours, peer, asked)
}

/** Where an order matters: the same search for everything, with distances. */
const distances: CommandSpec['before'] = (words) => {
  const upper = words.map((word) => word.toUpperCase())
  const [name = ''] = upper
  if (!isOrdered(upper) || upper.some((word) => word.startsWith('STORE'))) return undefined
  const count = upper.indexOf('COUNT')
  const all = words.slice(1).filter((_, i) => count < 0 || (i + 1 !== count && i !== count))
  return [name.replace(/(GEORADIUS|BYMEMBER)$/, '$1_RO'), ...all, 'WITHDIST']
}

/** Places of the same distance may come in any order, and COUNT may take any of them. */
function sameDistances(ours: Reply, peer: Reply, asked: Asked): boolean {
  if (!sameCount(ours, peer, asked)) return false
  if (asked.before === undefined) return true
  const nameOf = (match: Reply): string => (match.items?.[0] ?? match).text
  const metres = new Map((asked.before.items ?? []).map((match) => [nameOf(match), match.items?.[1]?.text]))
  const theirs = peer.items ?? []
  const told = new Map(theirs.map((match) => [nameOf(match), written(match)]))
  const names = (ours.items ?? []).map(nameOf)
  return (
    new Set(names).size === names.length &&
    (ours.items ?? []).every((match, i) => {
      const away = metres.get(nameOf(match))
      const isSame = (told.get(nameOf(match)) ?? written(match)) === written(match)
      return isSame && away !== undefined && away === metres.get(nameOf(theirs[i] as Reply))
    })
  )
}

/** ANY takes whatever comes first: it would leave different elements in the destination. */
const withoutAny = (words: readonly string[]): string[] => words.filter((word) => word !== 'ANY')

/**
 * Accepted: the last digit of a distance, for which JavaScript's sines are not the C library's. What STOREDIST made is
 * deleted again, and what COUNT took, which may be others of the same distance.
 */
const withoutDistances: CommandSpec['settle'] = (words) => {
  const upper = words.map((word) => word.toUpperCase())
  const at = Math.max(upper.lastIndexOf('STOREDIST'), upper.lastIndexOf('STORE'))
  const isSearch = upper[0] === 'GEOSEARCHSTORE'
  if (upper.includes('STOREDIST') ? false : !upper.includes('COUNT') || (at < 0 && !isSearch)) return undefined
  const destination = isSearch ? words[1] : words[at + 1]
  return (ours) => (ours.type === ':' && destination !== undefined ? [['DEL', destination]] : [])
}

const radius = (store: boolean, from: (d: Draw) => string[]): CommandSpec => ({
  weight: 6,
  args: (d) => {
    const stored = store && d.chance(0.3) ? [d.pick(['STORE', 'STOREDIST']), ...key(d)] : []
    const search = mistaken(d, [reach(d), unit(d), ...d.options(...flags(d), count(d), order(d), stored)])
    const options = [...from(d), ...search]
    return stored.length > 0 ? withoutAny(options) : options
  },
  before: distances,
  compare: found,
  settle: withoutDistances,
  fragile: true,
})

export const geo: Family = {
  name: 'geo',
  settings: { 'zset-max-listpack-entries': ['0', '4', '128'] },
  commands: {
    GEOADD: {
      weight: 50,
      args: (d) => [
        ...key(d),
        ...mistaken(d, d.options(d.maybe(0.15, d.pick(['NX', 'XX'])), d.maybe(0.2, 'CH'))),
        ...d.times(d.few(6), () => [...point(d), place(d)]).flat(),
      ],
      fragile: true,
    },
    GEODIST: { args: (d) => [...anyKey(d), place(d), place(d), ...d.maybe(0.6, unit(d))] },
    GEOHASH: { args: (d) => [...anyKey(d), ...d.times(d.below(5), () => place(d))] },
    GEOPOS: { args: (d) => [...anyKey(d), ...d.times(d.below(5), () => place(d))] },
    GEORADIUS: radius(true, (d) => [...key(d), ...point(d)]),
    GEORADIUS_RO: radius(false, (d) => [...key(d), ...point(d)]),
    GEORADIUSBYMEMBER: radius(true, (d) => [...key(d), place(d)]),
    GEORADIUSBYMEMBER_RO: radius(false, (d) => [...key(d), place(d)]),
    GEOSEARCH: {
      weight: 25,
      args: (d) => [...key(d), ...mistaken(d, d.options(...search(d), ...flags(d)))],
      before: distances,
      compare: found,
      fragile: true,
    },
    GEOSEARCHSTORE: {
      weight: 8,
      args: (d) => {
        const options = mistaken(d, d.options(...search(d), d.maybe(0.4, 'STOREDIST')))
        return withoutAny([...key(d), ...key(d), ...options])
      },
      settle: withoutDistances,
      fragile: true,
    },
    ZREM: { weight: 10, args: (d) => [...key(d), ...d.times(d.few(3), () => place(d))] },
    ZRANGE: { weight: 5, args: (d) => [...key(d), '0', '-1', 'WITHSCORES'] },
    COPY: { weight: 2, args: (d) => [...key(d), ...key(d), ...d.maybe(0.5, 'REPLACE')], fragile: true },
    RENAME: { weight: 2, args: (d) => [...key(d), ...key(d)], fragile: true },
    DEL: { weight: 3, args: key },
    SET: { weight: 1, args: () => ['no places', 'v'], fragile: true },
  },
}
