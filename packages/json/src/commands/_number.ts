/** Arithmetic on the numbers at a path: JSON.NUMINCRBY and JSON.NUMMULTBY. */

import { type Context, ReplyDouble, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { isNumber, KIND_DOUBLE, KIND_INTEGER } from '../node.ts'
import { formatNumber, isInteger64, isReplyInteger, type NumberValue, parseNumber } from '../number-text.ts'
import { asciiText } from '../string-text.ts'
import { type Changed, changeValues, parseValues } from './_document.ts'
import { replacement } from './_set.ts'

export const numberReply = reply.oneOf([
  reply.string('JSON: an array of numbers and nulls; the number alone for a legacy path'),
  reply.list(reply.oneOf([reply.integer(), reply.number(), reply.nil('the value is no number')]), 'RESP3'),
])

const NOT_FINITE = 'ERR result is not a number'
const NOT_A_NUMBER = 'ERR the value to calculate with is not a number'

export interface Arithmetic {
  readonly event: string
  integers(a: bigint, b: bigint): bigint
  doubles(a: number, b: number): number
}

/** Integers stay so while the result fits into 64 bits; otherwise the calculation is one of doubles. */
function calculated(a: NumberValue, b: NumberValue, { integers, doubles }: Arithmetic): NumberValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = integers(a, b)
    if (isInteger64(result)) return result
  }
  return doubles(Number(a), Number(b))
}

export function calculate(
  ctx: Context,
  key: Uint8Array,
  path: string,
  operand: Uint8Array,
  arithmetic: Arithmetic,
): ReplyValue {
  const values = parseValues([operand])
  if (values instanceof ReplyError) return values
  if (!isNumber(values.nodes, 0)) return reply.error(NOT_A_NUMBER)
  const by = parseNumber(asciiText(values.nodes, 0)) as NumberValue
  const changed = changeValues(ctx, key, path, {
    event: arithmetic.event,
    or: 'does not contains a number',
    change({ buf, at, owner }) {
      if (!isNumber(buf, at)) return { reply: null }
      const text = formatNumber(calculated(parseNumber(asciiText(buf, at)) as NumberValue, by, arithmetic))
      if (text === undefined) return reply.error(NOT_FINITE)
      return { edit: replacement(buf, at, owner, numberNode(text), 0), reply: text }
    },
  })
  return changed instanceof ReplyError ? changed : numbersReply(ctx, changed)
}

function numberNode(text: string): Uint8Array {
  const node = new Uint8Array(text.length + 1)
  node[0] = ((/^-?[0-9]+$/.test(text) ? KIND_INTEGER : KIND_DOUBLE) << 5) | text.length
  for (let i = 0; i < text.length; i++) node[i + 1] = text.charCodeAt(i)
  return node
}

/** RESP2: JSON. RESP3: numbers; for a legacy path JSON, too. */
function numbersReply(ctx: Context, { isLegacy, replies }: Changed): ReplyValue {
  const texts = replies as readonly (string | null)[]
  if (isLegacy) return texts.findLast((text) => text !== null)
  return ctx.client.resp === 3 ? texts.map(numberReplyOf) : `[${texts.map((text) => text ?? 'null').join()}]`
}

function numberReplyOf(text: string | null): ReplyValue {
  if (text === null) return null
  const value = parseNumber(text) as NumberValue
  return typeof value === 'bigint' && isReplyInteger(value) ? value : new ReplyDouble(Number(value))
}
