/** Strings. */

import type { Family } from '../command-spec.ts'
import type { Draw } from '../draw.ts'

const key = (d: Draw): string[] => [d.key('string')]
const keyValue = (d: Draw): string[] => [d.key('string'), d.value()]

export function expiryOption(d: Draw, ...more: readonly string[]): string[] {
  const option = d.pick(['EX', 'PX', 'EXAT', 'PXAT', ...more])
  switch (option) {
    case 'EX':
    case 'PX':
      return [option, d.lifetime()]
    case 'EXAT':
      return [option, d.time(1000)]
    case 'PXAT':
      return [option, d.time(1)]
    default:
      return [option]
  }
}

function setOptions(d: Draw): string[] {
  const condition = d.chance(0.3) ? [d.pick(['NX', 'XX', 'nx', 'xx'])] : d.maybe(0.1, 'IFEQ', d.value())
  const expiry = d.chance(0.3) ? expiryOption(d, 'KEEPTTL') : []
  return d.options(condition, expiry, d.maybe(0.2, 'GET'), d.maybe(0.01, 'XX'), d.maybe(0.01, 'PX', '100000'))
}

const pairs = (d: Draw): string[] => d.times(d.few(), () => keyValue(d)).flat()

export const string: Family = {
  name: 'string',
  commands: {
    SET: { weight: 40, args: (d) => [...keyValue(d), ...(d.chance(0.6) ? [] : setOptions(d))] },
    GET: { weight: 30, args: key },
    APPEND: { weight: 15, args: keyValue },
    STRLEN: { args: key },
    GETRANGE: { args: (d) => [d.key('string'), d.integer(-20, 40), d.integer(-20, 40)] },
    SUBSTR: { weight: 3, args: (d) => [d.key('string'), d.integer(-20, 40), d.integer(-20, 40)] },
    SETRANGE: {
      args: (d) => [d.key('string'), d.tameInteger(-1, d.chance(0.02) ? 5000 : 60), d.chance(0.1) ? '' : d.value()],
      fragile: true,
    },
    GETSET: { weight: 5, args: keyValue },
    GETDEL: { weight: 5, args: key },
    GETEX: { args: (d) => [d.key('string'), ...(d.chance(0.3) ? [] : expiryOption(d, 'PERSIST'))] },
    SETNX: { weight: 5, args: keyValue },
    SETEX: { weight: 5, args: (d) => [d.key('string'), d.lifetime(), d.value()] },
    PSETEX: { weight: 5, args: (d) => [d.key('string'), d.lifetime(), d.value()] },
    MGET: { args: (d) => d.keys('string') },
    MSET: { args: (d) => [...pairs(d), ...d.maybe(0.03, 'odd')] },
    MSETNX: { weight: 5, args: (d) => [...pairs(d), ...d.maybe(0.03, 'odd')] },
    MSETEX: {
      weight: 5,
      args: (d) => {
        const n = d.few()
        const count = d.chance(0.95) ? String(n) : d.integer(-1, 7)
        const options = d.options(
          d.chance(0.3) ? [d.pick(['NX', 'XX'])] : [],
          d.chance(0.6) ? expiryOption(d, 'KEEPTTL') : [],
        )
        return [count, ...d.times(n, () => keyValue(d)).flat(), ...options]
      },
    },
    INCR: { args: key },
    DECR: { args: key },
    INCRBY: { args: (d) => [d.key('string'), d.integer(-1000, 1000)] },
    DECRBY: { args: (d) => [d.key('string'), d.integer(-1000, 1000)] },
    INCRBYFLOAT: { args: (d) => [d.key('string'), d.float()] },
    DELIFEQ: { weight: 5, args: keyValue },
    LCS: {
      weight: 6,
      args: (d) => [
        ...[d.key('string'), d.key('string')],
        ...d.options(
          d.chance(0.5) ? d.pick([['LEN'], ['IDX'], ['IDX'], ['LEN', 'IDX']]) : [],
          d.maybe(0.2, 'MINMATCHLEN', d.integer(-1, 5)),
          d.maybe(0.2, 'WITHMATCHLEN'),
        ),
      ],
    },
  },
}
