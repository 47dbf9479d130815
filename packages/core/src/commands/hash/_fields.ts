/** `FIELDS numfields field [field ...]`, with which the commands about expiry end. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'

export const fieldsArgument = arg.after(
  'FIELDS',
  arg.block({ field: arg.counted(arg.string(), { countName: 'numfields' }) }),
)

export const WRONG_FIELD_COUNT = 'ERR numfields should be greater than 0 and match the provided number of fields'

/** Index of the first word FIELDS from `from` on that has a word behind it; 0 after the error. */
export function findFields(call: Call, from: number): number {
  for (let i = from; i + 1 < call.argc; i++) if (call.argIs(i, 'fields')) return i
  call.reply.error(WRONG_FIELD_COUNT)
  return 0
}

/**
 * Reads the count behind the word FIELDS: as many fields as it says must follow, to the end.
 * @param step arguments for each field: 2 when it has its value behind it
 * @returns index of the first field; 0 after the error
 */
export function readFields(call: Call, fieldsIndex: number, step: 1 | 2, mismatch: string = WRONG_FIELD_COUNT): number {
  const count = call.argInt64(fieldsIndex + 1)
  const first = fieldsIndex + 2
  if (count === undefined) call.reply.error(ERRORS.notInteger)
  else if (count < 1n || count * BigInt(step) !== BigInt(call.argc - first)) call.reply.error(mismatch)
  else return first
  return 0
}

/** For commands in which FIELDS comes right behind the key. @returns index of the first field; 0 after the error */
export function readFieldsAfterKey(call: Call, mismatch?: string): number {
  if (call.argIs(2, 'fields')) return readFields(call, 2, 1, mismatch)
  call.syntaxError()
  return 0
}
