import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { digestAt } from './_comparison.ts'

export default defineCoreCommand({
  name: 'DIGEST',
  summary: 'Returns the XXH3 hash of a string, for the conditions IFDEQ and IFDNE of SET and DELEX.',
  since: '8.4.0',
  group: 'string',
  complexity: 'O(N) where N is the length of the string',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.oneOf([reply.string('the hash, as 16 hexadecimal digits'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    if (address === 0) return call.reply.nil()
    call.reply.bulkString(digestAt(call, address))
  },
})
