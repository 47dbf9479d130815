import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'PUBSUB',
  summary: 'A container for commands about channels and those who listen to them.',
  since: '2.8.0',
  group: 'pubsub',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '6.2.0' },
})
