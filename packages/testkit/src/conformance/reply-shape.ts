/** Reply shapes: whether a reply is what its declaration says, in either protocol. */

import type { ReplySchema } from '@kvasir/module-api'
import type { Reply } from '@kvasir/protocol'

type Resp = 2 | 3

/** What RESP2 sends in the place of the types that only RESP3 has. */
const NUMBER_TEXT = /^(-?(\d+(\.\d+)?(e[+-]?\d+)?|inf)|nan)$/i

/** @returns what does not fit; undefined when all does. Errors fit everywhere */
export function misfit(reply: Reply<string>, shape: ReplySchema, resp: Resp): string | undefined {
  if (reply.type === 'error' || reply.type === 'bulkError') return undefined
  const fits = isOfType(reply, shape, resp)
  if (!fits) return `is ${shownReply(reply)}, not ${shownShape(shape)}`
  return partsOf(reply, shape, resp)
}

function isOfType(reply: Reply<string>, shape: ReplySchema, resp: Resp): boolean {
  switch (shape.type) {
    case 'any':
      return true
    case 'oneof':
      return (shape.items ?? []).some((item) => misfit(reply, item, resp) === undefined)
    case 'nil':
      return reply.type === 'null'
    case 'integer':
      return reply.type === 'integer' || reply.type === 'bigNumber'
    case 'double':
      return resp === 3 ? reply.type === 'double' : reply.type === 'bulk' && NUMBER_TEXT.test(reply.value)
    case 'string':
      return reply.type === 'bulk' || reply.type === 'verbatim'
    case 'status':
      return reply.type === 'simple'
    case 'boolean':
      return resp === 3
        ? reply.type === 'boolean'
        : reply.type === 'integer' && (reply.value === 0 || reply.value === 1)
    case 'array':
      return reply.type === 'array'
    case 'map':
      return resp === 3 ? reply.type === 'map' : reply.type === 'array' && reply.value.length % 2 === 0
    case 'set':
      return reply.type === (resp === 3 ? 'set' : 'array')
  }
}

function partsOf(reply: Reply<string>, shape: ReplySchema, resp: Resp): string | undefined {
  if (shape.type === 'oneof' || shape.type === 'any') return undefined
  const { items, each } = shape
  if (reply.type === 'map')
    return (
      each &&
      firstMisfit(
        reply.value.map(([, value]) => [value, each]),
        resp,
      )
    )
  if (reply.type !== 'array' && reply.type !== 'set') return undefined
  const parts = reply.value
  if (items !== undefined) {
    if (parts.length !== items.length) return `has ${parts.length} elements, not ${items.length}`
    return firstMisfit(
      parts.map((part, i) => [part, items[i] as ReplySchema]),
      resp,
    )
  }
  const values = shape.type === 'map' ? parts.filter((_, i) => i % 2 === 1) : parts
  return (
    each &&
    firstMisfit(
      values.map((part) => [part, each]),
      resp,
    )
  )
}

function firstMisfit(parts: readonly (readonly [Reply<string>, ReplySchema])[], resp: Resp): string | undefined {
  for (const [i, [part, shape]] of parts.entries()) {
    const wrong = misfit(part, shape, resp)
    if (wrong !== undefined) return `element ${i} ${wrong}`
  }
  return undefined
}

function shownReply(reply: Reply<string>): string {
  if ('value' in reply && typeof reply.value !== 'object') return `${reply.type} ${String(reply.value).slice(0, 40)}`
  return reply.type
}

function shownShape({ type, items, description }: ReplySchema): string {
  if (type === 'oneof') return `one of ${(items ?? []).map(shownShape).join(', ')}`
  return description === undefined ? type : `${type} (${description})`
}

/** Whether a shape says something of everything in it. @returns where it does not */
export function vaguePart(shape: ReplySchema, place = 'reply'): string | undefined {
  const { type, items, each, description } = shape
  if (type === 'any') return description === undefined ? `${place} is anything` : undefined
  if (type === 'oneof' && (items === undefined || items.length === 0)) return `${place} has no alternatives`
  const isAggregate = type === 'array' || type === 'map' || type === 'set'
  if (isAggregate && items === undefined && each === undefined) return `${place} does not say what is in the ${type}`
  for (const [i, item] of (items ?? []).entries()) {
    const vague = vaguePart(item, `${place}[${i}]`)
    if (vague !== undefined) return vague
  }
  return each && vaguePart(each, `${place}[]`)
}
