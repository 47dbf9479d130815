/** Bitmaps and bitfields. An offset can make a string of half a gigabyte: hostile ones are only those refused. */

import type { Family } from '../command-spec.ts'
import type { Draw } from '../draw.ts'

const key = (d: Draw): string[] => [d.key('bitmap')]
const offset = (d: Draw): string => {
  if (d.chance(0.95)) return String(d.below(d.chance(0.05) ? 70_000 : 400))
  return d.pick(['-1', '4294967296', '9223372036854775807', '9223372036854775808', 'x', '', '1.5'])
}
const bit = (d: Draw): string => (d.chance(0.97) ? d.pick(['0', '1']) : d.pick(['2', '-1', '', 'x', '01']))
const span = (d: Draw): string[] =>
  d.chance(0.4)
    ? []
    : [d.integer(-40, 60), ...d.maybe(0.95, d.integer(-40, 60), ...d.maybe(0.5, d.pick(['BYTE', 'BIT', 'bit'])))]

function encoding(d: Draw): string {
  if (d.chance(0.03)) return d.pick(['u0', 'u64', 'u65', 'i0', 'i65', 'x8', 'u', '', 'i-1', 'u08'])
  return (
    d.pick(['u', 'i', 'U', 'I']) + d.pick(['1', '2', '3', '4', '5', '7', '8', '13', '16', '31', '32', '33', '62', '63'])
  )
}
const place = (d: Draw): string => {
  if (d.chance(0.03))
    return d.pick(['-1', '#-1', '#', 'x', '', '4294967296', '9223372036854775807', '#9223372036854775807'])
  return (d.chance(0.3) ? '#' : '') + String(d.below(200))
}
const value = (d: Draw): string => (d.chance(0.2) ? d.pick(['-1', '255', '256', '-129']) : d.integer(-300, 300))

function operation(d: Draw): string[] {
  const x = d.below(10)
  if (x < 4) return ['GET', encoding(d), place(d)]
  if (x < 6) return ['SET', encoding(d), place(d), value(d)]
  if (x < 8) return ['INCRBY', encoding(d), place(d), value(d)]
  return ['OVERFLOW', d.chance(0.95) ? d.pick(['WRAP', 'SAT', 'FAIL', 'fail']) : 'x']
}

export const bitmap: Family = {
  name: 'bitmap',
  commands: {
    SETBIT: { weight: 30, args: (d) => [...key(d), offset(d), bit(d)], fragile: true },
    GETBIT: { args: (d) => [...key(d), offset(d)] },
    BITCOUNT: { weight: 15, args: (d) => [...key(d), ...span(d)] },
    BITPOS: { weight: 15, args: (d) => [...key(d), bit(d), ...span(d)] },
    BITOP: {
      weight: 15,
      args: (d) => {
        const operator = d.pick(['AND', 'OR', 'XOR', 'NOT', 'and', 'nand'])
        return [operator, ...key(d), ...(operator === 'NOT' && d.chance(0.9) ? key(d) : d.keys('bitmap'))]
      },
    },
    BITFIELD: { weight: 20, args: (d) => [...key(d), ...d.times(d.few(), () => operation(d)).flat()], fragile: true },
    BITFIELD_RO: {
      args: (d) => [
        ...key(d),
        ...d.times(d.few(), () => (d.chance(0.95) ? ['GET', encoding(d), place(d)] : operation(d))).flat(),
      ],
    },
    // Raw strings under the same keys.
    SET: { weight: 4, args: (d) => [...key(d), d.value()] },
    GET: { weight: 6, args: key },
  },
}
