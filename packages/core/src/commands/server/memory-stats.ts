import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Database } from '../../keyspace/database.ts'
import { memoryFigures } from './_memory-figures.ts'

export default defineCoreCommand({
  name: 'MEMORY STATS',
  summary: 'Returns the figures of memory.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: [],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: {},
  reply: reply.map(reply.any(), 'bytes, counts and ratios by name; for each database with keys a map of its own'),
  raw(call) {
    const { engine } = call
    const dbs = [...engine.databases()].filter((db) => db.size > 0).sort((a, b) => a.index - b.index)
    const { sizes, ratios } = figuresOf(engine, dbs)
    call.reply.map(sizes.length + dbs.length + ratios.length)
    for (const [name, value] of sizes) {
      call.reply.bulkString(name)
      call.reply.integer(value)
    }
    for (const db of dbs) {
      call.reply.bulkString(`db.${db.index}`)
      call.reply.map(2)
      call.reply.bulkString('overhead.hashtable.main')
      call.reply.integer(db.table.indexBytes)
      call.reply.bulkString('overhead.hashtable.expires')
      call.reply.integer(0)
    }
    for (const [name, value] of ratios) {
      call.reply.bulkString(name)
      call.reply.double(value)
    }
  },
})

type Figure = readonly [name: string, value: number]

function figuresOf(engine: Engine, dbs: readonly Database[]): { sizes: Figure[]; ratios: Figure[] } {
  const memory = memoryFigures(engine)
  const { used, peak, startup, overhead, dataset, clients, keys, allocated, active, reserved, resident } = memory
  const tables = dbs.reduce((bytes, db) => bytes + db.table.indexBytes, 0)
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
  return {
    sizes: [
      ['peak.allocated', peak],
      ['total.allocated', used],
      ['startup.allocated', startup],
      ['replication.backlog', 0],
      ['clients.slaves', 0],
      ['clients.normal', clients],
      ['cluster.links', 0],
      ['aof.buffer', 0],
      ['lua.caches', 0],
      ['functions.caches', 0],
      // Of databases with keys. The tables grow a region at a time: none is kept twice, in its old and its new size.
      ['overhead.db.hashtable.lut', tables],
      ['overhead.db.hashtable.rehashing', 0],
      ['db.dict.rehashing.count', 0],
      ['overhead.total', overhead],
      ['keys.count', keys],
      ['keys.bytes-per-key', keys === 0 ? 0 : Math.floor(Math.max(0, used - startup) / keys)],
      ['dataset.bytes', dataset],
      ['allocator.allocated', allocated],
      ['allocator.active', active],
      ['allocator.resident', reserved],
      ['allocator-fragmentation.bytes', active - allocated],
      ['allocator-rss.bytes', reserved - active],
      ['rss-overhead.bytes', resident - reserved],
      ['fragmentation.bytes', resident - used],
    ],
    ratios: [
      ['dataset.percentage', ratio(dataset, Math.max(0, used - startup)) * 100],
      ['peak.percentage', ratio(used, peak) * 100],
      ['allocator-fragmentation.ratio', ratio(active, allocated)],
      ['allocator-rss.ratio', ratio(reserved, active)],
      ['rss-overhead.ratio', ratio(resident, reserved)],
      ['fragmentation', ratio(resident, used)],
    ],
  }
}
