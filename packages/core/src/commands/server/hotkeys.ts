import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'HOTKEYS',
  summary: 'A container for commands that find the keys which take the most time and the most bytes.',
  since: '8.6.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
  help: { since: '8.6.1' },
})
