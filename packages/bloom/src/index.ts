/**
 * Probabilistic data types for Kvasir: Bloom filters (BF.*), cuckoo filters (CF.*), count-min sketches (CMS.*), top-k
 * lists (TOPK.*) and t-digests (TDIGEST.*), with RedisBloom's commands, replies and formats.
 * @packageDocumentation
 */

import { defineModule } from '@kvasir/module-api'
import { bloomFilterType } from './bloom-filter-type.ts'
import { COMMANDS } from './command-list.ts'
import { countMinSketchType } from './count-min-sketch.ts'
import { cuckooFilterType } from './cuckoo-filter-type.ts'
import { PARAMETERS } from './parameters.ts'
import { tDigestType } from './t-digest-type.ts'
import { topKType } from './top-k-type.ts'

export default defineModule({
  name: 'bloom',
  version: '0.0.0',
  api: 1,
  aclCategories: ['bloom', 'cuckoo', 'cms', 'topk', 'tdigest'],
  types: [bloomFilterType, cuckooFilterType, countMinSketchType, topKType, tDigestType],
  commands: COMMANDS,
  config: PARAMETERS,
})
