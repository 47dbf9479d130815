/** Commands for keys of any type. */

import type { CommandSpec, Family } from '../command-spec.ts'
import { nearMs, nearSeconds, sameEncoding, sameType, unordered } from '../comparisons.ts'
import { type Draw, EVERY_KEY } from '../draw.ts'
import { isError, isNil } from '../reply.ts'

const key = (d: Draw): string[] => [d.anyKey()]
const keys = (d: Draw): string[] => d.times(d.few(), () => d.anyKey())
const condition = (d: Draw): string[] => [
  ...d.maybe(0.4, d.pick(['NX', 'XX', 'GT', 'LT'])),
  ...d.maybe(0.05, d.pick(['NX', 'XX', 'GT', 'LT'])),
]

/** @param unitMs 1 or 1000; 0 for a time to live instead of a point in time */
const expire = (unitMs: number): CommandSpec => ({
  args: (d) => [d.anyKey(), unitMs === 0 ? d.lifetime() : d.time(unitMs), ...condition(d)],
})

const SCAN_TYPES = ['string', 'hash', 'list', 'set', 'zset', 'stream', 'STRING', 'nosuch', 'module']

export const generic: Family = {
  name: 'generic',
  commands: {
    DEL: { weight: 15, args: keys },
    UNLINK: { weight: 5, args: keys },
    EXISTS: { args: keys },
    TOUCH: { weight: 3, args: keys },
    TYPE: { args: key },
    EXPIRE: expire(0),
    PEXPIRE: expire(0),
    EXPIREAT: expire(1000),
    PEXPIREAT: expire(1),
    TTL: { args: key, compare: nearSeconds },
    PTTL: { args: key, compare: nearMs },
    EXPIRETIME: { args: key, compare: nearSeconds },
    PEXPIRETIME: { args: key, compare: nearMs },
    PERSIST: { args: key },
    RENAME: { weight: 6, args: (d) => [d.anyKey(), d.anyKey()] },
    RENAMENX: { weight: 6, args: (d) => [d.anyKey(), d.anyKey()] },
    COPY: {
      args: (d) => [
        ...[d.anyKey(), d.anyKey()],
        ...d.options(d.maybe(0.2, 'DB', d.integer(0, 2)), d.maybe(0.4, 'REPLACE'), d.maybe(0.02, 'DB')),
      ],
    },
    MOVE: { weight: 4, args: (d) => [d.anyKey(), d.chance(0.9) ? '1' : d.integer(0, 17)] },
    SWAPDB: { weight: 1, args: (d) => [d.integer(0, 1), d.integer(0, 1)] },
    KEYS: { weight: 3, args: (d) => [d.pattern()], compare: unordered },
    // EXISTS makes sure that both have deleted what is expired.
    DBSIZE: { weight: 2, args: () => [], ahead: () => [['EXISTS', ...EVERY_KEY]] },
    SCAN: {
      weight: 2,
      args: (d) => [
        d.chance(0.95) ? '0' : d.pick(['', '-1', 'x', '1.5', '18446744073709551616']),
        ...d.options(
          d.maybe(0.4, 'MATCH', d.pattern()),
          d.maybe(
            0.6,
            'COUNT',
            d.chance(0.9) ? String(d.between(1, 20)) : d.pick(['0', '-1', 'x', '9223372036854775808']),
          ),
          d.maybe(0.3, 'TYPE', d.pick(SCAN_TYPES)),
          d.maybe(0.02, 'NOVALUES'),
        ),
      ],
      cursorAt: 1,
      fragile: true,
    },
    RANDOMKEY: {
      weight: 2,
      args: () => [],
      before: () => ['KEYS', '*'],
      compare: (ours, peer, { before }) =>
        !isError(ours) &&
        isNil(ours) === isNil(peer) &&
        (isNil(ours) || before === undefined || (before.items ?? []).some((item) => item.text === ours.text)),
    },
    'OBJECT ENCODING': { args: key, compare: (ours, peer) => sameEncoding(ours.text, peer.text) },
    'OBJECT REFCOUNT': { weight: 2, args: key, compare: sameType },
    'OBJECT IDLETIME': { weight: 2, args: key, compare: nearSeconds },
    'OBJECT FREQ': { weight: 1, args: key },
    WAIT: { weight: 0.5, args: (d) => ['0', d.tameInteger(0, 5)], fragile: true },
    DUMP: { weight: 2, args: key, compare: sameType },
    RESTORE: {
      weight: 2,
      args: (d) => [d.anyKey(), d.lifetime(), d.value(), ...d.options(d.maybe(0.5, 'REPLACE'), d.maybe(0.3, 'ABSTTL'))],
    },
    'DEBUG RELOAD': {
      weight: 0.05,
      args: () => [],
      // Nodes of lists are made anew by the limit that holds here, and kept in Valkey: with a small limit there would be
      // more of them here, and a quicklist where Valkey has a listpack after the next time.
      ahead: () => [['CONFIG', 'SET', 'list-max-listpack-size', '-2']],
    },
  },
}
