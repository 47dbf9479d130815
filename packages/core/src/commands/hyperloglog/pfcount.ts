import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { cacheCount, cachedCount, estimate, REGISTERS_COUNT } from '../../structures/hyperloglog.ts'
import { locateHyperLogLog, mergeLocated } from './_hyperloglog.ts'

export default defineCoreCommand({
  name: 'PFCOUNT',
  summary: 'Estimates how many different elements were added to HyperLogLogs, taken together.',
  since: '2.8.9',
  group: 'hyperloglog',
  complexity: 'O(1); O(N) where N is the number of keys',
  flags: ['readonly', 'may_replicate'],
  args: { key: arg.repeated(arg.key({ access: 'RW', flags: ['access'] })) },
  reply: reply.integer('the estimate'),
  raw(call) {
    if (call.argc === 2) return countOne(call)
    const registers = new Uint8Array(REGISTERS_COUNT)
    for (let i = 1; i < call.argc; i++) {
      const address = call.lookupReadString(i)
      if (address === 0) continue
      if (!locateHyperLogLog(call, address) || !mergeLocated(call, registers)) return
    }
    call.reply.integer(estimate(registers))
  },
})

/** What was counted is kept in the value, though the command only reads: replicas have to hear of it. */
function countOne(call: Call): void {
  const { db, buf, starts, lengths, reply: out } = call
  const found = call.lookupReadString(1)
  if (found === WRONG_TYPE) return
  if (found === 0) return out.integer(0)
  if (!locateHyperLogLog(call, call.lookupAgain(1))) return
  const cached = cachedCount(db.valueBuf, db.valueStart)
  if (cached >= 0) return out.integer(cached)
  const registers = new Uint8Array(REGISTERS_COUNT)
  if (!mergeLocated(call, registers)) return
  const count = estimate(registers)
  cacheCount(db.valueBuf, db.valueStart, count)
  call.engine.keyChanged(db, buf, starts[1], lengths[1])
  out.integer(count)
}
