import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { TYPE_STRING } from '../../keyspace/entry.ts'
import { comparisonMet, MALFORMED_DIGEST, malformedDigest } from './_comparison.ts'
import { comparisonAt } from './_set-options.ts'

export default defineCoreCommand({
  name: 'DELEX',
  summary: 'Deletes a key, maybe only if its string value, or the digest of it, equals the one given or differs.',
  since: '8.4.0',
  group: 'string',
  complexity: 'O(1); IFDEQ and IFDNE: O(N) where N is the length of the string',
  flags: ['write', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['delete', 'variable_flags'] }),
    condition: arg.optional(
      arg.oneOf({
        ifeqValue: arg.after('IFEQ', arg.string()),
        ifneValue: arg.after('IFNE', arg.string()),
        ifdeqDigest: arg.after('IFDEQ', arg.string()),
        ifdneDigest: arg.after('IFDNE', arg.string()),
      }),
    ),
  },
  reply: reply.integer('1: the key was deleted; 0: it does not exist, or the condition is not met'),
  // The order of the errors is Redis's: it reads the condition only for a key that has a string to compare.
  raw(call) {
    if (call.argc !== 2 && call.argc !== 4) return call.reply.error(wrongArity(call.command.fullName))
    const address = call.lookupWrite(1)
    if (address === 0) return call.reply.integer(0)
    if (call.argc === 4) {
      if (call.db.type(address) !== TYPE_STRING) {
        return call.reply.error('ERR Key should be of string type if conditions are specified')
      }
      const comparison = comparisonAt(call, 2)
      if (comparison === 0) return call.reply.error('ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE')
      if (malformedDigest(call, comparison, 3)) return call.reply.error(MALFORMED_DIGEST)
      if (!comparisonMet(call, address, comparison, 3)) return call.reply.integer(0)
    }
    call.deleteKey(address, 1)
    call.reply.integer(1)
  },
})
