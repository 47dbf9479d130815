import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'MEMORY MALLOC-STATS',
  summary: "Returns the figures of the databases' arenas, for people to read.",
  since: '4.0.0',
  group: 'server',
  complexity: 'Depends on how many databases are in use',
  flags: ['loading'],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: {},
  reply: reply.string('a table'),
  raw(call) {
    const rows = [['db', 'keys', 'used', 'in pages', 'reserved', 'tables', 'objects', 'draining']]
    for (const { index, size, arena, table, objectBytes } of call.engine.databases()) {
      const { usedBytes, pageBytes, reservedBytes, draining } = arena
      const figures = [index, size, usedBytes, pageBytes, reservedBytes, table.indexBytes, objectBytes]
      rows.push([...figures.map(String), draining < 0 ? '-' : `segment ${draining}`])
    }
    const text = rows.map((row) => row.map((cell) => cell.padStart(12)).join('')).join('\n')
    call.reply.verbatim('txt', `${text}\n`)
  },
})
