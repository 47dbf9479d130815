import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldReply, getArguments, runFields } from './_field.ts'

export default defineCoreCommand({
  name: 'BITFIELD',
  summary: 'Reads and changes whole numbers of any size within a string.',
  since: '3.2.0',
  group: 'bitmap',
  complexity: 'O(1) for each operation',
  flags: ['write', 'denyoom'],
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
