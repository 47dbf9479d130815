import { arg, defineCommand, reply } from '@kvasir/module-api'
import { jsonText } from '../json-writer.ts'
import { countAt, elementAt, KIND_ARRAY, kindAt } from '../node.ts'
import { clampedPlace } from './_array.ts'
import { ACL, index, poppedKey } from './_declaration.ts'
import { changeValues, repliesOf } from './_document.ts'
import { removal } from './_set.ts'

/** What an array without elements gives: nil, where nothing that is no array does for a legacy path. */
const EMPTY = new Map()

export default defineCommand({
  name: 'JSON.ARRPOP',
  summary: 'Removes and returns the element at an index of the arrays at a path.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: {
    key: poppedKey,
    path: arg.optional(arg.block({ path: arg.text(), index: arg.optional(index, -1n) })),
  },
  reply: reply.oneOf([
    reply.list(reply.oneOf([reply.string('JSON'), reply.nil('no array, or an empty one')])),
    reply.string('JSON, for a legacy path'),
    reply.nil('an empty array, for a legacy path'),
  ]),
  handler(ctx, { key, path }) {
    const place = path?.index ?? -1n
    const changed = changeValues(ctx, key, path?.path, {
      event: 'json.arrpop',
      or: 'not an array',
      change({ buf, at }) {
        if (kindAt(buf, at) !== KIND_ARRAY) return { reply: null }
        const count = countAt(buf, at)
        if (count === 0) return { reply: EMPTY }
        const element = elementAt(buf, at, clampedPlace(place, count, 0, count - 1))
        return { edit: removal(buf, element, at, element), reply: jsonText(buf, element) }
      },
    })
    const replies = repliesOf(changed)
    if (Array.isArray(replies)) return replies.map((value) => (value === EMPTY ? null : value))
    return replies === EMPTY ? null : replies
  },
})
