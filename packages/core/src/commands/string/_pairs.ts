/** Keys and values in turn: what MSET, MSETNX and MSETEX share. */

import type { Call } from '../../engine/call.ts'
import { EVENT_GENERIC, EVENT_STRING } from '../../engine/events.ts'

/** Sets the keys of the pairs that begin at `first`, in order: of a key that is given twice, the last value stays. */
export function setPairs(call: Call, first: number, end: number, expiryMs: number): void {
  const tellsExpiry = expiryMs >= 0 && call.engine.events.wanted(EVENT_GENERIC)
  for (let i = first; i < end; i += 2) {
    call.prefetchKeys(i, first, 2, end)
    call.putString(call.lookupWrite(i), i, i + 1, expiryMs)
    call.changed(EVENT_STRING, 'set', i)
    if (tellsExpiry) call.notify(EVENT_GENERIC, 'expire', i)
  }
}

/** Whether none of the pairs' keys exists. */
export function noneExists(call: Call, first: number, end: number): boolean {
  for (let i = first; i < end; i += 2) if (call.lookupWrite(i) !== 0) return false
  return true
}

/** Whether all of the pairs' keys exist. */
export function allExist(call: Call, first: number, end: number): boolean {
  for (let i = first; i < end; i += 2) if (call.lookupWrite(i) === 0) return false
  return true
}
