/** SORT of lists, sets and sorted sets, with keys that its patterns lead to. */

import type { CommandSpec, Compare, Family } from '../command-spec.ts'
import { sameCount, unordered } from '../comparisons.ts'
import type { Draw } from '../draw.ts'
import { texts } from '../reply.ts'

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
 * only their number is certain then. Accepted: ALPHA compares whole elements here, and in Valkey only what is in front
 * of a zero byte.
 */
const order: Compare = (ours, peer, asked) => {
  const words = asked.words.map((word) => word.toUpperCase())
  const elements = asked.before === undefined ? [...texts(ours), ...texts(peer)] : texts(asked.before)
  const isCut = words.includes('ALPHA') && elements.some((element) => element.includes('\0'))
  if (!words.includes('BY') && !isCut) return false
  return words.includes('LIMIT') || (isCut && words.includes('GET'))
    ? sameCount(ours, peer, asked)
    : unordered(ours, peer, asked)
}

/** Keys that no other family writes to: elements without zero bytes. */
const PLAIN_LISTS = ['plain_list']
const PLAIN_SETS = ['plain_set', 'plain_set2']
const PLAIN_ZSETS = ['plain_zset']
const PLAIN = [...PLAIN_LISTS, ...PLAIN_SETS, ...PLAIN_ZSETS]
const plainElements = (d: Draw): string[] =>
  d.times(d.few(6), () => d.pick(['1', '2', '10', '-3.5', '1e1', 'a', 'B', '\xff', 'ab', '', `m${d.below(200)}`]))

/** What is stored must be certain: elements sorted by themselves. */
const settled: CommandSpec['args'] = (d) => {
  const rest = d.options(d.maybe(0.4, 'DESC'), d.maybe(0.3, 'LIMIT', '0', d.integer(-1, 9)))
  return d.chance(0.6) ? [d.pick(PLAIN), 'ALPHA', ...rest] : [sorted(d), ...rest]
}

/**
 * Valkey makes a skip list of a sorted set that it sorts, for good; here it stays as it is, since nothing that only reads
 * should take memory. So it is made one before, on both servers.
 */
const enlarge: CommandSpec['ahead'] = ([, key]) =>
  key === undefined ? [] : [['ZADD', key, 'XX', '1', 'x'.repeat(300)]]
const elementsOf: CommandSpec['before'] = ([, key]) =>
  key === undefined ? undefined : ['SORT_RO', key, 'BY', 'nosort']
const sorting = { ahead: enlarge, before: elementsOf, compare: order }

export const sort: Family = {
  name: 'sort',
  commands: {
    SORT: {
      weight: 40,
      args: (d) => (d.chance(0.3) ? [...settled(d), 'STORE', d.key('list')] : [sorted(d), ...d.options(...options(d))]),
      ...sorting,
      // A word replaced by STORE would keep an order that is not certain.
      fragile: true,
    },
    SORT_RO: { weight: 20, args: (d) => [sorted(d), ...d.options(...options(d))], ...sorting },
    SET: { weight: 15, args: (d) => [d.key('weight'), d.chance(0.7) ? d.float() : d.value()] },
    HSET: { weight: 8, args: (d) => [d.key('hash'), 'f1', d.float(), 'f2', d.value()] },
    RPUSH: {
      weight: 15,
      args: (d) =>
        d.chance(0.3)
          ? [d.pick(PLAIN_LISTS), ...plainElements(d)]
          : [d.key('list'), ...d.times(d.few(6), () => d.pick(['1', '2', '3', 'a', 'b', '5']))],
    },
    SADD: {
      weight: 10,
      args: (d) =>
        d.chance(0.3)
          ? [d.pick(PLAIN_SETS), ...plainElements(d)]
          : [d.key('set'), ...d.times(d.few(6), () => d.pick(['1', '2', '3', '5', '4']))],
    },
    ZADD: {
      weight: 10,
      args: (d) =>
        d.chance(0.3)
          ? [d.pick(PLAIN_ZSETS), ...plainElements(d).flatMap((element) => [d.score(), element])]
          : [d.key('zset'), ...d.times(d.few(5), () => [d.score(), d.pick(['1', '2', '5'])]).flat()],
    },
    DEL: { weight: 6, args: (d) => [d.chance(0.15) ? d.pick(PLAIN) : sorted(d)] },
  },
}
