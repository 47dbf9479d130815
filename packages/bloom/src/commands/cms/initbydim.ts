import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { createSketch } from './_sketch.ts'

export default defineCommand({
  name: 'CMS.INITBYDIM',
  summary: 'Creates a count-min sketch of this width and depth.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['cms'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    width: arg.integer({ min: 1, error: ERRORS.cmsWidth }),
    depth: arg.integer({ min: 1, error: ERRORS.cmsDepth }),
  },
  reply: reply.simple('OK'),
  handler: (ctx, { key, width, depth }) => createSketch(ctx, key, width, depth, 'cms.initbydim'),
})
