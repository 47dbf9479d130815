import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { humanBytes } from './_info-fields.ts'
import { type MemoryFigures, memoryFigures } from './_memory-figures.ts'

/** With less data than this, ratios say nothing. */
const DATA_BYTES_MIN = 5 * 1024 * 1024
const PEAK_RATIO = 1.5
const FRAGMENTATION_RATIO = 1.4
const CLIENT_BYTES = 200 * 1024

export default defineCoreCommand({
  name: 'MEMORY DOCTOR',
  summary: 'Returns a report on problems with memory, in plain words.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: [],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: {},
  reply: reply.string('the report'),
  raw(call) {
    const figures = memoryFigures(call.engine)
    call.reply.verbatim('txt', `${report(figures, call.engine.sessions.size).join('\n')}\n`)
  },
})

function report(figures: MemoryFigures, clientCount: number): string[] {
  const { used, peak, startup, allocated, active, reserved, resident, clients } = figures
  if (used - startup < DATA_BYTES_MIN) return ['There is too little data for a report.']
  const findings: string[] = []
  if (peak > used * PEAK_RATIO) {
    findings.push(
      `- Peak: ${humanBytes(peak)} were used at some time, ${humanBytes(used)} are now. The process may stay larger ` +
        'than the data until memory has been moved together; that goes on in the background.',
    )
  }
  if (active > allocated * FRAGMENTATION_RATIO || reserved > active * FRAGMENTATION_RATIO) {
    findings.push(
      `- Holes: ${humanBytes(reserved)} are reserved for ${humanBytes(allocated)} of keys and values. They are moved ` +
        'together in the background; MEMORY PURGE gives back what is empty at once.',
    )
  }
  if (resident > (reserved + startup) * FRAGMENTATION_RATIO) {
    findings.push(
      `- Process: it takes ${humanBytes(resident)}, the dataset only ${humanBytes(reserved)}. The rest is the ` +
        'JavaScript heap: large values, modules and buffers.',
    )
  }
  if (clientCount > 0 && clients / clientCount > CLIENT_BYTES) {
    findings.push(
      `- Clients: their buffers hold ${humanBytes(clients)}. CLIENT LIST shows large pipelines and slow readers.`,
    )
  }
  return findings.length === 0 ? ['No problems found.'] : findings
}
