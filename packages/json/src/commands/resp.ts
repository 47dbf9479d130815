import { defineCommand, type RawReply, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import {
  contentStart,
  countAt,
  isString,
  KIND_ARRAY,
  KIND_INTEGER,
  KIND_OBJECT,
  kindAt,
  nodeEnd,
  TAG_NULL,
  TAG_TRUE,
  textLength,
  textStart,
} from '../node.ts'
import { isReplyInteger } from '../number-text.ts'
import { findValues, TOO_COSTLY } from '../path-match.ts'
import { compilePath } from '../path-parser.ts'
import { asciiText, stringBytes } from '../string-text.ts'
import { ACL, optionalPath, readKey } from './_declaration.ts'
import { noSuchPath } from './_document.ts'
import { textOf } from './set.ts'

export default defineCommand({
  name: 'JSON.RESP',
  summary: 'Returns the JSON values at a path as replies of the protocol.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  deprecatedSince: '2.6.0',
  replacedBy: '`JSON.GET`',
  args: { key: readKey, path: optionalPath },
  reply: reply.any('containers are arrays that begin with the status { or [; of a path with $, a list of values'),
  // Raw, as documents may be nested deeper than the values that handlers return.
  raw(call) {
    const path = compilePath(call.argc > 2 ? textOf(call, 2) : call.context.client.resp === 3 ? '$' : '.')
    if (call.argc > 3) return call.reply.error("ERR wrong number of arguments for 'json.resp' command")
    if (typeof path === 'string') return call.reply.error(path)
    const document = call.context.key(call.argBytes(1)).getValue(jsonType)
    if (document === undefined) return call.reply.nil()
    const matches = findValues(path, document.buf)
    if (matches === undefined) return call.reply.error(TOO_COSTLY)
    if (path.isLegacy) {
      if (matches.at.length === 0) return call.reply.error(noSuchPath(path.fullText).text)
      return writeNode(call.reply, document.buf, matches.at[0])
    }
    call.reply.array(matches.at.length)
    for (const at of matches.at) writeNode(call.reply, document.buf, at)
  },
})

function writeNode(to: RawReply, buf: Uint8Array, at: number): void {
  const kind = kindAt(buf, at)
  if (kind >= KIND_ARRAY) return writeContainer(to, buf, at, kind === KIND_OBJECT)
  if (isString(buf, at)) return to.bulk(stringBytes(buf, at))
  if (kind === KIND_INTEGER) {
    const value = BigInt(asciiText(buf, at))
    if (isReplyInteger(value)) return to.bigInteger(value)
  }
  // Doubles, and integers of more than the protocol's 64 bits with a sign.
  if (kind !== 0) return to.bulk(buf, textStart(buf, at), textLength(buf, at))
  if (buf[at] === TAG_NULL) return to.nil()
  to.simple(buf[at] === TAG_TRUE ? 'true' : 'false')
}

function writeContainer(to: RawReply, buf: Uint8Array, at: number, isObject: boolean): void {
  const end = nodeEnd(buf, at)
  to.array(1 + countAt(buf, at) * (isObject ? 2 : 1))
  to.simple(isObject ? '{' : '[')
  for (let child = contentStart(buf, at); child < end; child = nodeEnd(buf, child)) {
    if (isObject) {
      to.bulk(stringBytes(buf, child))
      child = nodeEnd(buf, child)
    }
    writeNode(to, buf, child)
  }
}
