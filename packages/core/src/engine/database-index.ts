/** Numbers of databases as SELECT, MOVE, COPY and SWAPDB take them. */

import type { Call } from './call.ts'
import { ERRORS } from './errors.ts'

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

/** Returned by `readDatabaseIndex` after it has answered with an error. */
export const BAD_INDEX = -1

/** The database that the argument at `index` names; answers the error when there is none. */
export function readDatabaseIndex(call: Call, index: number): number {
  const value = call.argInt64(index)
  if (value === undefined) {
    call.reply.error(ERRORS.notInteger)
    return BAD_INDEX
  }
  const number = Number(value)
  if (number >= 0 && number < call.engine.databaseCount) return number
  call.reply.error(isInt32(number) ? ERRORS.dbIndexOutOfRange : ERRORS.notInt32)
  return BAD_INDEX
}

export function isInt32(value: number): boolean {
  return value >= INT32_MIN && value <= INT32_MAX
}
