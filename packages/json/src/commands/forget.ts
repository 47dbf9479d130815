import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ACL, optionalPath } from './_declaration.ts'
import { deleteValues } from './del.ts'

export default defineCommand({
  name: 'JSON.FORGET',
  summary: 'Deletes a value, as JSON.DEL does.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), path: optionalPath },
  reply: reply.integer('how many values were deleted'),
  handler: (ctx, { key, path }) => deleteValues(ctx, key, path),
})
