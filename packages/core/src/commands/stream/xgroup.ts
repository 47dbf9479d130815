import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'XGROUP',
  summary: 'A container for commands on the consumer groups of a stream.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '5.0.0', acl: ['stream'] },
})
