/** Hashes, with times to live of fields. */

import type { CommandSpec, Family } from '../command-spec.ts'
import { nearMs, nearSeconds, randomMembers, unordered, unorderedPairs } from '../comparisons.ts'
import type { Draw } from '../draw.ts'
import { expiryOption } from './string.ts'

const key = (d: Draw): string[] => [d.key('hash')]
const keyField = (d: Draw): string[] => [d.key('hash'), d.field()]
const fieldValues = (d: Draw, most = 6): string[] => d.times(d.few(most), () => [d.field(), d.value()]).flat()

/** `FIELDS n f1 f2 ...`; the count is wrong now and then. @param make the words of one field */
function fields(d: Draw, make: () => string[] = () => [d.field()]): string[] {
  const count = d.few(4)
  const told = d.chance(0.97) ? String(count) : d.integer(-1, 6)
  return ['FIELDS', told, ...d.times(count, make).flat()]
}

/** @param unitMs 1 or 1000; 0 for a time to live */
const expire = (unitMs: number): CommandSpec => ({
  args: (d) => [
    ...[d.key('hash'), unitMs === 0 ? d.lifetime() : d.time(unitMs)],
    ...d.maybe(0.3, d.pick(['NX', 'XX', 'GT', 'LT'])),
    ...fields(d),
  ],
})

const timed = (compare?: CommandSpec['compare']): CommandSpec => ({
  weight: 4,
  args: (d) => [d.key('hash'), ...fields(d)],
  ...(compare && { compare }),
})

export const SCAN_OPTIONS = (d: Draw, ...flags: readonly string[]): string[] =>
  d.options(
    d.maybe(0.3, 'MATCH', d.pattern()),
    d.maybe(0.6, 'COUNT', d.chance(0.95) ? String(d.between(1, 20)) : d.pick(['0', '-1', 'x'])),
    d.chance(0.2) ? [...flags] : [],
  )

export const scanCursor = (d: Draw): string => (d.chance(0.95) ? '0' : d.pick(['', '-1', 'x', '1.5']))

export const hash: Family = {
  name: 'hash',
  settings: {
    'hash-max-listpack-entries': ['0', '2', '8', '32', '512'],
    'hash-max-listpack-value': ['4', '16', '64', '250'],
  },
  commands: {
    HSET: { weight: 60, args: (d) => [...key(d), ...fieldValues(d, 12), ...d.maybe(0.02, 'odd')] },
    HMSET: { weight: 5, args: (d) => [...key(d), ...fieldValues(d)] },
    HSETNX: { args: (d) => [...keyField(d), d.value()] },
    HGET: { args: keyField },
    HMGET: { args: (d) => [...key(d), ...d.times(d.few(), () => d.field())] },
    HGETALL: { args: key, compare: unorderedPairs },
    HKEYS: { weight: 4, args: key, compare: unordered },
    HVALS: { weight: 4, args: key, compare: unordered },
    HLEN: { args: key },
    HSTRLEN: { weight: 4, args: keyField },
    HEXISTS: { weight: 4, args: keyField },
    HDEL: { weight: 20, args: (d) => [...key(d), ...d.times(d.few(8), () => d.field())] },
    HINCRBY: { args: (d) => [...keyField(d), d.integer(-1000, 1000)] },
    HINCRBYFLOAT: { args: (d) => [...keyField(d), d.float()] },
    HRANDFIELD: {
      weight: 6,
      args: (d) => [...key(d), ...(d.chance(0.3) ? [] : [d.tameInteger(-10, 30), ...d.maybe(0.4, 'WITHVALUES')])],
      before: (words) => (words[1] === undefined ? undefined : ['HKEYS', words[1]]),
      compare: randomMembers(1),
      fragile: true,
    },
    HSCAN: {
      weight: 3,
      args: (d) => [...key(d), scanCursor(d), ...SCAN_OPTIONS(d, 'NOVALUES')],
      cursorAt: 2,
      fragile: true,
    },
    HEXPIRE: expire(0),
    HPEXPIRE: expire(0),
    HEXPIREAT: expire(1000),
    HPEXPIREAT: expire(1),
    HTTL: timed(nearSeconds),
    HPTTL: timed(nearMs),
    HEXPIRETIME: timed(nearSeconds),
    HPEXPIRETIME: timed(nearMs),
    HPERSIST: timed(),
    HGETDEL: { args: (d) => [...key(d), ...fields(d)] },
    HGETEX: { args: (d) => [...key(d), ...(d.chance(0.3) ? [] : expiryOption(d, 'PERSIST')), ...fields(d)] },
    HSETEX: {
      args: (d) => [
        ...key(d),
        ...d.options(
          d.maybe(0.1, d.pick(['NX', 'XX'])),
          d.maybe(0.2, d.pick(['FNX', 'FXX'])),
          d.chance(0.7) ? expiryOption(d, 'KEEPTTL') : [],
        ),
        ...fields(d, () => [d.field(), d.value()]),
      ],
    },
  },
}
