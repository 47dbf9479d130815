import { arg, defineCommand, ReplyError, reply } from '@kvasir/module-api'
import { countAt, KIND_ARRAY, kindAt } from '../node.ts'
import { insertion, placeFromFront } from './_array.ts'
import { ACL, index, integers, json, path, writeKey } from './_declaration.ts'
import { changeValues, parseValues, repliesOf } from './_document.ts'

export default defineCommand({
  name: 'JSON.ARRINSERT',
  summary: 'Inserts JSON values before an index of the arrays at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: { key: writeKey, path, index, value: arg.repeated(json) },
  reply: integers,
  handler(ctx, { key, path: text, index: given, value }) {
    const values = parseValues(value)
    if (values instanceof ReplyError) return values
    return repliesOf(
      changeValues(ctx, key, text, {
        event: 'json.arrinsert',
        or: 'not an array',
        change({ buf, at }) {
          if (kindAt(buf, at) !== KIND_ARRAY) return { reply: null }
          const count = countAt(buf, at)
          const place = placeFromFront(given, count)
          if (place < 0 || place > count) return reply.error('ERR index out of bounds')
          return { edit: insertion(buf, at, place, value.length, values), reply: count + value.length }
        },
      }),
    )
  },
})
