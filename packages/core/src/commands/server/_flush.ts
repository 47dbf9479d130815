/** FLUSHDB and FLUSHALL. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'

export const flushArguments = {
  flushType: arg.optional(
    arg.oneOf(
      { async: arg.token('ASYNC', { since: '4.0.0' }), sync: arg.token('SYNC', { since: '6.2.0' }) },
      { docsName: 'flush-type' },
    ),
  ),
} as const

/**
 * Empties a database, or all of them with -1. There is nothing to choose between ASYNC and SYNC: the keys are gone at
 * once, in constant time, and the memory goes back in steps that nobody waits for.
 */
export function flush(call: Call, index: number): void {
  if (call.argc > 2 || (call.argc === 2 && !call.argIs(1, 'async') && !call.argIs(1, 'sync'))) return call.syntaxError()
  const { engine } = call
  engine.dirty += engine.flush(index)
  call.reply.ok()
}
