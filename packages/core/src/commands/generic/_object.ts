/** What the subcommands of OBJECT have in common. */

import type { Call } from '../../engine/call.ts'

/**
 * The key's entry, or 0 after the answer nil. Counts as a hit or a miss, but is neither an access nor told as a miss:
 * it is the server that is asked, not the key.
 */
export function inspectKey(call: Call): number {
  const { db, engine } = call
  const address = db.lookup(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) {
    engine.stats.keyspaceMisses++
    call.reply.nil()
  } else engine.stats.keyspaceHits++
  return address
}

export const SWITCH_WARNING =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.'
