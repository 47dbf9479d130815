/**
 * CPU time per request of the Bloom filters' commands, beside those of sets in the same server:
 *
 *     npm run bench -- bloom [filter] [--rounds=3]
 *
 * One filter and one set, of a million items each. A ratio below 1 means that the filter takes less than the set.
 */
import { join } from 'node:path'
import { root } from '../workspace.ts'
import { countOption, parseArguments, wanted } from './arguments.ts'
import { load } from './load.ts'
import { benchmarkTool, MeasuredServer, ourServer } from './servers.ts'
import { median, ratio, Table } from './table.ts'

const PIPELINE = 16
const ITEMS = 1_000_000
const REQUESTS = 1_600_000

const item = 'item:__rand_int__'
const workloads = [
  { name: 'BF.ADD', words: ['BF.ADD', 'filter', item], setWords: ['SADD', 'set', item] },
  { name: 'BF.EXISTS', words: ['BF.EXISTS', 'filter', item], setWords: ['SISMEMBER', 'set', item] },
]

/** CPU microseconds per request. */
async function measure(server: MeasuredServer, words: readonly string[], requests: number): Promise<number> {
  const before = await server.cpuUs()
  await load(tool, server.port, { pipeline: PIPELINE, keys: ITEMS, words }, requests)
  return ((await server.cpuUs()) - before) / requests
}

function* dataset(): Generator<readonly string[]> {
  yield ['BF.RESERVE', 'filter', '0.01', String(ITEMS)]
  for (let i = 0; i < ITEMS; i += 2) {
    // Half of all items: half of what is added is new, and half of what is asked for is there.
    const name = `item:${String(i).padStart(12, '0')}`
    yield ['BF.ADD', 'filter', name]
    yield ['SADD', 'set', name]
  }
}

const args = parseArguments(process.argv.slice(2), ['rounds', 'ours'])
const rounds = countOption(args, 'rounds', 3)
const tool = benchmarkTool(undefined)
const ours = ourServer(args)
const module = join(root, 'packages', 'bloom', 'dist', 'index.js')
const server = await MeasuredServer.start({ ...ours, command: [...ours.command, '--loadmodule', module] })
try {
  await server.connection.pour(dataset())
  const table = new Table([
    { title: 'pipeline 16', width: 14 },
    { title: 'CPU us', width: 8 },
    { title: 'set CPU us', width: 10 },
    { title: 'ratio', width: 6 },
  ])
  for (const { name, words, setWords } of workloads) {
    if (!wanted(name, args.words[0])) continue
    const figures: number[] = []
    const setFigures: number[] = []
    for (const warmUp of [words, setWords]) await measure(server, warmUp, REQUESTS / 10)
    for (let round = 0; round < rounds; round++) {
      figures.push(await measure(server, words, REQUESTS))
      setFigures.push(await measure(server, setWords, REQUESTS))
    }
    const [cpuUs, setCpuUs] = [median(figures), median(setFigures)]
    table.row(name, cpuUs.toFixed(2), setCpuUs.toFixed(2), ratio(cpuUs, setCpuUs))
  }
} finally {
  await server.stop()
}
