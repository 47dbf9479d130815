import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { COMPRESSION_MAX, TDigest } from '../../t-digest.ts'
import { tDigestType } from '../../t-digest-type.ts'

const COMPRESSION_DEFAULT = 100

export default defineCommand({
  name: 'TDIGEST.CREATE',
  summary: 'Creates an empty t-digest.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    compression: arg.optional(
      arg.after(
        'COMPRESSION',
        arg.integer({ min: 1, error: ERRORS.tdigestCompression, rangeError: ERRORS.tdigestCompressionRange }),
      ),
      COMPRESSION_DEFAULT,
    ),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, compression }) {
    if (compression > COMPRESSION_MAX) return reply.error(ERRORS.tdigestCompressionMax)
    const entry = ctx.key(key)
    if (entry.getValue(tDigestType) !== undefined) return reply.error(ERRORS.tdigestExists)
    const digest = TDigest.create(compression)
    if (digest === undefined) return reply.error(ERRORS.tdigestCompressionMax)
    entry.setValue(tDigestType, digest, 'tdigest.create')
    return reply.OK
  },
})
