import { conformance, startTestEngine } from '@kvasir/testkit'
import { it } from 'vitest'
import { bloomModule } from './bloom-module.ts'

const values = {
  'MBbloom--': ['BF.RESERVE key 0.01 10', 'BF.MADD key a b c d e f g h i j k l'],
  MBbloomCF: ['CF.RESERVE key 8', 'CF.INSERT key ITEMS a a b c d e f g h i j'],
  'CMSk-TYPE': ['CMS.INITBYDIM key 8 2', 'CMS.INCRBY key a 1 b 70000 c 4294967'],
  'TopK-TYPE': ['TOPK.RESERVE key 3 4 2 0.9', 'TOPK.INCRBY key a 5 bb 70 ccc 900'],
  'TDIS-TYPE': ['TDIGEST.CREATE key COMPRESSION 10', 'TDIGEST.ADD key 1 2 3 4 5 6 7 8 9 10 -1.5'],
}

conformance(it, bloomModule, {
  values,
  growth: {
    'MBbloom--': (i) => `BF.MADD key item-${i} other-${i} third-${i}`,
    MBbloomCF: (i) => `CF.ADD key item-${i}`,
  },
  calls: [
    'BF.RESERVE key 0.01 10',
    'BF.RESERVE key 0.001 100 EXPANSION 4',
    'BF.INSERT key CAPACITY 50 ERROR 0.1 EXPANSION 2 ITEMS x y',
    'BF.INSERT key NOCREATE ITEMS x y',
    'BF.MEXISTS key a z',
    'BF.SCANDUMP key 0',
    'BF.SCANDUMP key 1',
    `BF.LOADCHUNK key 1 ${headerOf('BF.SCANDUMP', values['MBbloom--'])}`,
    'CF.RESERVE key 100 BUCKETSIZE 4 MAXITERATIONS 10 EXPANSION 1',
    'CF.ADDNX key z',
    'CF.INSERT key CAPACITY 100 ITEMS x y',
    'CF.INSERTNX key NOCREATE ITEMS x y a',
    'CF.DEL key a',
    'CF.COUNT key a',
    'CF.SCANDUMP key 0',
    'CF.SCANDUMP key 1',
    `CF.LOADCHUNK key 1 ${headerOf('CF.SCANDUMP', values.MBbloomCF)}`,
    'CMS.INITBYPROB key 0.1 0.01',
    'CMS.INCRBY key x 3 a 5',
    'CMS.QUERY key a b z',
    'CMS.MERGE key 2 key other WEIGHTS 1 2',
    'TOPK.RESERVE key 5',
    'TOPK.RESERVE key 5 8 7 0.9',
    'TOPK.ADD key x bb dddd',
    'TOPK.INCRBY key x 7000',
    'TOPK.QUERY key a z',
    'TOPK.LIST key WITHCOUNT',
    'TDIGEST.MERGE dest 2 key other',
    'TDIGEST.MERGE dest 1 key COMPRESSION 200 OVERRIDE',
    'TDIGEST.QUANTILE key 0 0.5 1',
    'TDIGEST.CDF key -1e9 5 1e9',
    'TDIGEST.BYRANK key 0 5 100',
    'TDIGEST.BYREVRANK key 0 5 100',
    'TDIGEST.TRIMMED_MEAN key 0.1 0.9',
  ],
})

/** The first chunk of a dump, as a word of a request. */
function headerOf(command: string, lines: readonly string[]): string {
  const engine = startTestEngine({ modules: [bloomModule] })
  for (const line of lines) engine.call(...(line.split(' ') as [string]))
  const [, header] = engine.callBytes<[number, Uint8Array]>(command, 'key', 0)
  return `"${[...header].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`
}
