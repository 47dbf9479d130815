import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'LATENCY',
  summary: 'A container for commands that tell what took long.',
  since: '2.8.13',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
})
