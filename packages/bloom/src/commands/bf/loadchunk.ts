import { arg, defineCommand, reply } from '@kvasir/module-api'
import type { BloomFilter } from '../../bloom-filter.ts'
import { bloomFilterType, decodeHeader } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { type Chunked, loadChunk } from '../../filter-chunks.ts'

const filters: Chunked<BloomFilter> = {
  type: bloomFilterType,
  decodeHeader,
  buffersOf: ({ subFilters }) => subFilters.map(({ bytes }) => bytes),
  event: 'bf.loadchunk',
}

export default defineCommand({
  name: 'BF.LOADCHUNK',
  summary: 'Restores a Bloom filter chunk by chunk. The first chunk overwrites the filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n), where n is the capacity',
  flags: ['write', 'denyoom'],
  acl: ['bloom'],
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
