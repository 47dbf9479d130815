import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'XINFO',
  summary: 'A container for commands that tell about a stream.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '5.0.0', acl: ['stream'] },
})
