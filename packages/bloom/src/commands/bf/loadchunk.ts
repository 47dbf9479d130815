import { arg, defineCommand, PayloadError, reply } from '@kvasir/module-api'
import { bloomFilterType, decodeHeader } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { putChunk } from '../../filter-chunks.ts'

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
    const entry = ctx.key(key)
    const filter = entry.getValue(bloomFilterType)
    if (iterator === 1) {
      try {
        entry.setValue(bloomFilterType, decodeHeader(data), 'bf.loadchunk')
      } catch (error) {
        if (error instanceof PayloadError) return reply.error(ERRORS.badData)
        throw error
      }
      return reply.OK
    }
    if (filter === undefined) return reply.error(ERRORS.notFound)
    const buffers = filter.subFilters.map(({ bytes }) => bytes)
    if (!putChunk(buffers, { iterator, data })) return reply.error(ERRORS.badData)
    entry.changed('bf.loadchunk')
    return reply.OK
  },
})
