import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { isDense, newHyperLogLog, outdateCount, REGISTERS_COUNT } from '../../structures/hyperloglog.ts'
import { HyperLogLogCopy, locateHyperLogLog, mergeLocated, unlessCorrupted } from './_hyperloglog.ts'

export default defineCoreCommand({
  name: 'PFMERGE',
  summary: 'Merges HyperLogLogs into one. The key is created if it does not exist.',
  since: '2.8.9',
  group: 'hyperloglog',
  complexity: 'O(N) where N is the number of keys, each of which takes long',
  flags: ['write', 'denyoom'],
  args: {
    destkey: arg.key({ access: 'RW', flags: ['access', 'insert'] }),
    sourcekey: arg.optional(arg.repeated(arg.key({ access: 'RO' }))),
  },
  reply: reply.simple('OK, always'),
  raw(call) {
    const { db } = call
    const registers = new Uint8Array(REGISTERS_COUNT)
    let dense = false
    for (let i = 1; i < call.argc; i++) {
      const address = call.lookupReadString(i)
      if (address === 0) continue
      if (!locateHyperLogLog(call, address) || !mergeLocated(call, registers)) return
      dense ||= isDense(db.valueBuf, db.valueStart)
    }
    // Looked up anew: whoever heard that a source is missing, or expired, may have made it something else.
    const address = call.lookupWriteString(1)
    if (address !== 0 && !locateHyperLogLog(call, address)) return
    const bytes = address === 0 ? newHyperLogLog() : db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength)
    const copy = new HyperLogLogCopy(bytes, call.engine.limits.hllSparseBytes)
    const done = unlessCorrupted(call, () => {
      if (dense) copy.becomeDense()
      for (let i = 0; i < REGISTERS_COUNT; i++) if (registers[i] > 0) copy.raise(i, registers[i])
    })
    if (!done) return
    outdateCount(copy.bytes, 0)
    copy.store(call, address, 1)
    if (address === 0) call.created(1)
    call.changed(EVENT_STRING, 'pfadd', 1)
    call.reply.ok()
  },
})
