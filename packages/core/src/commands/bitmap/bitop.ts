import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { type BitOperation, combineBits } from '../../structures/bits.ts'

export default defineCoreCommand({
  name: 'BITOP',
  summary: 'Combines the bits of strings and stores the result at a key.',
  since: '2.6.0',
  group: 'bitmap',
  complexity: 'O(N) where N is the length of the longest string',
  flags: ['write', 'denyoom'],
  args: {
    operation: arg.oneOf({ and: arg.token('AND'), or: arg.token('OR'), xor: arg.token('XOR'), not: arg.token('NOT') }),
    destkey: arg.key({ access: 'OW', flags: ['update'] }),
    key: arg.repeated(arg.key({ access: 'RO' })),
  },
  reply: reply.integer('the length of the result'),
  raw(call) {
    const { db, buf, starts, lengths, reply: out } = call
    const operation = OPERATIONS.find((name) => call.argIs(1, name))
    if (operation === undefined) return call.syntaxError()
    if (operation === 'not' && call.argc !== 4) {
      return out.error('ERR BITOP NOT must be called with a single source key.')
    }
    const sources: Uint8Array[] = []
    for (let i = 3; i < call.argc; i++) {
      const address = call.lookupReadString(i)
      if (address === WRONG_TYPE) return
      if (address !== 0) db.value(address)
      // A copy: looking the next key up may delete one whose time is over.
      sources.push(address === 0 ? NO_BYTES : db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength))
    }
    const result = combineBits(operation, sources)
    const address = call.lookupWrite(2)
    if (result.length === 0) {
      if (address !== 0) call.deleteKey(address, 2)
    } else {
      db.putString(address, buf, starts[2], lengths[2], result, 0, result.length, NO_EXPIRY)
      if (address === 0) call.created(2)
      call.changed(EVENT_STRING, 'set', 2)
    }
    out.integer(result.length)
  },
})

const OPERATIONS: readonly BitOperation[] = ['and', 'or', 'xor', 'not']
const NO_BYTES = new Uint8Array(0)
