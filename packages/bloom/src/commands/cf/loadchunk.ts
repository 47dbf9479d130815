import { arg, defineCommand, PayloadError, reply } from '@kvasir/module-api'
import { cuckooFilterType, decodeHeader } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { putChunk } from '../../filter-chunks.ts'

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
    const entry = ctx.key(key)
    const filter = entry.getValue(cuckooFilterType)
    if (iterator === 1) {
      try {
        entry.setValue(cuckooFilterType, decodeHeader(data), 'cf.loadchunk')
      } catch (error) {
        if (error instanceof PayloadError) return reply.error(ERRORS.badData)
        throw error
      }
      return reply.OK
    }
    if (filter === undefined) return reply.error(ERRORS.notFound)
    if (!putChunk(filter.subFilters, { iterator, data })) return reply.error(ERRORS.badData)
    entry.changed('cf.loadchunk')
    return reply.OK
  },
})
