/** HyperLogLog: the string that holds one is compared byte for byte too. */

import type { Family } from '../command-spec.ts'
import type { Draw } from '../draw.ts'

const key = (d: Draw): string[] => [d.key('hll')]
const elements = (d: Draw): string[] =>
  d.chance(0.15) ? d.times(100, () => `e${d.below(5000)}`) : d.times(d.below(6), () => d.value())

export const hyperloglog: Family = {
  name: 'hyperloglog',
  settings: { 'hll-sparse-max-bytes': ['0', '100', '500', '3000', '16000'] },
  commands: {
    PFADD: { weight: 50, args: (d) => [...key(d), ...elements(d)] },
    PFCOUNT: { weight: 20, args: (d) => d.keys('hll') },
    PFMERGE: { weight: 12, args: (d) => [...key(d), ...d.times(d.below(4), () => d.key('hll'))] },
    'PFDEBUG ENCODING': { weight: 3, args: key },
    'PFDEBUG DECODE': { weight: 2, args: key },
    'PFDEBUG TODENSE': { weight: 1, args: key },
    'PFDEBUG GETREG': { weight: 0.3, args: key },
    GET: { weight: 10, args: key },
    STRLEN: { weight: 5, args: key },
    // Only the header: what becomes of registers that make no sense is not defined.
    SETRANGE: {
      weight: 1,
      args: (d) => [...key(d), String(d.below(15)), d.pick(['\0', 'H', '\x80', '\xff', 'xx', '\x01'])],
      fragile: true,
    },
  },
}
