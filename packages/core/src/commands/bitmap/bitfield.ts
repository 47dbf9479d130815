import { arg, type CommandWords, type FoundKey } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldReply, getArguments, runFields } from './_field.ts'

const READ: FoundKey = { index: 1, access: 'RO', flags: ['access'] }
const CHANGED: FoundKey = { index: 1, access: 'RW', flags: ['access', 'update'] }

export default defineCoreCommand({
  name: 'BITFIELD',
  summary: 'Reads and changes whole numbers of any size within a string.',
  since: '3.2.0',
  group: 'bitmap',
  complexity: 'O(1) for each operation',
  flags: ['write', 'denyoom'],
  findKeys: (words) => [onlyReads(words) ? READ : CHANGED],
  args: {
    key: arg.key({ access: 'RW', flags: ['update', 'access', 'variable_flags'] }),
    operation: arg.optional(
      arg.repeated(
        arg.oneOf({
          getBlock: arg.after('GET', arg.block(getArguments)),
          write: arg.block({
            overflowBlock: arg.optional(
              arg.after(
                'OVERFLOW',
                arg.oneOf({ wrap: arg.token('WRAP'), sat: arg.token('SAT'), fail: arg.token('FAIL') }),
              ),
            ),
            writeOperation: arg.oneOf({
              setBlock: arg.after('SET', arg.block({ ...getArguments, value: arg.integer() })),
              incrbyBlock: arg.after('INCRBY', arg.block({ ...getArguments, increment: arg.integer() })),
            }),
          }),
        }),
      ),
    ),
  },
  reply: fieldReply,
  raw: (call) => runFields(call, false),
})

/** As far as the words tell: those that fit nothing count as a change. */
function onlyReads(words: CommandWords): boolean {
  for (let i = 2; i < words.argc; ) {
    const count = words.is(i, 'get') ? 2 : words.is(i, 'overflow') ? 1 : 0
    if (count === 0 || i + count >= words.argc) return false
    i += 1 + count
  }
  return true
}
