import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'FUNCTION',
  summary: 'A container for commands about libraries of functions.',
  since: '7.0.0',
  group: 'scripting',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '7.0.0' },
})
