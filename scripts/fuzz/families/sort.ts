/** SORT of lists, sets and sorted sets, with keys that its patterns lead to. */

import type { CommandSpec, Compare, Family } from '../command-spec.ts'
import { sameCount, unordered } from '../comparisons.ts'
import type { Draw } from '../draw.ts'

const KINDS = ['list', 'set', 'zset'] as const
const sorted = (d: Draw): string => d.key(d.pick(KINDS))
const pattern = (d: Draw): string =>
  d.pick(['w_*', 'w_*', 's*', 'h*->f1', 'h*->f2', 'nosuch_*', 'nosort', 'w_*->', '*', '', 'w_', 'w_*->f*'])

const options = (d: Draw): string[][] => [
  d.maybe(0.35, 'BY', pattern(d)),
  d.maybe(0.3, 'LIMIT', d.integer(-1, 5), d.integer(-2, 12)),
  d.chance(0.35) ? d.times(d.few(3), () => ['GET', d.chance(0.4) ? '#' : pattern(d)]).flat() : [],
  d.maybe(0.4, d.pick(['ASC', 'DESC'])),
  d.maybe(0.6, 'ALPHA'),
]

/**
 * Elements that BY makes equal, and those of a set that is not sorted at all, may come in any order; with LIMIT or GET
 * only their number is certain then.
 */
const order: Compare = (ours, peer, asked) => {
  const words = asked.words.map((word) => word.toUpperCase())
  if (!words.includes('BY')) return false
  return words.includes('LIMIT') ? sameCount(ours, peer, asked) : unordered(ours, peer, asked)
}

const settled: CommandSpec['args'] = (d) => {
  // What is stored must be certain: every element once at most, sorted by itself.
  return [sorted(d), ...d.options(['ALPHA'], d.maybe(0.4, 'DESC'), d.maybe(0.3, 'LIMIT', '0', d.integer(-1, 9)))]
}

export const sort: Family = {
  name: 'sort',
  commands: {
    SORT: {
      weight: 40,
      args: (d) => (d.chance(0.3) ? [...settled(d), 'STORE', d.key('list')] : [sorted(d), ...d.options(...options(d))]),
      compare: order,
      // A word replaced by STORE would keep an order that is not certain.
      fragile: true,
    },
    SORT_RO: { weight: 20, args: (d) => [sorted(d), ...d.options(...options(d))], compare: order },
    SET: { weight: 15, args: (d) => [d.key('weight'), d.chance(0.7) ? d.float() : d.value()] },
    HSET: { weight: 8, args: (d) => [d.key('hash'), 'f1', d.float(), 'f2', d.value()] },
    RPUSH: {
      weight: 15,
      args: (d) => [d.key('list'), ...d.times(d.few(6), () => d.pick(['1', '2', '3', 'a', 'b', '5']))],
    },
    SADD: { weight: 10, args: (d) => [d.key('set'), ...d.times(d.few(6), () => d.pick(['1', '2', '3', '5', '4']))] },
    ZADD: {
      weight: 10,
      args: (d) => [d.key('zset'), ...d.times(d.few(5), () => [d.score(), d.pick(['1', '2', '5'])]).flat()],
    },
    DEL: { weight: 6, args: (d) => [sorted(d)] },
  },
}
