import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'SLOWLOG',
  summary: 'A container for commands about the slow log: the last requests that took long.',
  since: '2.2.12',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '6.2.0' },
})
