import { arg, type Context, defineCommand, type ReplyValue, reply, WrongTypeError } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import type { JsonDocument } from '../document.ts'
import { sharedWriter } from '../json-writer.ts'
import type { JsonPath } from '../path.ts'
import { TOO_COSTLY } from '../path-match.ts'
import { compilePath } from '../path-parser.ts'
import { ACL, path, readKey } from './_declaration.ts'
import { writePath } from './get.ts'

export default defineCommand({
  name: 'JSON.MGET',
  summary: 'Returns the values at a path from one or more keys.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: arg.repeated(readKey), path },
  reply: reply.list(reply.oneOf([reply.string('JSON'), reply.nil('no such key or path, or no JSON')])),
  handler(ctx, { key, path: text }) {
    const compiled = compilePath(text)
    if (typeof compiled === 'string') return reply.error(compiled)
    return key.map((name) => textAt(documentOf(ctx, name), compiled))
  },
})

/** Keys of other types are taken for missing, as MGET does. */
function documentOf(ctx: Context, name: Uint8Array): JsonDocument | undefined {
  try {
    return ctx.key(name).getValue(jsonType)
  } catch (error) {
    if (error instanceof WrongTypeError) return undefined
    throw error
  }
}

function textAt(document: JsonDocument | undefined, compiled: JsonPath): ReplyValue {
  if (document === undefined) return null
  const writer = sharedWriter()
  const error = writePath(writer, document, compiled)
  const text = error === undefined ? writer.bytes() : null
  writer.release()
  return error === TOO_COSTLY ? reply.error(error) : text
}
