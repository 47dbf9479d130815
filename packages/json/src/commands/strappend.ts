import { defineCommand, ReplyError } from '@kvasir/module-api'
import {
  isString,
  KIND_ESCAPED,
  KIND_STRING,
  kindAt,
  stringHeaderBytes,
  textLength,
  textStart,
  writeStringHeader,
} from '../node.ts'
import { stringLength } from '../string-text.ts'
import { ACL, integers, json, optionalPath, writeKey } from './_declaration.ts'
import { changeValues, parseValues, repliesOf, wrongType } from './_document.ts'
import { replacement } from './_set.ts'

export default defineCommand({
  name: 'JSON.STRAPPEND',
  summary: 'Appends a JSON string to the strings at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: { key: writeKey, path: optionalPath, value: json },
  reply: integers,
  handler(ctx, { key, path, value }) {
    const values = parseValues([value])
    if (values instanceof ReplyError) return values
    const { nodes } = values
    if (!isString(nodes, 0)) return wrongType('string', nodes, 0)
    const added = stringLength(nodes, 0)
    return repliesOf(
      changeValues(ctx, key, path, {
        event: 'json.strappend',
        or: 'not a string',
        change({ buf, at, owner }) {
          if (!isString(buf, at)) return { reply: null }
          const length = stringLength(buf, at) + added
          return { edit: replacement(buf, at, owner, joined(buf, at, nodes), 0), reply: length }
        },
      }),
    )
  },
})

/** Two strings as one node: canonical texts stay canonical side by side. */
function joined(buf: Uint8Array, at: number, tail: Uint8Array): Uint8Array {
  const start = textStart(buf, at)
  const length = textLength(buf, at)
  const tailStart = textStart(tail, 0)
  const tailLength = textLength(tail, 0)
  const isEscaped = kindAt(buf, at) === KIND_ESCAPED || kindAt(tail, 0) === KIND_ESCAPED
  const node = new Uint8Array(stringHeaderBytes(length + tailLength) + length + tailLength)
  const text = writeStringHeader(node, 0, isEscaped ? KIND_ESCAPED : KIND_STRING, length + tailLength)
  node.set(buf.subarray(start, start + length), text)
  node.set(tail.subarray(tailStart, tailStart + tailLength), text + length)
  return node
}
