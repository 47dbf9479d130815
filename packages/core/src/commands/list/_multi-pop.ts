/** LMPOP and BLMPOP: elements of the first list that has some. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { type MultiPop, readMultiPop } from '../../engine/multi-pop.ts'
import { sides, writeList } from './_list.ts'
import { popSome } from './_pop.ts'

export const multiPopArguments = {
  key: arg.counted(arg.key({ access: 'RW', flags: ['access', 'delete'] }), { countName: 'numkeys' }),
  where: arg.oneOf(sides),
  count: arg.optional(arg.after('COUNT', arg.integer())),
}

/** @param index of the number of keys @returns undefined after the error */
export function readListMultiPop(call: Call, index: number): MultiPop | undefined {
  return readMultiPop(call, index, 'left', 'right')
}

/** @returns false, without an answer, when no list has anything */
export function multiPop(call: Call, { keys, fromStart, count }: MultiPop): boolean {
  for (const index of keys) {
    const list = writeList(call, index)
    if (list === undefined) return true
    if (list.length === 0) continue
    call.reply.array(2)
    call.reply.bulk(call.buf, call.starts[index], call.lengths[index])
    popSome(call, list, index, fromStart, count)
    return true
  }
  return false
}
