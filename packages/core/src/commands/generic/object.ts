import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'OBJECT',
  summary: 'A container for commands that tell how a value is kept.',
  since: '2.2.3',
  group: 'generic',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '6.2.0', acl: ['keyspace'] },
})
