import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'ACL',
  summary: 'A container for commands about users and what they may do.',
  since: '6.0.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: ['sentinel'],
})
