/** The module's declaration. */

import type { ModuleDefinition } from '@kvasir/module-api'
import { bloomFilterType } from './bloom-filter-type.ts'
import { COMMANDS } from './command-list.ts'
import { countMinSketchType } from './count-min-sketch.ts'
import { cuckooFilterType } from './cuckoo-filter-type.ts'
import { PARAMETERS } from './parameters.ts'
import { tDigestType } from './t-digest-type.ts'
import { topKType } from './top-k-type.ts'

export const bloomModule: ModuleDefinition = {
  name: 'bloom',
  version: '0.0.0',
  api: 1,
  aclCategories: ['bloom', 'cuckoo', 'cms', 'topk', 'tdigest'],
  types: [bloomFilterType, cuckooFilterType, countMinSketchType, topKType, tDigestType],
  commands: COMMANDS,
  config: PARAMETERS,
}
