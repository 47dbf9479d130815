import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'CONFIG',
  summary: 'A container for commands that read and change the configuration.',
  since: '2.0.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '5.0.0' },
})
