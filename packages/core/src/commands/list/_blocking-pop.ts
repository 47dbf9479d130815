/** BLPOP and BRPOP. */

import { arg } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from '../../engine/blocking.ts'
import type { Call } from '../../engine/call.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import { writeList } from './_list.ts'
import { popOne } from './_pop.ts'

export const blockingPopArguments = {
  key: arg.repeated(arg.key({ access: 'RW', flags: ['access', 'delete'] })),
  timeout: arg.double(),
}

export function blockingPop(call: Call, fromHead: boolean): void {
  const last = call.argc - 1
  const timeoutMs = readTimeoutSeconds(call, last)
  if (Number.isNaN(timeoutMs)) return
  for (let i = 1; i < last; i++) {
    const list = writeList(call, i)
    if (list === undefined) return
    if (list.length === 0) continue
    call.reply.array(2)
    call.reply.bulk(call.buf, call.starts[i], call.lengths[i])
    return popOne(call, list, i, fromHead)
  }
  const keys = Array.from({ length: last - 1 }, (_, i) => i + 1)
  call.engine.blocking.block(call, { keys, type: TYPE_LIST, timeoutMs, answer: NULL_ARRAY_AFTER_TIMEOUT })
}
