/** Every command of the module; a test compares the list with the files. */

import type { CommandDefinition } from '@kvasir/module-api'
import bfAdd from './commands/bf/add.ts'
import bfCard from './commands/bf/card.ts'
import bfExists from './commands/bf/exists.ts'
import bfInfo from './commands/bf/info.ts'
import bfInsert from './commands/bf/insert.ts'
import bfLoadchunk from './commands/bf/loadchunk.ts'
import bfMadd from './commands/bf/madd.ts'
import bfMexists from './commands/bf/mexists.ts'
import bfReserve from './commands/bf/reserve.ts'
import bfScandump from './commands/bf/scandump.ts'
import cfAdd from './commands/cf/add.ts'
import cfAddnx from './commands/cf/addnx.ts'
import cfCount from './commands/cf/count.ts'
import cfDel from './commands/cf/del.ts'
import cfExists from './commands/cf/exists.ts'
import cfInfo from './commands/cf/info.ts'
import cfInsert from './commands/cf/insert.ts'
import cfInsertnx from './commands/cf/insertnx.ts'
import cfLoadchunk from './commands/cf/loadchunk.ts'
import cfMexists from './commands/cf/mexists.ts'
import cfReserve from './commands/cf/reserve.ts'
import cfScandump from './commands/cf/scandump.ts'
import cmsIncrby from './commands/cms/incrby.ts'
import cmsInfo from './commands/cms/info.ts'
import cmsInitbydim from './commands/cms/initbydim.ts'
import cmsInitbyprob from './commands/cms/initbyprob.ts'
import cmsMerge from './commands/cms/merge.ts'
import cmsQuery from './commands/cms/query.ts'
import tdigestAdd from './commands/tdigest/add.ts'
import tdigestByrank from './commands/tdigest/byrank.ts'
import tdigestByrevrank from './commands/tdigest/byrevrank.ts'
import tdigestCdf from './commands/tdigest/cdf.ts'
import tdigestCreate from './commands/tdigest/create.ts'
import tdigestInfo from './commands/tdigest/info.ts'
import tdigestMax from './commands/tdigest/max.ts'
import tdigestMerge from './commands/tdigest/merge.ts'
import tdigestMin from './commands/tdigest/min.ts'
import tdigestQuantile from './commands/tdigest/quantile.ts'
import tdigestRank from './commands/tdigest/rank.ts'
import tdigestReset from './commands/tdigest/reset.ts'
import tdigestRevrank from './commands/tdigest/revrank.ts'
import tdigestTrimmedMean from './commands/tdigest/trimmed-mean.ts'
import topkAdd from './commands/topk/add.ts'
import topkCount from './commands/topk/count.ts'
import topkIncrby from './commands/topk/incrby.ts'
import topkInfo from './commands/topk/info.ts'
import topkList from './commands/topk/list.ts'
import topkQuery from './commands/topk/query.ts'
import topkReserve from './commands/topk/reserve.ts'

export const COMMANDS: readonly CommandDefinition[] = [
  bfReserve,
  bfAdd,
  bfMadd,
  bfInsert,
  bfExists,
  bfMexists,
  bfCard,
  bfInfo,
  bfScandump,
  bfLoadchunk,
  cfReserve,
  cfAdd,
  cfAddnx,
  cfInsert,
  cfInsertnx,
  cfExists,
  cfMexists,
  cfDel,
  cfCount,
  cfInfo,
  cfScandump,
  cfLoadchunk,
  cmsInitbydim,
  cmsInitbyprob,
  cmsIncrby,
  cmsQuery,
  cmsMerge,
  cmsInfo,
  topkReserve,
  topkAdd,
  topkIncrby,
  topkQuery,
  topkCount,
  topkList,
  topkInfo,
  tdigestCreate,
  tdigestAdd,
  tdigestMerge,
  tdigestMin,
  tdigestMax,
  tdigestQuantile,
  tdigestCdf,
  tdigestRank,
  tdigestRevrank,
  tdigestByrank,
  tdigestByrevrank,
  tdigestTrimmedMean,
  tdigestReset,
  tdigestInfo,
]
