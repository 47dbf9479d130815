import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { globMatch } from '../../structures/glob.ts'

const STAR = 42

export default defineCoreCommand({
  name: 'KEYS',
  summary: 'Returns all keys that match a pattern.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(N) where N is the number of keys in the database',
  flags: ['readonly'],
  acl: ['keyspace', 'dangerous'],
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  args: { pattern: arg.pattern() },
  reply: reply.list(reply.string('a key')),
  raw(call) {
    const { db } = call
    const pattern = call.argBytes(1)
    const matchesAll = pattern.length === 1 && pattern[0] === STAR
    const found: number[] = []
    db.table.forEach((address) => {
      if (db.isExpired(address)) return
      const key = db.keyBytes(address)
      if (matchesAll || globMatch(pattern, key, 0, key.length)) found.push(address)
    })
    call.reply.array(found.length)
    for (const address of found) call.reply.bulk(db.keyBytes(address))
  },
})
