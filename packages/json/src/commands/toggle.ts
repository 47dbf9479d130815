import { defineCommand, ReplyError, reply } from '@kvasir/module-api'
import { TAG_FALSE, TAG_TRUE } from '../node.ts'
import { ACL, changedKey, optionalPath } from './_declaration.ts'
import { changeValues, repliesOf } from './_document.ts'
import { replacement } from './_set.ts'

export default defineCommand({
  name: 'JSON.TOGGLE',
  summary: 'Toggles the booleans at a path.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the document from the first change on, and of what the path steps over',
  flags: ['write'],
  acl: ACL,
  args: { key: changedKey, path: optionalPath },
  reply: reply.oneOf([
    reply.list(reply.oneOf([reply.integer('the new value: 0 or 1'), reply.nil('the value is no boolean')])),
    reply.string('the new value as JSON, for a legacy path'),
  ]),
  handler(ctx, { key, path }) {
    const changed = changeValues(ctx, key, path, {
      event: 'json.toggle',
      or: 'not a bool',
      change({ buf, at, owner }) {
        const tag = buf[at]
        if (tag !== TAG_FALSE && tag !== TAG_TRUE) return { reply: null }
        const bytes = Uint8Array.of(tag === TAG_TRUE ? TAG_FALSE : TAG_TRUE)
        return { edit: replacement(buf, at, owner, bytes, 0), reply: tag === TAG_TRUE ? 0 : 1 }
      },
    })
    const replies = repliesOf(changed)
    // A legacy path gets the value as JSON, which is what the clients of RedisJSON read.
    const isLegacy = !(changed instanceof ReplyError) && changed.isLegacy
    return isLegacy ? (replies === 1 ? 'true' : 'false') : replies
  },
})
