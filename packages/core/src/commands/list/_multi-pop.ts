/** LMPOP and BLMPOP: elements of the first list that has some. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { readSide, sides, writeList } from './_list.ts'
import { popSome } from './_pop.ts'

export const multiPopArguments = {
  key: arg.counted(arg.key({ access: 'RW', flags: ['access', 'delete'] }), { countName: 'numkeys' }),
  where: arg.oneOf(sides),
  count: arg.optional(arg.after('COUNT', arg.integer())),
}

export interface MultiPop {
  readonly keys: readonly number[]
  readonly fromHead: boolean
  readonly count: number
}

/** @param first index of the number of keys @returns undefined after the error */
export function readMultiPop(call: Call, first: number): MultiPop | undefined {
  const keysCount = readPositive(call, first, 'numkeys')
  if (Number.isNaN(keysCount)) return undefined
  const where = first + 1 + keysCount
  if (where >= call.argc) {
    call.syntaxError()
    return undefined
  }
  const fromHead = readSide(call, where)
  if (fromHead === undefined) return undefined
  let count = 1
  if (where + 1 < call.argc) {
    if (where + 3 !== call.argc || !call.argIs(where + 1, 'count')) {
      call.syntaxError()
      return undefined
    }
    count = readPositive(call, where + 2, 'count')
    if (Number.isNaN(count)) return undefined
  }
  return { keys: Array.from({ length: keysCount }, (_, i) => first + 1 + i), fromHead, count }
}

/** @returns NaN after the error */
function readPositive(call: Call, index: number, name: string): number {
  const value = call.argInt64(index)
  if (value !== undefined && value > 0n) return Number(value)
  call.reply.error(`ERR ${name} should be greater than 0`)
  return Number.NaN
}

/** @returns false, without an answer, when no list has anything */
export function multiPop(call: Call, { keys, fromHead, count }: MultiPop): boolean {
  for (const index of keys) {
    const list = writeList(call, index)
    if (list === undefined) return true
    if (list.length === 0) continue
    call.reply.array(2)
    call.reply.bulk(call.buf, call.starts[index], call.lengths[index])
    popSome(call, list, index, fromHead, count)
    return true
  }
  return false
}
