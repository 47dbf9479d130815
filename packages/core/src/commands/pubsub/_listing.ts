/** What the subcommands of PUBSUB share that answer for channels and for shard channels. */

import type { Call } from '../../engine/call.ts'
import type { SubscriptionKind } from '../../engine/pubsub.ts'

/** Names that somebody listens to; those that fit the pattern, if there is one. */
export function listNames(call: Call, kind: SubscriptionKind): void {
  if (call.argc > 3) {
    const given = call.argLatin1(1)
    return call.reply.error(`ERR unknown subcommand or wrong number of arguments for '${given}'. Try PUBSUB HELP.`)
  }
  const names = [...call.engine.pubsub.names(kind, call.argc > 2 ? call.argView(2) : undefined)]
  call.reply.array(names.length)
  for (const name of names) call.reply.bulk(name)
}

/** Each name in the arguments, and how many listen to it. */
export function countListeners(call: Call, kind: SubscriptionKind): void {
  call.reply.array(2 * (call.argc - 2))
  for (let i = 2; i < call.argc; i++) {
    call.reply.bulk(call.buf, call.starts[i], call.lengths[i])
    call.reply.integer(call.engine.pubsub.listenerCount(kind, call.argLatin1(i)))
  }
}
