import { defineCommand, reply } from '@kvasir/module-api'
import { typeNameAt } from '../node.ts'
import { ACL, optionalPath, readKey } from './_declaration.ts'
import { readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.TYPE',
  summary: 'Returns the type of the JSON values at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: readKey, path: optionalPath },
  reply: reply.oneOf([
    reply.list(reply.string()),
    reply.list(reply.list(reply.string()), 'RESP3'),
    reply.string('for a legacy path; RESP3: within a list'),
    reply.nil('no such key'),
  ]),
  handler(ctx, { key, path }) {
    const types = readValues(ctx, key, path, typeNameAt, { missingIsNil: true })
    const isType = typeof types === 'string' || Array.isArray(types)
    return ctx.client.resp === 3 && isType ? [types] : types
  },
})
