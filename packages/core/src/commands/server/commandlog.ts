import { defineContainer } from '@kvasir/module-api'

export default defineContainer({
  name: 'COMMANDLOG',
  summary: 'A container for commands about the logs of slow requests, large requests and large replies.',
  since: '8.1.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: [],
})
