import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { idleSeconds } from '../../keyspace/eviction.ts'
import { inspectKey, SWITCH_WARNING } from './_object.ts'

export default defineCoreCommand({
  name: 'OBJECT IDLETIME',
  summary: 'Returns the seconds since the last access to a key. Needs an eviction policy other than LFU.',
  since: '2.2.3',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.oneOf([reply.integer('seconds'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = inspectKey(call)
    if (address === 0) return
    const { db, engine } = call
    const { eviction, nowMs } = engine
    if (eviction.usesLfu) {
      return call.reply.error(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCH_WARNING}`)
    }
    call.reply.integer(idleSeconds(db.accessClock(address), nowMs))
  },
})
