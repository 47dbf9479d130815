/**
 * HyperLogLog: the string that holds one is compared byte for byte too. What becomes of registers that make no sense is
 * not defined: no other family writes to these keys, and nothing here writes into registers.
 */

import type { Family } from '../command-spec.ts'
import type { Draw } from '../draw.ts'

const KEYS = ['p1', 'p2', 'p3', 'p4']
const key = (d: Draw): string[] => [d.pick(KEYS)]
/** To be read only: of a HyperLogLog that PFADD made of another family's key, that family could write the registers. */
const source = (d: Draw): string => (d.chance(0.92) ? d.pick(KEYS) : d.anyKey())
const elements = (d: Draw): string[] =>
  d.chance(0.15) ? d.times(100, () => `e${d.below(5000)}`) : d.times(d.below(6), () => d.value())

/** Of the header: the magic, and the encoding, of which 0 and 1 have a meaning; or, of a new key, no HyperLogLog. */
function header(d: Draw): string[] {
  const junk = ['H', '\x80', '\xff', 'x']
  return d.chance(0.6) ? [String(d.below(4)), d.pick([...junk, '\0', '\x01'])] : ['4', d.pick(junk)]
}

export const hyperloglog: Family = {
  name: 'hyperloglog',
  settings: { 'hll-sparse-max-bytes': ['0', '100', '500', '3000', '16000'] },
  commands: {
    PFADD: { weight: 50, args: (d) => [...key(d), ...elements(d)], fragile: true },
    PFCOUNT: { weight: 20, args: (d) => d.times(d.few(4), () => source(d)) },
    PFMERGE: { weight: 12, args: (d) => [...key(d), ...d.times(d.below(4), () => d.pick(KEYS))], fragile: true },
    'PFDEBUG ENCODING': { weight: 3, args: key },
    'PFDEBUG DECODE': { weight: 2, args: key },
    'PFDEBUG TODENSE': { weight: 1, args: key },
    'PFDEBUG GETREG': { weight: 0.3, args: key },
    GET: { weight: 10, args: key },
    STRLEN: { weight: 5, args: key },
    SETRANGE: { weight: 1, args: (d) => [...key(d), ...header(d)], fragile: true },
    COPY: { weight: 3, args: (d) => [...key(d), ...key(d), ...d.maybe(0.5, 'REPLACE')], fragile: true },
    RENAME: { weight: 2, args: (d) => [...key(d), ...key(d)], fragile: true },
    DEL: { weight: 3, args: key },
    SET: { weight: 1, args: (d) => [...key(d), d.value()], fragile: true },
    SADD: { weight: 1, args: (d) => [...key(d), d.member()], fragile: true },
    PEXPIRE: { weight: 2, args: (d) => [...key(d), d.lifetime()], fragile: true },
    TYPE: { weight: 1, args: key },
  },
}
