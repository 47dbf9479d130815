import { defineCommand, type ReplyValue, reply } from '@kvasir/module-api'
import { contentStart, KIND_OBJECT, kindAt, nodeEnd } from '../node.ts'
import { stringBytes } from '../string-text.ts'
import { ACL, optionalPath, readKey } from './_declaration.ts'
import { readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.OBJKEYS',
  summary: 'Returns the keys of the objects at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: { key: readKey, path: optionalPath },
  reply: reply.oneOf([
    reply.list(reply.oneOf([reply.list(reply.string()), reply.nil('the value is no object')])),
    reply.list(reply.string(), 'for a legacy path'),
    reply.nil('no such key, or nothing there, for a legacy path'),
  ]),
  handler: (ctx, { key, path }) => readValues(ctx, key, path, keysAt, { expected: 'object', isWhole: true }),
})

function keysAt(buf: Uint8Array, at: number): ReplyValue {
  if (kindAt(buf, at) !== KIND_OBJECT) return null
  const keys: Uint8Array[] = []
  const end = nodeEnd(buf, at)
  for (let key = contentStart(buf, at); key < end; key = nodeEnd(buf, nodeEnd(buf, key))) {
    keys.push(stringBytes(buf, key))
  }
  return keys
}
