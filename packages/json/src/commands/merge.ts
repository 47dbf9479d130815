import { type Context, defineCommand, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { type Edit, JsonDocument, outermost, TOO_LARGE } from '../document.ts'
import { mergedNode } from '../merge.ts'
import { DOCUMENT_BYTES_MAX, depthOf, TAG_NULL } from '../node.ts'
import type { JsonPath } from '../path.ts'
import { type Matches, TOO_COSTLY } from '../path-match.ts'
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
  const edits = mergeEdits(document.buf, matches, patch)
  if (edits === undefined) return reply.error(TOO_LARGE)
  return applyEdits(ctx, key, document, edits, 'json.merge') ?? reply.OK
}

/** @returns undefined when the document would become larger than one may be */
function mergeEdits(buf: Uint8Array, { at, owner, member }: Matches, patch: Uint8Array): Edit[] | undefined {
  if (patch[0] === TAG_NULL && owner[0] >= 0) {
    return outermost(at.map((value, i) => removal(buf, value, owner[i], member[i])))
  }
  // Which values stay is known ahead of merging: each merged one is a copy.
  const places = outermost(at.map((value, i) => replacement(buf, value, owner[i], patch, 0)))
  const edits: Edit[] = []
  let bytes = 0
  for (const place of places) {
    const merged = mergedNode(buf, place.start, patch, 0)
    bytes += merged.length
    if (bytes > DOCUMENT_BYTES_MAX) return undefined
    edits.push({ ...place, bytes: merged, depth: depthOf(merged, 0) })
  }
  return edits
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
