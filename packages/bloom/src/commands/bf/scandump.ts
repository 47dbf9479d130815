import { arg, defineCommand, reply } from '@kvasir/module-api'
import { bloomFilterType, encodeHeader } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { nextChunk } from '../../filter-chunks.ts'

export default defineCommand({
  name: 'BF.SCANDUMP',
  summary: 'Returns a Bloom filter chunk by chunk.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n), where n is the capacity',
  flags: ['readonly'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RO' }), iterator: arg.integer({ min: 0, error: ERRORS.badIterator }) },
  reply: reply.array([
    reply.integer('iterator for the next call and for BF.LOADCHUNK; 0: that was all'),
    reply.string('the chunk'),
  ]),
  handler(ctx, { key, iterator }) {
    const filter = ctx.key(key).getValue(bloomFilterType)
    if (filter === undefined) return reply.error(ERRORS.notFound)
    if (iterator === 0) return [1, encodeHeader(filter)]
    const buffers = filter.subFilters.map(({ bytes }) => bytes)
    const chunk = nextChunk(buffers, iterator)
    return chunk === undefined ? [0, ''] : [chunk.iterator, chunk.data]
  },
})
