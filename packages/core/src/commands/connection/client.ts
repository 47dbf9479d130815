import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'CLIENT',
  summary: 'A container for commands about connections.',
  since: '2.4.0',
  group: 'connection',
  complexity: 'Depends on subcommand.',
  flags: ['sentinel'],
  help: { since: '5.0.0' },
})
