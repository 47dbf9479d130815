import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'MEMORY',
  summary: 'A container for commands that tell where the memory goes.',
  since: '4.0.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
})
