import { defineCommand } from '@kvasir/module-api'
import { isString } from '../node.ts'
import { stringLength } from '../string-text.ts'
import { ACL, integers, optionalPath, readKey } from './_declaration.ts'
import { readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.STRLEN',
  summary: 'Returns the length of the JSON strings at a path, in bytes of UTF-8.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: readKey, path: optionalPath },
  reply: integers,
  handler: (ctx, { key, path }) =>
    readValues(ctx, key, path, (buf, at) => (isString(buf, at) ? stringLength(buf, at) : null), { or: 'not a string' }),
})
