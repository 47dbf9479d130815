import { type Context, defineCommand, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { type Edit, JsonDocument, outermost } from '../document.ts'
import { mergedNode } from '../merge.ts'
import { depthOf, TAG_NULL } from '../node.ts'
import type { JsonPath } from '../path.ts'
import { TOO_COSTLY } from '../path-match.ts'
import { ACL, json, path, writeKey } from './_declaration.ts'
import { applyEdits, matchesOnce, parseValues, pathOf } from './_document.ts'
import { addition, NEW_AT_ROOT, removal, replacement } from './_set.ts'

export default defineCommand({
  name: 'JSON.MERGE',
  summary: 'Merges a given JSON value into matching paths, as RFC 7396 has it: null takes a member out.',
  since: '2.6.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: { key: writeKey, path, value: json },
  reply: reply.oneOf([reply.simple('OK'), reply.nil('there is nothing to merge it into')]),
  handler(ctx, { key, path: text, value }) {
    const compiled = pathOf(ctx, text)
    if (compiled instanceof ReplyError) return compiled
    const patch = parseValues([value])
    if (patch instanceof ReplyError) return patch
    return merge(ctx, key, compiled, patch.nodes)
  },
})

function merge(ctx: Context, name: Uint8Array, compiled: JsonPath, patch: Uint8Array): ReplyValue {
  const key = ctx.key(name)
  const document = key.getValue(jsonType)
  if (document === undefined) {
    if (compiled.segments.length > 0) return reply.error(NEW_AT_ROOT)
    key.setValue(jsonType, new JsonDocument(mergedNode(patch, -1, patch, 0)), 'json.merge')
    return reply.OK
  }
  const matches = matchesOnce(compiled, document)
  if (matches === undefined) return reply.error(TOO_COSTLY)
  if (matches.at.length === 0) return mergeNew(ctx, name, compiled, document, patch)
  const { buf } = document
  const edits: Edit[] = matches.at.map((at, i) => {
    const owner = matches.owner[i]
    if (patch[0] === TAG_NULL && owner >= 0) return removal(buf, at, owner, matches.member[i])
    const merged = mergedNode(buf, at, patch, 0)
    return replacement(buf, at, owner, merged, depthOf(merged, 0))
  })
  return applyEdits(ctx, key, document, outermost(edits), 'json.merge') ?? reply.OK
}

/** A path that leads nowhere yet: its last name becomes a member, of a patch without its nulls. */
function mergeNew(
  ctx: Context,
  name: Uint8Array,
  compiled: JsonPath,
  document: JsonDocument,
  patch: Uint8Array,
): ReplyValue {
  const nodes = mergedNode(patch, -1, patch, 0)
  const setting = addition(compiled, document, { nodes, depth: depthOf(nodes, 0) })
  if (typeof setting === 'string') return reply.error(setting)
  if (setting.edits.length === 0) return null
  if (patch[0] === TAG_NULL) return reply.OK
  return applyEdits(ctx, ctx.key(name), document, setting.edits, 'json.merge', setting.created) ?? reply.OK
}
