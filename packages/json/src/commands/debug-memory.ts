import { defineCommand, ReplyError } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { nodeEnd } from '../node.ts'
import { ACL, integers, optionalPath, readKey } from './_declaration.ts'
import { pathOf, readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.DEBUG MEMORY',
  summary: 'Returns the memory that the JSON values at a path take, in bytes.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: readKey, path: optionalPath },
  reply: integers,
  handler(ctx, { key, path: text }) {
    const path = pathOf(ctx, text)
    if (path instanceof ReplyError) return path
    const document = ctx.key(key).getValue(jsonType)
    if (document === undefined) return path.isLegacy ? 0 : []
    if (path.segments.length === 0) return path.isLegacy ? document.memoryBytes : [document.memoryBytes]
    return readValues(ctx, key, text, (buf, at) => nodeEnd(buf, at) - at) ?? 0
  },
})
