import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'MEMORY USAGE',
  summary: 'Returns how much memory a key and its value take.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of samples.',
  flags: ['readonly'],
  args: {
    // Without the flag `access`: what the value says is not returned.
    key: arg.key({ access: 'RO', flags: [] }),
    count: arg.optional(arg.after('SAMPLES', arg.integer())),
  },
  reply: reply.oneOf([reply.integer('bytes'), reply.nil('the key does not exist')]),
  raw(call) {
    // Values know their size, so that nothing is sampled; the option is checked and passed over.
    for (let i = 3; i < call.argc; i += 2) {
      if (!call.argIs(i, 'samples') || i + 1 === call.argc) return call.syntaxError()
      const samples = call.argInt64(i + 1)
      if (samples === undefined) return call.reply.error(ERRORS.notInteger)
      if (samples < 0n) return call.syntaxError()
    }
    const address = call.db.lookup(call.buf, call.starts[2], call.lengths[2])
    if (address === 0) call.reply.nil()
    else call.reply.integer(call.db.entryBytes(address))
  },
})
