/** Sets. */

import type { CommandSpec, Family } from '../command-spec.ts'
import { choices, randomMembers, unordered } from '../comparisons.ts'
import type { Draw } from '../draw.ts'
import { SCAN_OPTIONS, scanCursor } from './hash.ts'

const key = (d: Draw): string[] => [d.key('set')]

/** Whole numbers, for sets of numbers alone, members of every kind, or so many long ones that memory is tidied. */
function members(d: Draw): string[] {
  if (d.chance(0.02)) return d.times(60, () => `long${d.below(150)}`.padEnd(250, '.'))
  const count = d.chance(0.1) ? 40 : d.few(8)
  if (d.chance(0.5)) return d.times(count, () => d.member())
  return d.times(count, () =>
    d.chance(0.97) ? String(d.between(-30, 200)) : d.pick(['40000', '-70000', '5000000000']),
  )
}

const read: CommandSpec = { args: (d) => d.keys('set'), compare: unordered }
const store: CommandSpec = { weight: 6, args: (d) => [...key(d), ...d.keys('set')] }

export const set: Family = {
  name: 'set',
  settings: {
    // Never fewer for an intset than for a listpack: what SUNIONSTORE makes of a hash table with numbers and others
    // would depend on which of them come first in it.
    'set-max-intset-entries': ['0', '2', '16', '512'].map((most) => `${most} set-max-listpack-entries 0`),
    'set-max-listpack-entries': ['0', '2', '16', '128'].map((most) => `${most} set-max-intset-entries 128`),
    'set-max-listpack-value': ['4', '16', '64'],
  },
  commands: {
    SADD: { weight: 60, args: (d) => [...key(d), ...members(d)] },
    SREM: { weight: 30, args: (d) => [...key(d), ...members(d)] },
    SCARD: { args: key },
    SMEMBERS: { args: key, compare: unordered },
    SISMEMBER: { args: (d) => [...key(d), d.member()] },
    SMISMEMBER: { args: (d) => [...key(d), ...members(d)] },
    SMOVE: { args: (d) => [...key(d), ...key(d), d.member()] },
    SINTER: read,
    SUNION: read,
    SDIFF: read,
    SINTERSTORE: store,
    SUNIONSTORE: store,
    SDIFFSTORE: store,
    SINTERCARD: {
      args: (d) => {
        const keys = d.keys('set')
        const told = d.chance(0.97) ? String(keys.length) : d.integer(-1, 6)
        return [told, ...keys, ...d.maybe(0.5, 'LIMIT', d.integer(-1, 5))]
      },
    },
    SPOP: {
      weight: 6,
      args: (d) => [...key(d), ...d.maybe(0.6, d.integer(0, 12))],
      before: (words) => (words[1] === undefined ? undefined : ['SMEMBERS', words[1]]),
      compare: randomMembers(1),
      // What either has taken is taken from both.
      settle: (words) => (ours, peer) => {
        const taken = [...new Set([...choices(ours, words), ...choices(peer, words)])]
        return taken.length === 0 ? [] : [['SREM', words[1] as string, ...taken]]
      },
    },
    SRANDMEMBER: {
      weight: 6,
      args: (d) => [...key(d), ...d.maybe(0.7, d.tameInteger(-12, 30))],
      before: (words) => (words[1] === undefined ? undefined : ['SMEMBERS', words[1]]),
      compare: randomMembers(1),
      fragile: true,
    },
    SSCAN: { weight: 3, args: (d) => [...key(d), scanCursor(d), ...SCAN_OPTIONS(d)], cursorAt: 2, fragile: true },
  },
}
