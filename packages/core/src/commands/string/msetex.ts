import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { expiryArguments } from './_expiry-options.ts'
import { allExist, noneExists, setPairs } from './_pairs.ts'
import { EXPIRY, KEEPTTL, NX, readSetOptions, XX } from './_set-options.ts'

const KEYS_MAX = 2 ** 31 - 1

export default defineCoreCommand({
  name: 'MSETEX',
  summary: 'Sets the string values of several keys at once, with one time to live for all, maybe under a condition.',
  since: '9.1.0',
  group: 'string',
  complexity: 'O(N), N being the number of keys.',
  flags: ['write', 'denyoom'],
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  keySpecs: [
    {
      access: 'OW',
      flags: ['update'],
      beginSearch: { type: 'index', pos: 1 },
      findKeys: { type: 'keynum', keyNumIdx: 0, firstKey: 1, step: 2 },
    },
  ],
  args: {
    numkeys: arg.integer(),
    data: arg.repeated(arg.block({ key: arg.key({ access: 'OW' }), value: arg.string() })),
    condition: arg.optional(arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX') })),
    expiration: arg.optional(arg.oneOf({ ...expiryArguments, keepttl: arg.token('KEEPTTL') })),
  },
  reply: reply.integer('1: all keys were set; 0: none was, because the condition is not met'),
  raw(call) {
    const count = call.argInteger(1)
    if (!(count >= 1 && count <= KEYS_MAX)) {
      return call.reply.error('ERR invalid numkeys value or out of range')
    }
    const end = 2 + 2 * count
    if (end > call.argc) return call.syntaxError()
    const options = readSetOptions(call, end, NX | XX | KEEPTTL | EXPIRY)
    if (options === undefined) return
    const { given, expiryMs } = options
    if ((given & NX) !== 0 && !noneExists(call, 2, end)) return call.reply.integer(0)
    if ((given & XX) !== 0 && !allExist(call, 2, end)) return call.reply.integer(0)
    setPairs(call, 2, end, expiryMs)
    call.reply.integer(1)
  },
})
