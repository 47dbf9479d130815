import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

/** Expired keys that may not be deleted can be all there are; then, as in Valkey, one of them is the answer. */
const ATTEMPTS_MAX = 100

export default defineCoreCommand({
  name: 'RANDOMKEY',
  summary: 'Returns a key chosen at random.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly', 'touches_arbitrary_keys'],
  acl: ['keyspace'],
  tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'],
  args: {},
  reply: reply.oneOf([reply.string('a key'), reply.nil('the database is empty')]),
  raw(call) {
    const { db, engine } = call
    const random = () => engine.random.next()
    for (let attempt = 0; attempt < ATTEMPTS_MAX || engine.canDeleteExpired; attempt++) {
      const sample = db.table.sample(random)
      if (sample === 0) break
      // A copy: looking an expired key up deletes it.
      const key = db.keyBytes(sample).slice()
      const isTaken = db.lookup(key, 0, key.length) !== 0 || (!engine.canDeleteExpired && attempt + 1 === ATTEMPTS_MAX)
      if (isTaken) return call.reply.bulk(key)
    }
    call.reply.nil()
  },
})
