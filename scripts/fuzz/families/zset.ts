/** Sorted sets; the blocking forms only where they are answered at once. */

import type { CommandSpec, Compare, Family, Words } from '../command-spec.ts'
import { randomMembers } from '../comparisons.ts'
import type { Draw } from '../draw.ts'
import { pairs } from '../reply.ts'
import { SCAN_OPTIONS, scanCursor } from './hash.ts'

const key = (d: Draw): string[] => [d.key('zset')]
/** For ranges by member, which mean something only where all scores are the same. */
const LEX_KEYS = ['q1', 'q2', 'q3']
const lexKey = (d: Draw): string[] => [d.chance(0.8) ? d.pick(LEX_KEYS) : d.pick(['no zset', 'nothing'])]
/** A wrong word may have named a key in which scores differ: then any members may be in a range by member. */
const scoresOfLex = (words: Words): Words | undefined => {
  const [name = '', key] = words.map((word) => word.toUpperCase())
  if (key === undefined || (!name.includes('LEX') && !words.some((word) => /^bylex$/i.test(word)))) return undefined
  return ['ZRANGE', words[1] as string, '0', '-1', 'WITHSCORES']
}
const lexRange: Compare = (ours, peer, { before }) => {
  if (ours.type !== peer.type || before?.items === undefined) return false
  const { items } = before
  const scores =
    items[0]?.items === undefined ? pairs(items).map(([, score]) => score) : items.map((pair) => pair.items?.[1])
  return new Set(scores.map((score) => score?.text)).size > 1
}
const byLex = { before: scoresOfLex, compare: lexRange }
const keyMember = (d: Draw): string[] => [...key(d), d.member()]
const scored = (d: Draw): string[] => d.times(d.chance(0.1) ? 30 : d.few(8), () => [d.score(), d.member()]).flat()
const index = (d: Draw): string => d.integer(-30, 30)
const limit = (d: Draw): string[] => d.maybe(0.3, 'LIMIT', d.integer(-1, 6), d.integer(-2, 12))
const withScores = (d: Draw): string[] => d.maybe(0.4, 'WITHSCORES')

/** Keys with their count, which is wrong now and then; sets are sources too. */
function sources(d: Draw): string[] {
  const keys = d.times(d.few(4), () => d.key(d.chance(0.85) ? 'zset' : 'set'))
  return [d.chance(0.97) ? String(keys.length) : d.integer(-1, 6), ...keys]
}

function weighed(d: Draw): string[] {
  const from = sources(d)
  const weights = d.chance(0.3) ? ['WEIGHTS', ...d.times(from.length - 1, () => d.float(-3, 5))] : []
  return [...from, ...d.options(weights, d.maybe(0.3, 'AGGREGATE', d.pick(['SUM', 'MIN', 'MAX', 'sum', 'AVG'])))]
}

/** Key and `min max` of one of the three kinds of ranges, with its words. */
function range(d: Draw, store: boolean): string[] {
  const kind = d.pick(['', 'BYSCORE', 'BYLEX'])
  const from = kind === 'BYLEX' ? lexKey(d) : key(d)
  const bound = (): string => (kind === 'BYSCORE' ? d.scoreBound() : kind === 'BYLEX' ? d.lexBound() : index(d))
  const limited = kind === '' && d.chance(0.95) ? [] : limit(d)
  const scores = store ? d.maybe(0.02, 'WITHSCORES') : withScores(d)
  return [...from, bound(), bound(), ...d.options(kind === '' ? [] : [kind], d.maybe(0.4, 'REV'), limited, scores)]
}

const SHORT_TIMEOUT = '0.01'
const timeout = (d: Draw): string => (d.chance(0.96) ? SHORT_TIMEOUT : d.pick(['-1', 'x', '', 'nan', '-0.5']))
const add = (key: string | undefined): readonly Words[] =>
  key === undefined ? [] : [['ZADD', key, '1', 'b1', '2', 'b2']]
const blockingPop: CommandSpec = {
  weight: 3,
  args: (d) => [...d.keys('zset'), timeout(d)],
  ahead: (words) => add(words[1]),
  fragile: true,
}

function multiPop(d: Draw): string[] {
  const keys = d.keys('zset')
  const told = d.chance(0.97) ? String(keys.length) : d.integer(-1, 6)
  return [told, ...keys, d.pick(['MIN', 'MAX', 'min']), ...d.maybe(0.5, 'COUNT', d.integer(0, 12))]
}

const pop: CommandSpec = { weight: 6, args: (d) => [...key(d), ...d.maybe(0.5, d.integer(0, 12))] }

const reading: Family['commands'] = {
  ZCARD: { args: key },
  ZSCORE: { args: keyMember },
  ZMSCORE: { weight: 5, args: (d) => [...key(d), ...d.members()] },
  ZRANK: { args: (d) => [...keyMember(d), ...d.maybe(0.3, 'WITHSCORE')] },
  ZREVRANK: { args: (d) => [...keyMember(d), ...d.maybe(0.3, 'WITHSCORE')] },
  ZCOUNT: { args: (d) => [...key(d), d.scoreBound(), d.scoreBound()] },
  ZLEXCOUNT: { weight: 5, args: (d) => [...lexKey(d), d.lexBound(), d.lexBound()], ...byLex },
  ZRANGE: { weight: 20, args: (d) => range(d, false), ...byLex },
  ZREVRANGE: { weight: 5, args: (d) => [...key(d), index(d), index(d), ...withScores(d)] },
  ZRANGEBYSCORE: {
    weight: 6,
    args: (d) => [...key(d), d.scoreBound(), d.scoreBound(), ...d.options(withScores(d), limit(d))],
  },
  ZREVRANGEBYSCORE: {
    weight: 6,
    args: (d) => [...key(d), d.scoreBound(), d.scoreBound(), ...d.options(withScores(d), limit(d))],
  },
  ZRANGEBYLEX: { weight: 5, args: (d) => [...lexKey(d), d.lexBound(), d.lexBound(), ...limit(d)], ...byLex },
  ZREVRANGEBYLEX: { weight: 5, args: (d) => [...lexKey(d), d.lexBound(), d.lexBound(), ...limit(d)], ...byLex },
  ZRANDMEMBER: {
    weight: 5,
    args: (d) => [...key(d), ...(d.chance(0.3) ? [] : [d.tameInteger(-10, 30), ...d.maybe(0.4, 'WITHSCORES')])],
    before: (words) => (words[1] === undefined ? undefined : ['ZRANGE', words[1], '0', '-1']),
    compare: randomMembers(1),
    fragile: true,
  },
  ZSCAN: {
    weight: 3,
    args: (d) => [...key(d), scanCursor(d), ...SCAN_OPTIONS(d, 'NOSCORES')],
    cursorAt: 2,
    fragile: true,
  },
  ZUNION: { weight: 5, args: (d) => [...weighed(d), ...withScores(d)] },
  ZINTER: { weight: 5, args: (d) => [...weighed(d), ...withScores(d)] },
  ZDIFF: { weight: 5, args: (d) => [...sources(d), ...withScores(d)] },
  ZINTERCARD: { weight: 5, args: (d) => [...sources(d), ...d.maybe(0.5, 'LIMIT', d.integer(-1, 5))] },
}

export const zset: Family = {
  name: 'zset',
  settings: {
    'zset-max-listpack-entries': ['0', '2', '16', '128'],
    'zset-max-listpack-value': ['4', '16', '64', '250'],
  },
  commands: {
    ZADD: {
      weight: 70,
      args: (d) => [
        ...key(d),
        ...d.options(
          d.maybe(0.15, d.pick(['NX', 'XX', 'xx'])),
          d.maybe(0.15, d.pick(['GT', 'LT'])),
          d.maybe(0.2, 'CH'),
          d.maybe(0.04, 'INCR'),
        ),
        ...scored(d),
      ],
    },
    // In small letters it is another command to the fuzzer, of which no word becomes another score.
    zadd: {
      weight: 20,
      args: (d) => [d.pick([...LEX_KEYS, 'no zset']), ...d.members(20).flatMap((member) => ['0', member])],
      fragile: true,
    },
    ZINCRBY: { args: (d) => [...key(d), d.score(), d.member()] },
    ZREM: { weight: 25, args: (d) => [...(d.chance(0.2) ? lexKey(d) : key(d)), ...d.members(8)] },
    ZREMRANGEBYRANK: { weight: 4, args: (d) => [...key(d), d.integer(-6, 6), d.integer(-6, 6)] },
    ZREMRANGEBYSCORE: { weight: 4, args: (d) => [...key(d), d.scoreBound(), d.score()] },
    ZREMRANGEBYLEX: { weight: 4, args: (d) => [...lexKey(d), d.lexBound(), d.lexBound()], fragile: true },
    ZRANGESTORE: { weight: 6, args: (d) => [...key(d), ...range(d, true)], fragile: true },
    ZUNIONSTORE: { weight: 6, args: (d) => [...key(d), ...weighed(d)] },
    ZINTERSTORE: { weight: 6, args: (d) => [...key(d), ...weighed(d)] },
    ZDIFFSTORE: { weight: 6, args: (d) => [...key(d), ...sources(d)] },
    ZPOPMIN: pop,
    ZPOPMAX: pop,
    ZMPOP: { weight: 5, args: multiPop },
    BZPOPMIN: blockingPop,
    BZPOPMAX: blockingPop,
    BZMPOP: { weight: 3, args: (d) => [timeout(d), ...multiPop(d)], ahead: (words) => add(words[3]), fragile: true },
    ...reading,
    DEL: { weight: 3, args: (d) => [d.pick(LEX_KEYS)] },
    SET: { weight: 1, args: () => ['no zset', 'v'], fragile: true },
  },
}
