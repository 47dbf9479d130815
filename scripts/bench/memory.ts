/**
 * Resident memory per key, of our server beside a Valkey or Redis found on this machine:
 *
 *     npm run bench -- memory [filter] [--keys=1000000] [--ours=COMMAND] [--peer=COMMAND]
 *
 * Each line starts both servers afresh and measures how much their processes grow.
 */
import { countOption, parseArguments, wanted } from './arguments.ts'
import { MeasuredServer, ourServer, type Program, peerServer, programPath } from './servers.ts'
import { ratio, Table } from './table.ts'

const WARM_UP_KEYS = 10_000
/** For what a server puts off until it has nothing else to do. */
const SETTLE_MS = 1500

interface Dataset {
  readonly name: string
  /** The words behind `SET key`. */
  readonly rest: (digits: string) => readonly string[]
}

const datasets: readonly Dataset[] = [
  { name: 'string, 16 B key, 8 B value', rest: (digits) => [`v${digits.slice(5)}`] },
  { name: 'string, 16 B key, 32 B value', rest: (digits) => [`value:${digits}:${'x'.repeat(13)}`] },
  { name: 'the same with a TTL', rest: (digits) => [`value:${digits}:${'x'.repeat(13)}`, 'EX', '100000'] },
]

function* requests(prefix: string, count: number, { rest }: Dataset): Generator<readonly string[]> {
  for (let i = 0; i < count; i++) {
    const digits = String(i).padStart(12, '0')
    yield ['SET', `${prefix}:${digits}`, ...rest(digits)]
  }
}

async function bytesPerKey(program: Program, dataset: Dataset, keys: number): Promise<number> {
  const server = await MeasuredServer.start(program)
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  try {
    await server.connection.pour(requests('warm', WARM_UP_KEYS, dataset))
    await settle()
    const before = await server.residentBytes()
    await server.connection.pour(requests('key', keys, dataset))
    await settle()
    return ((await server.residentBytes()) - before) / keys
  } finally {
    await server.stop()
  }
}

const args = parseArguments(process.argv.slice(2), ['keys', 'ours', 'peer'])
const keys = countOption(args, 'keys', 1_000_000)
const ours = ourServer(args)
const peer = peerServer(args)
if (peer === undefined) console.log('no Valkey or Redis in VALKEY_DIR/src or on the path: ours alone')
else console.log(`${peer.title}: ${programPath(peer)}`)
console.log(`resident bytes per key, ${keys} keys\n`)
const table = new Table([
  { title: 'dataset', width: 30 },
  { title: 'ours', width: 7 },
  { title: peer?.title ?? 'peer', width: 7 },
  { title: 'ratio', width: 6 },
])
for (const dataset of datasets) {
  if (!wanted(dataset.name, args.words[0])) continue
  const a = await bytesPerKey(ours, dataset, keys)
  const b = peer === undefined ? undefined : await bytesPerKey(peer, dataset, keys)
  table.row(dataset.name, a.toFixed(1), b?.toFixed(1) ?? '-', ratio(a, b))
}
