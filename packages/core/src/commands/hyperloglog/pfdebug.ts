import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { describeRuns, isDense, REGISTERS_COUNT } from '../../structures/hyperloglog.ts'
import { HyperLogLogCopy, locateHyperLogLog, mergeLocated, unlessCorrupted } from './_hyperloglog.ts'

export default defineCoreCommand({
  name: 'PFDEBUG',
  summary: 'Shows how a HyperLogLog is kept.',
  since: '2.8.9',
  group: 'hyperloglog',
  complexity: 'N/A',
  flags: ['write', 'denyoom', 'admin'],
  args: { subcommand: arg.string(), key: arg.key({ access: 'RW', flags: ['access'] }) },
  reply: reply.any('depends on the subcommand'),
  raw(call) {
    const { reply: out } = call
    if (call.argIs(1, 'simd')) {
      // There is one way to merge here, whatever the processor can do.
      if (call.argIs(2, 'on')) return out.simple('disabled')
      return call.argIs(2, 'off') ? out.simple('disabled') : out.error('ERR Argument must be ON or OFF')
    }
    const address = call.lookupWriteString(2)
    if (address === 0) return out.error('ERR The specified key does not exist')
    if (!locateHyperLogLog(call, address)) return
    if (call.argIs(1, 'getreg')) showRegisters(call, address)
    else if (call.argIs(1, 'decode')) decode(call)
    else if (call.argIs(1, 'encoding')) out.simple(isDense(call.db.valueBuf, call.db.valueStart) ? 'dense' : 'sparse')
    else if (call.argIs(1, 'todense')) {
      const converted = becomeDense(call, address)
      if (converted !== undefined) out.integer(converted ? 1 : 0)
    } else out.error(`ERR Unknown PFDEBUG subcommand '${call.argLatin1(1)}'`)
  },
})

/** @returns whether it was sparse; undefined after the error */
function becomeDense(call: Call, address: number): boolean | undefined {
  const { db } = call
  if (isDense(db.valueBuf, db.valueStart)) return false
  const copy = new HyperLogLogCopy(db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength), 0)
  if (!unlessCorrupted(call, () => copy.becomeDense())) return undefined
  copy.store(call, address, 2)
  // To be saved, but nothing that who watches the key would see.
  call.engine.dirty++
  return true
}

function showRegisters(call: Call, address: number): void {
  if (becomeDense(call, address) === undefined) return
  const registers = new Uint8Array(REGISTERS_COUNT)
  if (!locateHyperLogLog(call, call.lookupAgain(2)) || !mergeLocated(call, registers)) return
  call.reply.array(REGISTERS_COUNT)
  for (const register of registers) call.reply.integer(register)
}

function decode(call: Call): void {
  const { valueBuf, valueStart, valueLength } = call.db
  if (isDense(valueBuf, valueStart)) return call.reply.error('ERR HLL encoding is not sparse')
  call.reply.bulkString(describeRuns(valueBuf.slice(valueStart, valueStart + valueLength)))
}
