import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { COMPRESSION_MAX, TDigest } from '../../t-digest.ts'
import { tDigestType } from '../../t-digest-type.ts'

export default defineCommand({
  name: 'TDIGEST.MERGE',
  summary: 'Merges t-digests into one, which is created if it does not exist.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N*K), where N is the number of centroids and K being the number of input sketches',
  flags: ['write', 'denyoom'],
  acl: ['tdigest'],
  args: {
    destinationKey: arg.key({ access: 'RW', flags: ['insert'], docsName: 'destination-key' }),
    sourceKeys: arg.counted(arg.key({ access: 'RO', docsName: 'source-key' }), {
      countName: 'numkeys',
      error: ERRORS.tdigestNumkeys,
    }),
    compression: arg.optional(
      arg.after(
        'COMPRESSION',
        arg.integer({ min: 1, error: ERRORS.tdigestCompression, rangeError: ERRORS.tdigestCompressionRange }),
      ),
    ),
    override: arg.flag('OVERRIDE'),
  },
  reply: reply.simple('OK'),
  handler(ctx, { destinationKey, sourceKeys, compression, override }) {
    if (compression !== undefined && compression > COMPRESSION_MAX) return reply.error(ERRORS.tdigestCompressionMax)
    const entry = ctx.key(destinationKey)
    const existing = entry.getValue(tDigestType)
    const kept = override ? undefined : existing
    const sources: TDigest[] = kept === undefined ? [] : [kept]
    for (const key of sourceKeys) {
      const source = ctx.key(key).getValue(tDigestType)
      if (source === undefined) return reply.error(ERRORS.tdigestMissing)
      sources.push(source)
    }
    let observations = 0
    for (const source of sources) observations += source.observations
    if (!Number.isSafeInteger(observations)) return reply.error(ERRORS.tdigestOverflow)
    const merged = TDigest.create(compression ?? kept?.compression ?? greatestCompression(sources))
    if (merged === undefined) return reply.error(ERRORS.tdigestCompressionMax)
    for (const source of sources) merged.addDigest(source)
    entry.setValue(tDigestType, merged, 'tdigest.merge')
    return reply.OK
  },
})

function greatestCompression(digests: readonly TDigest[]): number {
  return Math.max(...digests.map(({ compression }) => compression))
}
