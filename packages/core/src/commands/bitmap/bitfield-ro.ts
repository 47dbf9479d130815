import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldReply, getArguments, runFields } from './_field.ts'

export default defineCoreCommand({
  name: 'BITFIELD_RO',
  summary: 'Reads whole numbers of any size within a string.',
  since: '6.0.0',
  group: 'bitmap',
  complexity: 'O(1) for each operation',
  flags: ['readonly', 'fast'],
  args: {
    key: arg.key({ access: 'RO' }),
    getBlock: arg.optional(arg.repeatedAfter('GET', arg.block(getArguments))),
  },
  reply: fieldReply,
  raw: (call) => runFields(call, true),
})
