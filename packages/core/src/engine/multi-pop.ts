/** What LMPOP, ZMPOP and their blocking forms have in common: `numkeys key ... LEFT | RIGHT [COUNT count]`. */

import type { Call } from './call.ts'

export interface MultiPop {
  /** Indexes of the key arguments. */
  readonly keys: readonly number[]
  /** Whether the first of the two words is given. */
  readonly fromStart: boolean
  readonly count: number
}

/**
 * @param index of the number of keys
 * @param start the word for the elements that come first, in lower case; `end` for those that come last
 * @returns undefined after the error
 */
export function readMultiPop(call: Call, index: number, start: string, end: string): MultiPop | undefined {
  const keyCount = readPositive(call, index, 'numkeys')
  if (Number.isNaN(keyCount)) return undefined
  const where = index + 1 + keyCount
  if (where >= call.argc) return call.syntaxError()
  const fromStart = call.argIs(where, start)
  if (!fromStart && !call.argIs(where, end)) return call.syntaxError()
  let count = 1
  if (where + 1 < call.argc) {
    if (where + 2 >= call.argc || !call.argIs(where + 1, 'count')) return call.syntaxError()
    count = readPositive(call, where + 2, 'count')
    if (Number.isNaN(count)) return undefined
    if (where + 3 < call.argc) return call.syntaxError()
  }
  return { keys: Array.from({ length: keyCount }, (_, i) => index + 1 + i), fromStart, count }
}

/** @returns NaN after the error */
function readPositive(call: Call, index: number, name: string): number {
  const value = call.argInt64(index)
  if (value !== undefined && value > 0n) return Number(value)
  call.refuse(`ERR ${name} should be greater than 0`)
  return Number.NaN
}
