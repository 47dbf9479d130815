import { arg, defineCommand, reply } from '@kvasir/module-api'
import type { CuckooFilter } from '../../cuckoo-filter.ts'
import { cuckooFilterType, decodeHeader } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { type Chunked, loadChunk } from '../../filter-chunks.ts'

const filters: Chunked<CuckooFilter> = {
  type: cuckooFilterType,
  decodeHeader,
  buffersOf: ({ subFilters }) => subFilters,
  event: 'cf.loadchunk',
}

export default defineCommand({
  name: 'CF.LOADCHUNK',
  summary: 'Restores a cuckoo filter chunk by chunk. The first chunk overwrites the filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n), where n is the capacity',
  flags: ['write', 'denyoom'],
  acl: ['cuckoo'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    iterator: arg.integer({ min: 1, error: ERRORS.badIterator }),
    data: arg.string(),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, iterator, data }) {
    return loadChunk(ctx.key(key), filters, { iterator, data })
  },
})
