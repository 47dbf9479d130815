/**
 * What the commands that subscribe and unsubscribe have in common: each name is confirmed on its own, by a push in
 * RESP3 and by an array of the same items in RESP2.
 */

import type { ReplyWriter } from '@kvasir/protocol'
import type { Call } from '../../engine/call.ts'
import { SHARD_CHANNELS, type SubscriptionKind } from '../../engine/pubsub.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

/** Subscribes to every name in the arguments. */
export function subscribe(call: Call, kind: SubscriptionKind): void {
  const { session, engine } = call
  if (!maySubscribe(call, kind)) {
    return call.reply.error(`ERR ${call.command.name.toUpperCase()} isn't allowed for a DENY BLOCKING client`)
  }
  for (let i = 1; i < call.argc; i++) {
    const name = call.argLatin1(i)
    engine.pubsub.subscribe(session, kind, name)
    confirm(call, kind, name)
  }
}

/** Within a transaction shard channels cannot be, because a cluster could not move them meanwhile. */
function maySubscribe(call: Call, kind: SubscriptionKind): boolean {
  return kind === SHARD_CHANNELS ? call.mayBlock : call.answersClient
}

/** Unsubscribes from the names in the arguments; without any, from all of the kind. */
export function unsubscribe(call: Call, kind: SubscriptionKind): void {
  const { session, engine } = call
  const names =
    call.argc > 1
      ? Array.from({ length: call.argc - 1 }, (_, i) => call.argLatin1(i + 1))
      : [...(session.subscriptions?.names[kind] ?? [])]
  for (const name of names) {
    engine.pubsub.unsubscribe(session, kind, name)
    confirm(call, kind, name)
  }
  if (names.length === 0) confirm(call, kind, undefined)
}

function confirm(call: Call, kind: SubscriptionKind, name: string | undefined): void {
  const { session, engine } = call
  const write = (out: ReplyWriter): void => {
    out.push(3)
    out.bulkString(call.command.name)
    if (name === undefined) out.nil()
    else out.bulk(fromLatin1(name))
    out.integer(engine.pubsub.subscriptionCount(session, kind))
  }
  // A module's call gets it as its reply.
  if (call.answersClient) engine.pushes.answer(session, write)
  else write(call.reply)
}
