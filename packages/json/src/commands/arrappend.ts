import { arg, defineCommand, ReplyError } from '@kvasir/module-api'
import { countAt, KIND_ARRAY, kindAt } from '../node.ts'
import { insertion } from './_array.ts'
import { ACL, integers, json, optionalPath, writeKey } from './_declaration.ts'
import { changeValues, parseValues, repliesOf } from './_document.ts'

export default defineCommand({
  name: 'JSON.ARRAPPEND',
  summary: 'Appends one or more JSON values to the arrays at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write', 'denyoom'],
  acl: ACL,
  args: { key: writeKey, path: optionalPath, value: arg.repeated(json) },
  reply: integers,
  handler(ctx, { key, path, value }) {
    const values = parseValues(value)
    if (values instanceof ReplyError) return values
    return repliesOf(
      changeValues(ctx, key, path, {
        event: 'json.arrappend',
        or: 'not an array',
        change({ buf, at }) {
          if (kindAt(buf, at) !== KIND_ARRAY) return { reply: null }
          const count = countAt(buf, at)
          return { edit: insertion(buf, at, count, value.length, values), reply: count + value.length }
        },
      }),
    )
  },
})
