import { arg, type Context, defineCommand, type RawCall, ReplyError, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { JsonDocument } from '../document.ts'
import { type JsonParser, sharedParser } from '../json-parser.ts'
import type { JsonPath } from '../path.ts'
import { compilePath } from '../path-parser.ts'
import { fromUtf8, isUtf8 } from '../utf8.ts'
import { ACL, json, path, writeKey } from './_declaration.ts'
import { applyEdits } from './_document.ts'
import { type Condition, NEW_AT_ROOT, settingOf } from './_set.ts'

export default defineCommand({
  name: 'JSON.SET',
  summary: 'Sets or updates the JSON value at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: {
    key: writeKey,
    path,
    value: json,
    condition: arg.optional(arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX') })),
  },
  reply: reply.oneOf([reply.simple('OK'), reply.nil('the condition is not met, or there is nothing to put it in')]),
  raw: setRaw,
})

/** Reads its arguments in place: the value is parsed where it was received. */
function setRaw(call: RawCall): void {
  const condition = conditionOf(call)
  if (condition === null) return call.reply.error('ERR syntax error')
  const compiled = compilePath(textOf(call, 2))
  if (typeof compiled === 'string') return call.reply.error(compiled)
  const parser = sharedParser()
  const start = call.argStart(3)
  if (!parser.parse(call.buf, start, start + call.argLength(3))) return call.reply.error(parser.error)
  const result = set(call.context, call.argBytes(1), compiled, parser, condition)
  if (result instanceof ReplyError) call.reply.error(result.text)
  else if (result) call.reply.ok()
  else call.reply.nil()
}

/** @returns null for what is no condition, or more than one */
function conditionOf(call: RawCall): Condition | null {
  if (call.argc === 4) return undefined
  if (call.argc > 5) return null
  const word = String.fromCharCode(...call.argBytes(4).subarray(0, 3)).toUpperCase()
  return word === 'NX' || word === 'XX' ? word : null
}

/** An argument as a text; what is no UTF-8 becomes U+FFFD, which no path has. */
export function textOf(call: RawCall, index: number): string {
  const { buf } = call
  const start = call.argStart(index)
  const end = start + call.argLength(index)
  let text = ''
  for (let i = start; i < end; i++) {
    if (buf[i] >= 0x80) return isUtf8(buf, start, end) ? fromUtf8(buf, start, end) : '\ufffd'
    text += String.fromCharCode(buf[i])
  }
  return text
}

/** @returns whether it was set */
function set(
  ctx: Context,
  name: Uint8Array,
  path: JsonPath,
  parser: JsonParser,
  condition: Condition,
): boolean | ReplyError {
  const key = ctx.key(name)
  const document = key.getValue(jsonType)
  const isRoot = path.segments.length === 0
  if (document === undefined) {
    if (condition === 'XX') return false
    if (!isRoot) return reply.error(NEW_AT_ROOT)
    key.setValue(jsonType, new JsonDocument(parser.bytes()), 'json.set')
    return true
  }
  if (isRoot) {
    if (condition === 'NX') return false
    document.assign(parser.out.subarray(0, parser.length))
    key.changed()
    ctx.notify('json.set', name, 'module', ['$'])
    return true
  }
  const setting = settingOf(path, document, { nodes: parser.bytes(), depth: parser.depth }, condition)
  if (typeof setting === 'string') return reply.error(setting)
  if (setting.edits.length === 0) return false
  return applyEdits(ctx, key, document, setting.edits, 'json.set', setting.created) ?? true
}
