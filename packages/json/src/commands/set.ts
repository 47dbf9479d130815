import { arg, defineCommand, type RawCall, reply } from '@kvasir/module-api'
import { canonicalText } from '../canonical-text.ts'
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

/** What a change of the whole document is to those who follow changed paths. */
const ROOT = ['$']

/** Reads its arguments in place: the value is looked at where it was received. */
function setRaw(call: RawCall): void {
  const condition = conditionOf(call)
  if (condition === null) return call.reply.error('ERR syntax error')
  const compiled = compilePath(textOf(call, 2))
  if (typeof compiled === 'string') return call.reply.error(compiled)
  const parser = sharedParser()
  const isRoot = compiled.segments.length === 0
  const result = isRoot ? setRoot(call, parser, condition) : setAtPath(call, parser, compiled, condition)
  parser.release()
  if (result === true) call.reply.ok()
  else if (result === false) call.reply.nil()
  else call.reply.error(result)
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

/** @returns whether it was set, or the error */
function setRoot(call: RawCall, parser: JsonParser, condition: Condition): boolean | string {
  const start = call.argStart(3)
  const end = start + call.argLength(3)
  const text = canonicalText(call.buf, start, end)
  if (text === undefined && !parser.parse(call.buf, start, end)) return parser.error
  const found = call.value(1, jsonType)
  if (condition !== undefined && (condition === 'NX') === (found !== undefined)) return false
  const document = found ?? new JsonDocument()
  if (text === undefined) document.assign(parser.out.subarray(0, parser.length))
  else document.assignText(text)
  if (found !== undefined) call.valueChanged(1, 'json.set', ROOT)
  else call.context.key(call.argBytes(1)).setValue(jsonType, document, 'json.set')
  return true
}

/** @returns whether it was set, or the error */
function setAtPath(call: RawCall, parser: JsonParser, path: JsonPath, condition: Condition): boolean | string {
  const start = call.argStart(3)
  if (!parser.parse(call.buf, start, start + call.argLength(3))) return parser.error
  const document = call.value(1, jsonType)
  if (document === undefined) return condition === 'XX' ? false : NEW_AT_ROOT
  const setting = settingOf(path, document, { nodes: parser.bytes(), depth: parser.depth }, condition)
  if (typeof setting === 'string') return setting
  if (setting.edits.length === 0) return false
  const { context } = call
  const key = context.key(call.argBytes(1))
  return applyEdits(context, key, document, setting.edits, 'json.set', setting.created)?.text ?? true
}
