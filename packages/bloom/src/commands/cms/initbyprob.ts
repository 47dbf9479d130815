import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { createSketch } from './_sketch.ts'

export default defineCommand({
  name: 'CMS.INITBYPROB',
  summary: 'Creates a count-min sketch that is as exact as this.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['cms'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    error: arg.double({ error: ERRORS.cmsError }),
    probability: arg.double({ error: ERRORS.cmsProbability }),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, error, probability }) {
    if (!(error > 0 && error < 1)) return reply.error(ERRORS.cmsError)
    if (!(probability > 0 && probability < 1)) return reply.error(ERRORS.cmsProbability)
    const width = Math.ceil(2 / error)
    const depth = Math.ceil(Math.log10(probability) / Math.log10(0.5))
    return createSketch(ctx, key, width, depth, 'cms.initbyprob')
  },
})
