import { defineCommand } from '@kvasir/module-api'
import { countAt, KIND_ARRAY, kindAt } from '../node.ts'
import { ACL, integers, optionalPath, readKey } from './_declaration.ts'
import { readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.ARRLEN',
  summary: 'Returns the length of the arrays at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: readKey, path: optionalPath },
  reply: integers,
  handler: (ctx, { key, path }) =>
    readValues(ctx, key, path, (buf, at) => (kindAt(buf, at) === KIND_ARRAY ? countAt(buf, at) : null), {
      or: 'not an array',
    }),
})
