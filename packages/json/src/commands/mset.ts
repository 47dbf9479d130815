import { arg, type Context, defineCommand, type Key, ReplyError, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { JsonDocument, parseDocument } from '../document.ts'
import type { JsonPath } from '../path.ts'
import { ACL, json, path, writeKey } from './_declaration.ts'
import { parseValues, pathOf, type Values } from './_document.ts'
import { NEW_AT_ROOT, settingOf } from './_set.ts'

export default defineCommand({
  name: 'JSON.MSET',
  summary: 'Sets or updates the JSON value of one or more keys.',
  since: '2.6.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: { triplet: arg.repeated(arg.block({ key: writeKey, path, value: json })) },
  reply: reply.simple('OK'),
  handler(ctx, { triplet }) {
    const settings: Setting[] = []
    for (const { key, path: text, value } of triplet) {
      const compiled = pathOf(ctx, text)
      if (compiled instanceof ReplyError) return compiled
      const isRoot = compiled.segments.length === 0
      const content = isRoot ? documentOf(value) : parseValues([value])
      if (content instanceof ReplyError) return content
      settings.push({ name: key, path: compiled, content })
    }
    return setAll(ctx, settings)
  },
})

interface Setting {
  readonly name: Uint8Array
  readonly path: JsonPath
  /** What the key is to be, for the root; what is to be put in it, for every other path. */
  readonly content: JsonDocument | Values
}

function documentOf(text: Uint8Array): JsonDocument | ReplyError {
  const document = parseDocument(text)
  return typeof document === 'string' ? reply.error(document) : document
}

/** A key as it will be; `before` is what it has now. */
interface Draft {
  readonly key: Key
  readonly before: JsonDocument | undefined
  after: JsonDocument | undefined
  isChanged: boolean
}

/** Works on copies: when one of the settings cannot be made, none is. */
function setAll(ctx: Context, settings: readonly Setting[]): ReplyError | typeof reply.OK {
  const drafts = new Map<string, Draft>()
  for (const { name, path: compiled, content } of settings) {
    const id = name.join()
    const draft = drafts.get(id) ?? draftOf(ctx, name)
    drafts.set(id, draft)
    if (content instanceof JsonDocument) {
      draft.after = content
      draft.isChanged = true
      continue
    }
    draft.after ??= draft.before?.copy()
    if (draft.after === undefined) return reply.error(NEW_AT_ROOT)
    const setting = settingOf(compiled, draft.after, content, undefined)
    if (typeof setting === 'string') return reply.error(setting)
    if (setting.edits.length === 0) continue
    const error = draft.after.apply(setting.edits)
    if (error !== undefined) return reply.error(error)
    draft.isChanged = true
  }
  for (const { key, before, after, isChanged } of drafts.values()) {
    if (!isChanged || after === undefined) continue
    if (before === undefined) {
      key.setValue(jsonType, after, 'json.mset')
      continue
    }
    before.become(after)
    key.changed()
    ctx.notify('json.mset', key.name)
  }
  return reply.OK
}

function draftOf(ctx: Context, name: Uint8Array): Draft {
  const key = ctx.key(name)
  return { key, before: key.getValue(jsonType), after: undefined, isChanged: false }
}
