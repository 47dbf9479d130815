import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { lfuCounter } from '../../keyspace/eviction.ts'
import { inspectKey, SWITCH_WARNING } from './_object.ts'

export default defineCoreCommand({
  name: 'OBJECT FREQ',
  summary: 'Returns how often a key is accessed, as a logarithmic counter. Needs an LFU eviction policy.',
  since: '4.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.oneOf([reply.integer('the counter, 0 to 255'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = inspectKey(call)
    if (address === 0) return
    const { db, engine } = call
    const { eviction, nowMs } = engine
    if (!eviction.usesLfu) {
      return call.reply.error(
        `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCH_WARNING}`,
      )
    }
    call.reply.integer(lfuCounter(db.accessClock(address), nowMs, eviction.parameters.lfuDecayMinutes))
  },
})
