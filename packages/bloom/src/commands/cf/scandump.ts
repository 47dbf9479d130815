import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType, encodeHeader } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { nextChunk } from '../../filter-chunks.ts'

export default defineCommand({
  name: 'CF.SCANDUMP',
  summary: 'Returns a cuckoo filter chunk by chunk.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n), where n is the capacity',
  flags: ['readonly'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RO' }), iterator: arg.integer({ min: 0, error: ERRORS.badIterator }) },
  reply: reply.array([
    reply.integer('iterator for the next call and for CF.LOADCHUNK; 0: that was all'),
    reply.oneOf([reply.string('the chunk'), reply.nil('that was all')]),
  ]),
  handler(ctx, { key, iterator }) {
    const filter = ctx.key(key).getValue(cuckooFilterType)
    if (filter === undefined) return reply.error(ERRORS.notFound)
    if (iterator === 0) return [1, encodeHeader(filter)]
    const chunk = nextChunk(filter.subFilters, iterator)
    return chunk === undefined ? [0, null] : [chunk.iterator, chunk.data]
  },
})
