import { defineCommand } from '@kvasir/module-api'
import { ACL, changedKey, json, path } from './_declaration.ts'
import { calculate, numberReply } from './_number.ts'

export default defineCommand({
  name: 'JSON.NUMINCRBY',
  summary: 'Increments the numbers at a path by a number.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: changedKey, path, value: json },
  reply: numberReply,
  handler: (ctx, { key, path: text, value }) =>
    calculate(ctx, key, text, value, { event: 'json.numincrby', integers: (a, b) => a + b, doubles: (a, b) => a + b }),
})
