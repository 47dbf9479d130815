/**
 * Probabilistic data types for Kvasir: Bloom filters (BF.*), cuckoo filters (CF.*), count-min sketches (CMS.*), top-k
 * lists (TOPK.*) and t-digests (TDIGEST.*), with RedisBloom's commands, replies and formats.
 * @packageDocumentation
 */

import { defineModule } from '@kvasir/module-api'
import { bloomModule } from './bloom-module.ts'

export default defineModule(bloomModule)
