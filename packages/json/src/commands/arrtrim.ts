import { defineCommand, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { type Edit, outermost } from '../document.ts'
import { countAt, KIND_ARRAY, kindAt } from '../node.ts'
import { TOO_COSTLY } from '../path-match.ts'
import { clampedPlace, trimming } from './_array.ts'
import { ACL, index, integers, path, writeKey } from './_declaration.ts'
import { applyEdits, MISSING_KEY, matchesOnce, noSuchPath, pathOf } from './_document.ts'

export default defineCommand({
  name: 'JSON.ARRTRIM',
  summary: 'Trims the arrays at a path to an inclusive range of elements.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: writeKey, path, start: index, stop: index },
  reply: integers,
  handler(ctx, { key: name, path: text, start, stop }) {
    const compiled = pathOf(ctx, text)
    if (compiled instanceof ReplyError) return compiled
    const key = ctx.key(name)
    const document = key.getValue(jsonType)
    if (document === undefined) return reply.error(MISSING_KEY)
    const matches = matchesOnce(compiled, document)
    if (matches === undefined) return reply.error(TOO_COSTLY)
    const edits: Edit[] = []
    const replies = matches.at.map((at): ReplyValue => {
      const { buf } = document
      if (kindAt(buf, at) !== KIND_ARRAY) return null
      const count = countAt(buf, at)
      const first = clampedPlace(start, count, 0, count)
      const last = clampedPlace(stop, count, -1, count - 1)
      edits.push(...trimming(buf, at, first, last))
      return Math.max(last - first + 1, 0)
    })
    const last = replies.findLast((value) => value !== null)
    if (compiled.isLegacy && last === undefined) return noSuchPath(compiled.fullText, 'not an array')
    const error = applyEdits(ctx, key, document, outermost(edits), 'json.arrtrim')
    return error ?? (compiled.isLegacy ? last : replies)
  },
})
