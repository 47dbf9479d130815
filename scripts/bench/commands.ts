/**
 * Throughput, and CPU time per request, of our server beside a Valkey or Redis found on this machine:
 *
 *     npm run bench -- commands [filter] [--rounds=3] [--ours=COMMAND] [--peer=COMMAND]
 *
 * The servers take turns, and the figures are medians of the rounds. On a machine that others use too, the CPU time
 * is the steadier figure. A throughput ratio over 1 and a CPU ratio below 1 mean that ours is better.
 */
import { countOption, parseArguments, wanted } from './arguments.ts'
import { CONNECTIONS, load } from './load.ts'
import { benchmarkTool, MeasuredServer, ourServer, peerServer, programPath } from './servers.ts'
import { median, ratio, Table } from './table.ts'

const KEYS = 1_000_000
const LARGE_KEYS = 100
const LARGE_BYTES = 16 * 1024

interface Workload {
  readonly name: string
  readonly pipeline: number
  readonly requests: number
  readonly keys: number
  readonly words: readonly string[]
}

const key = 'key:__rand_int__'
const value = 'x'.repeat(64)
const set = ['SET', key, value]
const get = ['GET', key]
const incr = ['INCR', 'counter:__rand_int__']
const mset = ['MSET', ...Array.from({ length: 10 }, () => [key, value]).flat()]

const workloads: readonly Workload[] = [
  { name: 'ping p1', pipeline: 1, requests: 200_000, keys: 1, words: ['PING'] },
  { name: 'set p1', pipeline: 1, requests: 200_000, keys: KEYS, words: set },
  { name: 'get p1', pipeline: 1, requests: 200_000, keys: KEYS, words: get },
  { name: 'set p16', pipeline: 16, requests: 1_600_000, keys: KEYS, words: set },
  { name: 'get p16', pipeline: 16, requests: 1_600_000, keys: KEYS, words: get },
  { name: 'incr p16', pipeline: 16, requests: 1_600_000, keys: 100_000, words: incr },
  { name: 'set p100', pipeline: 100, requests: 2_000_000, keys: KEYS, words: set },
  { name: 'get p100', pipeline: 100, requests: 2_000_000, keys: KEYS, words: get },
  { name: 'incr p100', pipeline: 100, requests: 2_000_000, keys: 100_000, words: incr },
  { name: 'mset of 10 p1', pipeline: 1, requests: 100_000, keys: KEYS, words: mset },
  { name: 'get 16 KiB p1', pipeline: 1, requests: 100_000, keys: LARGE_KEYS, words: ['GET', 'large:__rand_int__'] },
]

const digits = (i: number): string => String(i).padStart(12, '0')

function* dataset(): Generator<readonly string[]> {
  for (let i = 0; i < KEYS; i++) yield ['SET', `key:${digits(i)}`, value]
  const large = 'x'.repeat(LARGE_BYTES)
  for (let i = 0; i < LARGE_KEYS; i++) yield ['SET', `large:${digits(i)}`, large]
}

interface Figures {
  readonly perSecond: number
  readonly cpuUs: number
}

async function measure(tool: string | undefined, server: MeasuredServer, workload: Workload): Promise<Figures> {
  const { requests } = workload
  const before = await server.cpuUs()
  const perSecond = await load(tool, server.port, workload, requests)
  return { perSecond, cpuUs: ((await server.cpuUs()) - before) / requests }
}

const medians = (all: readonly Figures[]): Figures => ({
  perSecond: median(all.map(({ perSecond }) => perSecond)),
  cpuUs: median(all.map(({ cpuUs }) => cpuUs)),
})

const args = parseArguments(process.argv.slice(2), ['rounds', 'ours', 'peer'])
const rounds = countOption(args, 'rounds', 3)
const peer = peerServer(args)
const tool = benchmarkTool(peer)
const programs = peer === undefined ? [ourServer(args)] : [ourServer(args), peer]
if (peer === undefined) console.log('no Valkey or Redis in VALKEY_DIR/src or on the path: ours alone')
for (const program of programs) console.log(`${program.title}: ${programPath(program)}`)
console.log(
  `load: ${tool ?? 'scripts/bench/load-generator.ts'}, ${CONNECTIONS} connections, medians of ${rounds} rounds\n`,
)

const servers: MeasuredServer[] = []
try {
  for (const program of programs) {
    const server = await MeasuredServer.start(program)
    servers.push(server)
    await server.connection.pour(dataset())
  }
  const other = peer?.title ?? 'peer'
  const table = new Table([
    { title: 'workload', width: 14 },
    { title: 'ours req/s', width: 11 },
    { title: `${other} req/s`, width: 13 },
    { title: 'ratio', width: 6 },
    { title: 'ours CPU us', width: 12 },
    { title: `${other} CPU us`, width: 14 },
    { title: 'ratio', width: 6 },
  ])
  for (const workload of workloads) {
    if (!wanted(workload.name, args.words[0])) continue
    const figures: Figures[][] = servers.map(() => [])
    for (const server of servers) await load(tool, server.port, workload, workload.requests / 10)
    for (let round = 0; round < rounds; round++) {
      for (const [i, server] of servers.entries()) figures[i]?.push(await measure(tool, server, workload))
    }
    const [ours, theirs] = figures.map(medians) as [Figures, Figures | undefined]
    table.row(
      workload.name,
      ours.perSecond.toFixed(0),
      theirs?.perSecond.toFixed(0) ?? '-',
      ratio(ours.perSecond, theirs?.perSecond),
      ours.cpuUs.toFixed(2),
      theirs?.cpuUs.toFixed(2) ?? '-',
      ratio(ours.cpuUs, theirs?.cpuUs),
    )
  }
} finally {
  for (const server of servers) await server.stop()
}
