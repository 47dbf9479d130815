/** Lists; the blocking forms only where they are answered at once. */

import type { CommandSpec, Family, Words } from '../command-spec.ts'
import type { Draw } from '../draw.ts'

const key = (d: Draw): string[] => [d.key('list')]
const end = (d: Draw): string => d.pick(['LEFT', 'RIGHT', 'left', 'Right'])
const elements = (d: Draw): string[] =>
  d.chance(0.1) ? d.times(40, () => d.value()) : d.times(d.few(8), () => d.value())
const index = (d: Draw): string => d.integer(-30, 30)

/** `numkeys key ... LEFT|RIGHT [COUNT n]` */
function multiPop(d: Draw): string[] {
  const keys = d.keys('list')
  const told = d.chance(0.97) ? String(keys.length) : d.integer(-1, 6)
  return [told, ...keys, end(d), ...d.maybe(0.5, 'COUNT', d.integer(0, 12))]
}

/** Too short to wait for, should nothing be there. */
const SHORT_TIMEOUT = '0.01'
const timeout = (d: Draw): string => (d.chance(0.96) ? SHORT_TIMEOUT : d.pick(['-1', 'x', '', 'nan', '1e400', '-0.5']))
const push = (key: string | undefined): readonly Words[] => (key === undefined ? [] : [['RPUSH', key, 'b1', 'b2']])
const pop: CommandSpec = {
  weight: 3,
  args: (d) => [...d.keys('list'), timeout(d)],
  ahead: (words) => push(words[1]),
  fragile: true,
}

export const list: Family = {
  name: 'list',
  settings: {
    'list-max-listpack-size': ['-2', '-1', '-5', '1', '3', '16', '128'],
    'list-compress-depth': ['0', '1', '3'],
  },
  commands: {
    LPUSH: { weight: 30, args: (d) => [...key(d), ...elements(d)] },
    RPUSH: { weight: 30, args: (d) => [...key(d), ...elements(d)] },
    LPUSHX: { weight: 5, args: (d) => [...key(d), ...elements(d)] },
    RPUSHX: { weight: 5, args: (d) => [...key(d), ...elements(d)] },
    LPOP: { weight: 12, args: (d) => [...key(d), ...d.maybe(0.5, d.integer(0, 20))] },
    RPOP: { weight: 12, args: (d) => [...key(d), ...d.maybe(0.5, d.integer(0, 20))] },
    LLEN: { args: key },
    LINDEX: { args: (d) => [...key(d), index(d)] },
    LRANGE: { weight: 15, args: (d) => [...key(d), index(d), index(d)] },
    // Valkey keeps 32 bits of the index, without a word: only small ones.
    LSET: { args: (d) => [...key(d), String(d.between(-30, 30)), d.value()], fragile: true },
    LINSERT: {
      weight: 15,
      args: (d) => [...key(d), d.pick(['BEFORE', 'AFTER', 'before', 'after']), d.value(), d.value()],
    },
    LREM: { weight: 12, args: (d) => [...key(d), d.integer(-4, 4), d.value()] },
    LTRIM: { weight: 4, args: (d) => [...key(d), d.integer(-40, 10), d.integer(-10, 60)] },
    LPOS: {
      args: (d) => [
        ...[...key(d), d.value()],
        ...d.options(
          d.maybe(0.4, 'RANK', d.integer(-4, 4)),
          d.maybe(0.4, 'COUNT', d.integer(0, 6)),
          d.maybe(0.3, 'MAXLEN', d.integer(0, 60)),
        ),
      ],
    },
    LMOVE: { args: (d) => [...key(d), ...key(d), end(d), end(d)] },
    RPOPLPUSH: { weight: 5, args: (d) => [...key(d), ...key(d)] },
    LMPOP: { weight: 6, args: multiPop },
    BLPOP: pop,
    BRPOP: pop,
    BLMOVE: {
      weight: 3,
      args: (d) => [...key(d), ...key(d), end(d), end(d), timeout(d)],
      ahead: (words) => push(words[1]),
      fragile: true,
    },
    BRPOPLPUSH: {
      weight: 3,
      args: (d) => [...key(d), ...key(d), timeout(d)],
      ahead: (words) => push(words[1]),
      fragile: true,
    },
    BLMPOP: { weight: 3, args: (d) => [timeout(d), ...multiPop(d)], ahead: (words) => push(words[3]), fragile: true },
  },
}
