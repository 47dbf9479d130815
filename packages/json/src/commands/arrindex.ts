import { arg, defineCommand, ReplyError, type ReplyValue } from '@kvasir/module-api'
import { equalNodes } from '../compare.ts'
import { contentStart, countAt, KIND_ARRAY, kindAt, nodeEnd } from '../node.ts'
import { clampedPlace } from './_array.ts'
import { ACL, index, integers, json, path, readKey } from './_declaration.ts'
import { parseValues, readValues } from './_document.ts'

export default defineCommand({
  name: 'JSON.ARRINDEX',
  summary: 'Returns the index of the first occurrence of a JSON value in the arrays at a path; 1 and 1.0 differ.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: {
    key: readKey,
    path,
    value: json,
    range: arg.optional(arg.block({ start: index, stop: arg.optional(index, 0n) })),
  },
  reply: integers,
  handler(ctx, { key, path: text, value, range }) {
    const values = parseValues([value])
    if (values instanceof ReplyError) return values
    const { start, stop } = range ?? { start: 0n, stop: 0n }
    const search = (buf: Uint8Array, at: number): ReplyValue =>
      kindAt(buf, at) === KIND_ARRAY ? indexOf(buf, at, values.nodes, start, stop) : null
    return readValues(ctx, key, text, search, { or: 'not an array' })
  },
})

/** @param stop exclusive; 0 stands for the end */
function indexOf(buf: Uint8Array, at: number, value: Uint8Array, start: bigint, stop: bigint): number {
  const count = countAt(buf, at)
  const from = clampedPlace(start, count, 0, count - 1)
  const to = stop === 0n ? count : clampedPlace(stop, count, 0, count)
  let element = contentStart(buf, at)
  for (let i = 0; i < to; i++) {
    if (i >= from && equalNodes(buf, element, value, 0, 'exact')) return i
    element = nodeEnd(buf, element)
  }
  return -1
}
