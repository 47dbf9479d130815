import { defineCommand, ReplyError, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { outermost } from '../document.ts'
import { countAt, isContainer, isNumber, KIND_INTEGER, kindAt, writeHeader } from '../node.ts'
import { TOO_COSTLY } from '../path-match.ts'
import { asciiText } from '../string-text.ts'
import { ACL, optionalPath, writeKey } from './_declaration.ts'
import { applyEdits, MISSING_KEY, matchesOnce, pathOf } from './_document.ts'
import { replacement } from './_set.ts'

export default defineCommand({
  name: 'JSON.CLEAR',
  summary: 'Empties the arrays and objects at a path, and sets the numbers to 0.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: writeKey, path: optionalPath },
  reply: reply.integer('how many values were cleared; those that were empty or 0 do not count'),
  handler(ctx, { key: name, path: text }) {
    const path = pathOf(ctx, text)
    if (path instanceof ReplyError) return path
    const key = ctx.key(name)
    const document = key.getValue(jsonType)
    if (document === undefined) return reply.error(MISSING_KEY)
    const matches = matchesOnce(path, document)
    if (matches === undefined) return reply.error(TOO_COSTLY)
    const { buf } = document
    const edits = outermost(
      matches.at.flatMap((at, i) => {
        const cleared = clearedNode(buf, at)
        return cleared === undefined ? [] : [replacement(buf, at, matches.owner[i], cleared, 0)]
      }),
    )
    return applyEdits(ctx, key, document, edits, 'json.clear') ?? edits.length
  },
})

/** @returns undefined when there is nothing to clear */
function clearedNode(buf: Uint8Array, at: number): Uint8Array | undefined {
  if (isNumber(buf, at)) {
    return Number(asciiText(buf, at)) === 0 ? undefined : Uint8Array.of((KIND_INTEGER << 5) | 1, 48)
  }
  if (!isContainer(buf, at) || countAt(buf, at) === 0) return undefined
  const node = new Uint8Array(3)
  writeHeader(node, 0, kindAt(buf, at), 0, 0, 0)
  return node
}
