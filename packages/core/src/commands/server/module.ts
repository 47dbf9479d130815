import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'MODULE',
  summary: 'A container for commands that load, unload and list modules.',
  since: '4.0.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '5.0.0' },
})
