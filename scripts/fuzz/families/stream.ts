/** Streams and their consumer groups. */

import type { CommandSpec, Compare, Family, Words } from '../command-spec.ts'
import { TOLERANCE_MS } from '../comparisons.ts'
import { type Draw, HOSTILE_INTEGERS } from '../draw.ts'
import { type Reply, written } from '../reply.ts'

const key = (d: Draw): string[] => [d.key('stream')]
const group = (d: Draw): string => (d.chance(0.95) ? d.pick(['g1', 'g2']) : d.pick(['g3', '', 'nosuch']))
const consumer = (d: Draw): string => d.pick(['c1', 'c2', 'c3', 'c4'])
const keyGroup = (d: Draw): string[] => [...key(d), group(d)]

/** An ID of an entry, likely one that exists. */
function id(d: Draw): string {
  const x = d.below(100)
  if (x < 80) return `${Math.max(0, d.tick - d.below(60))}-${d.below(3)}`
  if (x < 92) return String(Math.max(0, d.tick - d.below(60)))
  if (x < 95) return `${d.pick(HOSTILE_INTEGERS)}-${d.pick(['0', '1', '18446744073709551615'])}`
  return d.pick([
    '0',
    '0-0',
    '0-1',
    '-',
    '+',
    '$',
    '>',
    '',
    'x',
    '1-x',
    '-1',
    '1-',
    '1-1-1',
    '*',
    '18446744073709551616',
  ])
}

/** The ID of a new entry: mostly the next one. */
function newId(d: Draw): string {
  const x = d.below(100)
  if (x < 74) return `${++d.tick}-${d.below(3)}`
  if (x < 79) return `${d.tick}-*`
  if (x < 82) return '*'
  return id(d)
}

const from = (d: Draw): string => (d.chance(0.3) ? '-' : (d.chance(0.2) ? '(' : '') + id(d))
const to = (d: Draw): string => (d.chance(0.3) ? '+' : (d.chance(0.2) ? '(' : '') + id(d))
const count = (d: Draw): string[] => d.maybe(0.4, 'COUNT', d.integer(-1, 12))

/** Valkey refuses a COUNT for which it could not get memory in advance; that depends on the machine. */
const allocatable = (word: string): string => (/^\d{12,19}$/.test(word) ? '12' : word)

/** How long an entry has waited: nothing in between is ever drawn, so that milliseconds do not matter. */
const idle = (d: Draw): string => (d.chance(0.97) ? d.pick(['0', '0', '100000', '1000000']) : d.integer(-1, 0))
const givenIdle = (d: Draw): string => (d.chance(0.97) ? d.pick(['0', '500000', '5000000']) : d.integer(-1, 0))

function trimming(d: Draw): string[] {
  const byLength = d.chance(0.6)
  const limit = d.maybe(0.1, 'LIMIT', d.integer(-1, 30))
  return [
    byLength ? 'MAXLEN' : 'MINID',
    ...d.maybe(0.6, d.pick(['=', '~'])),
    ...[byLength ? d.integer(0, 40) : id(d), ...limit],
  ]
}

/**
 * Valkey 9.1.2 damages its memory when an entry of 3.6 to 4 KiB begins a node: XADD with MINID loses it, reading hangs
 * now and then.
 */
const withoutLength = (word: string): string => (word.length > 5000 ? word : word.slice(0, 300))

const entry = (d: Draw): string[] => {
  // The same fields again and again, as streams mostly have.
  if (d.chance(0.6)) return ['temperature', d.value(), 'place', d.member()]
  return d.times(d.few(), () => [d.field(), d.value()]).flat()
}

/** Streams with the IDs to begin at. */
function streams(d: Draw, special: string): string[] {
  const keys = d.keys('stream', 3)
  return ['STREAMS', ...keys, ...keys.map(() => (d.chance(0.6) ? special : id(d))), ...d.maybe(0.02, '0')]
}

/** Later figures are points in time. */
const TIME_MIN = 100_000_000_000
const PASSING = new Set(['idle', 'inactive'])
/** Accepted: how a stream is kept differs. */
const INTERNAL = new Set(['radix-tree-keys', 'radix-tree-nodes'])

const near = (a: Reply, b: Reply): boolean =>
  a.type === ':' && b.type === ':' && Math.abs(Number(a.text) - Number(b.text)) <= TOLERANCE_MS

/** The same but for times. */
const sameState: Compare = (ours, peer, asked) => {
  if (ours.items === undefined || peer.items === undefined) {
    return written(ours) === written(peer) || (Number(ours.text) > TIME_MIN && near(ours, peer))
  }
  const { items } = peer
  if (ours.type !== peer.type || ours.items.length !== items.length) return false
  return ours.items.every((item, i) => {
    const name = ours.items?.[i - 1]?.text ?? ''
    if (INTERNAL.has(name)) return true
    return sameState(item, items[i] as Reply, asked) || (PASSING.has(name) && near(item, items[i] as Reply))
  })
}

/** Rows of ID, consumer, idle time and deliveries. */
const samePending: Compare = (ours, peer) => {
  const rows = (reply: Reply): readonly Reply[] => reply.items ?? []
  if (ours.items === undefined || rows(ours).length !== rows(peer).length) return false
  return rows(ours).every((row, i) => {
    const [a, b] = [row.items ?? [], rows(peer)[i]?.items ?? []]
    if (a.length !== 4 || b.length !== 4) return written(row) === written(rows(peer)[i] as Reply)
    return a.every((item, j) => written(item) === written(b[j] as Reply) || (j === 2 && near(item, b[j] as Reply)))
  })
}

/** Where the ID stands in an XADD: behind its options. A star elsewhere is a field or a value. */
function idPlace(words: Words): number {
  let at = 2
  for (;;) {
    const option = words[at]?.toUpperCase()
    if (option === 'NOMKSTREAM') at++
    else if (option === 'LIMIT') at += 2
    else if (option === 'MAXLEN' || option === 'MINID') at += /^[=~]$/.test(words[at + 1] ?? '') ? 3 : 2
    else return at
  }
}

/** Which ID `*` becomes is the business of the server that is asked first. */
function star(words: Words): ((reply: Reply) => Words) | undefined {
  const at = idPlace(words)
  if (words[at] !== '*') return undefined
  return (reply) => (reply.type === '$' ? words.map((word, i) => (i === at ? reply.text : word)) : words)
}

const groups: Family['commands'] = {
  'XGROUP CREATE': {
    weight: 15,
    args: (d) => [
      ...[...keyGroup(d), d.chance(0.5) ? d.pick(['0', '$']) : id(d)],
      ...d.options(d.maybe(0.4, 'MKSTREAM'), d.maybe(0.15, 'ENTRIESREAD', d.integer(-2, 40))),
    ],
  },
  'XGROUP SETID': {
    weight: 4,
    args: (d) => [...keyGroup(d), d.chance(0.3) ? '$' : id(d), ...d.maybe(0.2, 'ENTRIESREAD', d.integer(-2, 40))],
  },
  'XGROUP DESTROY': { weight: 2, args: keyGroup },
  'XGROUP CREATECONSUMER': { weight: 4, args: (d) => [...keyGroup(d), consumer(d)] },
  'XGROUP DELCONSUMER': { weight: 3, args: (d) => [...keyGroup(d), consumer(d)] },
  XREADGROUP: {
    weight: 35,
    args: (d) => [
      ...['GROUP', group(d), consumer(d)],
      ...d.options(count(d), d.maybe(0.15, 'NOACK'), d.maybe(0.03, 'BLOCK', '1')),
      ...streams(d, '>'),
    ],
    fragile: true,
  },
  XACK: { args: (d) => [...keyGroup(d), ...d.times(d.few(), () => id(d))] },
  XPENDING: {
    weight: 15,
    args: (d) => [
      ...keyGroup(d),
      ...(d.chance(0.3)
        ? []
        : [...d.maybe(0.3, 'IDLE', idle(d)), from(d), to(d), d.integer(-1, 20), ...d.maybe(0.3, consumer(d))]),
    ],
    compare: samePending,
    // A count replaced would be taken for a time.
    fragile: true,
  },
  XCLAIM: {
    weight: 15,
    args: (d) => [
      ...[...keyGroup(d), consumer(d), idle(d)],
      ...d.times(d.few(), () => id(d)),
      ...d.options(
        d.maybe(0.2, 'IDLE', givenIdle(d)),
        d.maybe(0.1, 'TIME', d.pick(['1', '1000', '1600000000000'])),
        d.maybe(0.2, 'RETRYCOUNT', d.integer(-1, 9)),
        d.maybe(0.3, 'FORCE'),
        d.maybe(0.3, 'JUSTID'),
        d.maybe(0.1, 'LASTID', id(d)),
      ),
    ],
    fragile: true,
  },
  XAUTOCLAIM: {
    args: (d) => [
      ...[...keyGroup(d), consumer(d), idle(d), from(d)],
      ...d.options(count(d).map(allocatable), d.maybe(0.3, 'JUSTID')),
    ],
    fragile: true,
  },
}

const info: CommandSpec = { weight: 5, args: key, compare: sameState }

export const stream: Family = {
  name: 'stream',
  settings: {
    'stream-node-max-entries': ['1', '3', '10', '100', '0'],
    'stream-node-max-bytes': ['0', '100', '4096'],
  },
  commands: {
    XADD: {
      weight: 80,
      args: (d) => [
        ...key(d),
        ...d.options(d.maybe(0.05, 'NOMKSTREAM'), d.chance(0.15) ? trimming(d) : []),
        ...[newId(d), ...entry(d).map(withoutLength), ...d.maybe(0.01, 'odd')],
      ],
      lead: star,
    },
    XLEN: { args: key },
    XRANGE: { weight: 15, args: (d) => [...key(d), from(d), to(d), ...count(d)] },
    XREVRANGE: { weight: 12, args: (d) => [...key(d), to(d), from(d), ...count(d)] },
    XREAD: {
      weight: 12,
      args: (d) => [...d.options(count(d), d.maybe(0.03, 'BLOCK', '1')), ...streams(d, d.pick(['0', '$', '+']))],
      fragile: true,
    },
    XDEL: { weight: 12, args: (d) => [...key(d), ...d.times(d.few(), () => id(d))] },
    XTRIM: { weight: 6, args: (d) => [...key(d), ...trimming(d)] },
    XSETID: {
      weight: 2,
      args: (d) => [
        ...[...key(d), id(d)],
        ...d.options(d.maybe(0.2, 'ENTRIESADDED', d.integer(-1, 99)), d.maybe(0.2, 'MAXDELETEDID', id(d))),
      ],
    },
    'XINFO STREAM': {
      ...info,
      args: (d) => [...key(d), ...d.maybe(0.6, 'FULL', ...d.maybe(0.5, 'COUNT', d.integer(-1, 12)))],
    },
    'XINFO GROUPS': info,
    'XINFO CONSUMERS': { ...info, args: keyGroup },
    ...groups,
  },
}
