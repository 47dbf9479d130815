import { reply } from '@kvasir/module-api'
import type { ReplyWriter } from '@kvasir/protocol'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { HotKeysReport } from '../../engine/observation/hot-keys.ts'
import type { HeavyKey } from '../../structures/space-saving.ts'

const SLOT_MAX = 16383
const NS_PER_US = 1000

export default defineCoreCommand({
  name: 'HOTKEYS GET',
  summary: 'Returns the keys that took the most, and what all commands took.',
  since: '8.6.0',
  group: 'server',
  complexity: 'O(K) where K is the number of hotkeys returned.',
  flags: ['admin', 'noscript'],
  tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'],
  args: {},
  reply: reply.oneOf([
    reply.list(reply.map(reply.any()), 'figures by name; by-cpu-time-us and by-net-bytes are lists of key, figure'),
    reply.nil('nothing was tracked since the start or RESET'),
  ]),
  raw(call) {
    const report = call.engine.observer.hotKeys.report()
    if (report === undefined) return call.reply.nil()
    // Of several nodes there would be one map each.
    call.reply.array(1)
    writeReport(call.reply, report)
  },
})

function writeReport(out: ReplyWriter, { cpu, net, ...report }: HotKeysReport): void {
  const figures: (readonly [name: string, figure: number])[] = [
    ['all-commands-all-slots-us', report.commandUs],
    ['net-bytes-all-commands-all-slots', report.netBytes],
    ['collection-start-time-unix-ms', report.startMs],
    ['collection-duration-ms', report.durationMs],
  ]
  if (cpu !== undefined) figures.push(['total-cpu-time-user-ms', cpu.userMs], ['total-cpu-time-sys-ms', cpu.systemMs])
  if (net !== undefined) figures.push(['total-net-bytes', report.netBytes])
  out.map(3 + figures.length + (cpu === undefined ? 0 : 1) + (net === undefined ? 0 : 1))
  writeFigure(out, 'tracking-active', report.isActive ? 1 : 0)
  writeFigure(out, 'sample-ratio', report.sampleRatio)
  writeAllSlots(out)
  for (const [name, figure] of figures) writeFigure(out, name, figure)
  if (cpu !== undefined) writeKeys(out, 'by-cpu-time-us', cpu.keys, NS_PER_US)
  if (net !== undefined) writeKeys(out, 'by-net-bytes', net, 1)
}

function writeFigure(out: ReplyWriter, name: string, figure: number): void {
  out.bulkString(name)
  out.integer(figure)
}

/** Without a cluster, one range of all slots is what is tracked. */
function writeAllSlots(out: ReplyWriter): void {
  out.bulkString('selected-slots')
  out.array(1)
  out.array(2)
  out.integer(0)
  out.integer(SLOT_MAX)
}

/** @param unit how much of a key's weight one of the figure is */
function writeKeys(out: ReplyWriter, name: string, keys: readonly HeavyKey[], unit: number): void {
  out.bulkString(name)
  out.array(2 * keys.length)
  for (const { name: key, weight } of keys) {
    out.bulk(key)
    out.integer(Math.round(weight / unit))
  }
}
