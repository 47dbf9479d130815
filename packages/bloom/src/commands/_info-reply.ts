/** Replies of the INFO commands: names, as status replies, and values. */

import { type ReplyValue, reply } from '@kvasir/module-api'

export function infoReply(fields: Readonly<Record<string, ReplyValue>>): ReadonlyMap<ReplyValue, ReplyValue> {
  return new Map(Object.entries(fields).map(([name, value]) => [reply.status(name), value]))
}
