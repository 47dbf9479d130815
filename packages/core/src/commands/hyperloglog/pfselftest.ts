import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import {
  elementRegister,
  elementRun,
  estimate,
  hashElement,
  mergeInto,
  newHyperLogLog,
  REGISTERS_COUNT,
  raiseDense,
  toDense,
} from '../../structures/hyperloglog.ts'

/** Standard error of an estimate: 1.04 / sqrt(registers). */
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS_COUNT)
const ELEMENTS_COUNT = 100_000
const ERRORS_ALLOWED = 4

export default defineCoreCommand({
  name: 'PFSELFTEST',
  summary: 'Tests the HyperLogLog: what it estimates for many elements is near enough.',
  since: '2.8.9',
  group: 'hyperloglog',
  complexity: 'N/A',
  flags: ['admin'],
  args: {},
  reply: reply.simple('OK, or an error that says how far off the estimate is'),
  raw(call) {
    const bytes = toDense(newHyperLogLog())
    const seed = call.engine.random.next()
    for (let count = 1; count <= ELEMENTS_COUNT; count++) {
      const element = fromLatin1(`${seed}:${count}`)
      hashElement(element, 0, element.length)
      raiseDense(bytes, 0, elementRegister(), elementRun())
      if (!/^[125]0+$/.test(`${count}`)) continue
      const registers = new Uint8Array(REGISTERS_COUNT)
      mergeInto(registers, bytes, 0, bytes.length)
      const estimated = estimate(registers)
      if (Math.abs(estimated - count) > Math.ceil(count * STANDARD_ERROR * ERRORS_ALLOWED) + 1) {
        return call.reply.error(`TESTFAILED Too big error. card:${count} abserr:${Math.abs(estimated - count)}`)
      }
    }
    call.reply.ok()
  },
})
