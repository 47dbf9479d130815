/** RENAME and RENAMENX. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'

/**
 * Gives the first key's value and time to live to the second key, whose own are lost. Answers only with errors.
 * @param onlyNew leave everything as it is when the second key exists
 * @returns whether the key has the new name now; undefined after an error
 */
export function rename(call: Call, onlyNew: boolean): boolean | undefined {
  const { db, buf, starts, lengths } = call
  if (call.lookupWrite(1) === 0) return noSuchKey(call)
  if (call.sameArguments(1, 2)) return !onlyNew
  if (onlyNew && call.lookupWrite(2) !== 0) return false
  // Looked up anew, because another key was in between, and maybe whoever heard that it expired.
  const address = call.lookupAgain(1)
  if (address === 0) return noSuchKey(call)
  const value = db.takeFound(address)
  db.putValue(call.lookupAgain(2), buf, starts[2], lengths[2], value)
  call.created(2)
  call.changed(EVENT_GENERIC, 'rename_from', 1)
  call.changed(EVENT_GENERIC, 'rename_to', 2)
  return true
}

function noSuchKey(call: Call): undefined {
  call.reply.error(ERRORS.noSuchKey)
}
