/** DEL and UNLINK, which are one here: a value is freed at once by either. */

import type { Call } from '../../engine/call.ts'

export function deleteKeys(call: Call): void {
  let deleted = 0
  for (let i = 1; i < call.argc; i++) {
    const address = call.lookupWrite(i)
    if (address === 0) continue
    call.deleteKey(address, i)
    deleted++
  }
  call.reply.integer(deleted)
}
