/** What XGROUP CREATE and XGROUP SETID have in common: the ID, and ENTRIESREAD. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { type Int64, toInt64 } from '../../structures/int64.ts'
import type { StreamId } from '../../structures/stream-id.ts'
import { ENTRIES_READ_UNKNOWN } from '../../types/stream-group.ts'
import { readId } from './_stream.ts'

export interface GroupOptions {
  readonly makeStream: boolean
  readonly entriesRead: Int64
}

/** Reads `MKSTREAM` and `ENTRIESREAD n` from `index` on. @returns undefined after the error */
export function readGroupOptions(call: Call, index: number, mayMakeStream: boolean): GroupOptions | undefined {
  let makeStream = false
  let entriesRead: Int64 = ENTRIES_READ_UNKNOWN
  for (let i = index; i < call.argc; i++) {
    if (mayMakeStream && call.argIs(i, 'mkstream')) makeStream = true
    else if (call.argIs(i, 'entriesread') && i + 1 < call.argc) {
      const value = call.argInt64(++i)
      if (value === undefined) return call.refuse(ERRORS.notInteger)
      if (value < -1n) return call.refuse('ERR value for ENTRIESREAD must be positive or -1')
      entriesRead = toInt64(value)
    } else {
      const name = call.argLatin1(1)
      return call.refuse(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try XGROUP HELP.`)
    }
  }
  return { makeStream, entriesRead }
}

/** An ID, or `$` for the last one. @returns undefined after the error */
export function readGroupId(call: Call, index: number, last: StreamId): StreamId | undefined {
  return call.argIs(index, '$') ? last : readId(call, index)
}
