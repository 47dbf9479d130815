/** Writes the values that modules' handlers return; see `ReplyValue` for what becomes what. */

import type { CommandArgument, ReplyDouble, ReplyError, ReplyStatus, ReplyValue } from '@kvasir/module-api'
import type { ReplyWriter } from '@kvasir/protocol'

/** Deeper nesting is taken for a cycle. */
const DEPTH_MAX = 64

export function writeReply(reply: ReplyWriter, value: ReplyValue, depth = 0): void {
  if (depth > DEPTH_MAX) throw new Error('the reply is nested too deep')
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value)) reply.integer(value)
      else reply.double(value)
      return
    case 'bigint':
      return reply.bigInteger(value)
    case 'string':
      return reply.bulkString(value)
    case 'boolean':
      return reply.boolean(value)
    case 'undefined':
      return reply.nil()
    default:
      writeObject(reply, value, depth)
  }
}

function writeObject(reply: ReplyWriter, value: Exclude<ReplyValue, string | number | bigint | boolean | undefined>, depth: number): void {
  if (value === null) return reply.nil()
  if (value instanceof Uint8Array) return reply.bulk(value)
  if (Array.isArray(value)) {
    reply.array(value.length)
    for (const item of value as readonly ReplyValue[]) writeReply(reply, item, depth + 1)
  } else if (value instanceof Map) {
    reply.map(value.size)
    for (const [key, item] of value as ReadonlyMap<ReplyValue, ReplyValue>) {
      writeReply(reply, key, depth + 1)
      writeReply(reply, item, depth + 1)
    }
  } else if (value instanceof Set) {
    reply.set(value.size)
    for (const item of value as ReadonlySet<ReplyValue>) writeReply(reply, item, depth + 1)
  } else writeMarked(reply, value as ReplyError | ReplyStatus | ReplyDouble)
}

/** By their `kind`, not their class: a module may bring a copy of the API package of its own. */
function writeMarked(reply: ReplyWriter, value: ReplyError | ReplyStatus | ReplyDouble): void {
  switch (value.kind) {
    case 'error':
      return reply.error(value.text)
    case 'status':
      return reply.simple(value.text)
    case 'double':
      return reply.double(value.value)
    default:
      throw new Error(`a handler returned what is no reply value: ${typeof value}`)
  }
}

/** TEMP until the reply parser lands. */
export function encodeCommand(words: readonly CommandArgument[]): Uint8Array {
  void words
  return new Uint8Array(0)
}
export function readReply(_buf: Uint8Array, _start: number, _end: number): ReplyValue {
  return null
}
