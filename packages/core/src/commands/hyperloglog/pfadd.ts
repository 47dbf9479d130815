import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import {
  elementRegister,
  elementRun,
  hashElement,
  isDense,
  newHyperLogLog,
  outdateCount,
  raiseDense,
} from '../../structures/hyperloglog.ts'
import { HyperLogLogCopy, locateHyperLogLog, unlessCorrupted } from './_hyperloglog.ts'

export default defineCoreCommand({
  name: 'PFADD',
  summary: 'Adds elements to a HyperLogLog. The key is created if it does not exist.',
  since: '2.8.9',
  group: 'hyperloglog',
  complexity: 'O(1) for each element',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), element: arg.optional(arg.repeated(arg.string())) },
  reply: reply.oneOf([
    reply.integer('1: the estimate may have changed, or the key is new'),
    reply.integer('0: nothing changed'),
  ]),
  raw(call) {
    const address = call.lookupWriteString(1)
    if (address !== 0 && !locateHyperLogLog(call, address)) return
    const isNew = address === 0
    const changed = !isNew && isDense(call.db.valueBuf, call.db.valueStart) ? addDense(call) : addSparse(call, address)
    if (changed === undefined) return
    if (changed) {
      if (isNew) call.created(1)
      call.changed(EVENT_STRING, 'pfadd', 1)
    }
    call.reply.integer(changed ? 1 : 0)
  },
})

/** Adds the elements where the registers are, without an object for any. */
function addDense(call: Call): boolean {
  const { valueBuf, valueStart } = call.db
  let changed = false
  for (let i = 2; i < call.argc; i++) {
    hashElement(call.buf, call.starts[i], call.lengths[i])
    if (raiseDense(valueBuf, valueStart, elementRegister(), elementRun())) changed = true
  }
  if (changed) outdateCount(valueBuf, valueStart)
  return changed
}

/** @returns undefined after the error that the value is corrupted */
function addSparse(call: Call, address: number): boolean | undefined {
  const { db } = call
  const bytes = address === 0 ? newHyperLogLog() : db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength)
  const copy = new HyperLogLogCopy(bytes, call.engine.limits.hllSparseBytes)
  const done = unlessCorrupted(call, () => {
    for (let i = 2; i < call.argc; i++) {
      hashElement(call.buf, call.starts[i], call.lengths[i])
      copy.raise(elementRegister(), elementRun())
    }
  })
  if (!done) return undefined
  if (!copy.isChanged && address !== 0) return false
  outdateCount(copy.bytes, 0)
  copy.store(call, address, 1)
  return true
}
