import { arg, type Context, defineCommand, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { outermost } from '../document.ts'
import { TOO_COSTLY } from '../path-match.ts'
import { ACL, optionalPath } from './_declaration.ts'
import { applyEdits, matchesOnce, pathOf } from './_document.ts'
import { removal } from './_set.ts'

export default defineCommand({
  name: 'JSON.DEL',
  summary: 'Deletes a value. Without a path, or with the root, the key goes.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), path: optionalPath },
  reply: reply.integer('how many values were deleted'),
  handler: (ctx, { key, path }) => deleteValues(ctx, key, path),
})

/** JSON.DEL and JSON.FORGET. Values within values that go are not counted. */
export function deleteValues(ctx: Context, name: Uint8Array, text: string | undefined): ReplyValue {
  const path = pathOf(ctx, text)
  if (path instanceof ReplyError) return path
  const key = ctx.key(name)
  const document = key.getValue(jsonType)
  if (document === undefined) return 0
  if (path.segments.length === 0) {
    key.delete()
    ctx.notify('json.del', name)
    return 1
  }
  const matches = matchesOnce(path, document)
  if (matches === undefined) return reply.error(TOO_COSTLY)
  const edits = outermost(matches.at.map((at, i) => removal(document.buf, at, matches.owner[i], matches.member[i])))
  return applyEdits(ctx, key, document, edits, 'json.del') ?? edits.length
}
