/**
 * CPU time per request of JSON.SET and JSON.GET of a whole document, beside SET and GET of the same bytes in the same
 * server:
 *
 *     npm run bench -- json [filter] [--rounds=3]
 *
 * Ten thousand documents of 1 KB, written and read whole, and one value of each by its path, beside the whole string.
 */
import { join } from 'node:path'
import { root } from '../workspace.ts'
import { countOption, parseArguments, wanted } from './arguments.ts'
import { load } from './load.ts'
import { benchmarkTool, MeasuredServer, ourServer } from './servers.ts'
import { median, ratio, Table } from './table.ts'

const KEYS = 10_000
const WARM_UP_REQUESTS = 50_000
const PIPELINES = [
  { pipeline: 1, requests: 100_000 },
  { pipeline: 16, requests: 480_000 },
]

const text = JSON.stringify({
  id: 48213,
  sku: 'NC-HP-700',
  name: 'Noise-cancelling Bluetooth headphones',
  brand: 'Bärenklang',
  description: 'Wireless over-ear headphones with active noise cancelling, 30 hours of battery life and a case.',
  price: 249.99,
  currency: 'EUR',
  inStock: true,
  quantity: 134,
  rating: 4.6,
  tags: ['audio', 'wireless', 'bluetooth 5.3', 'über-ear'],
  colors: [
    { name: 'black', hex: '#000000' },
    { name: 'silver', hex: '#c0c0c0' },
  ],
  dimensions: { width: 17.2, height: 19.5, depth: 8.1, weight: 254 },
  seller: {
    id: 991,
    name: 'Audio Café',
    address: { street: '12 Rue de la Paix', city: 'Paris', zip: '75002', geo: { lat: 48.8691, lng: 2.3316 } },
  },
  reviews: [
    { user: 'anna', stars: 5, text: 'The best that I have had so far.' },
    { user: 'jürgen', stars: 4, text: 'A bit tight at first, and a good sound.' },
    { user: 'mika', stars: 5, text: 'Great on long flights 😀' },
    { user: 'sofia', stars: 3, text: 'The case is "hard", they say. It is not.' },
  ],
  createdAt: '2024-03-11T09:26:53Z',
  discontinued: null,
})
const workloads = [
  { name: 'JSON.SET', words: ['JSON.SET', 'json:__rand_int__', '$', text], plain: ['SET', 'text:__rand_int__', text] },
  { name: 'JSON.GET', words: ['JSON.GET', 'json:__rand_int__', '$'], plain: ['GET', 'text:__rand_int__'] },
  // Last: from then on the documents are no longer text.
  {
    name: 'JSON.GET path',
    words: ['JSON.GET', 'json:__rand_int__', '$.seller.address.city'],
    plain: ['GET', 'text:__rand_int__'],
  },
  { name: 'JSON.GET after', words: ['JSON.GET', 'json:__rand_int__', '$'], plain: ['GET', 'text:__rand_int__'] },
]

/** CPU microseconds per request. */
async function measure(
  server: MeasuredServer,
  pipeline: number,
  words: readonly string[],
  requests: number,
): Promise<number> {
  const before = await server.cpuUs()
  await load(tool, server.port, { pipeline, keys: KEYS, words }, requests)
  return ((await server.cpuUs()) - before) / requests
}

function* dataset(): Generator<readonly string[]> {
  for (let i = 0; i < KEYS; i++) {
    const name = String(i).padStart(12, '0')
    yield ['JSON.SET', `json:${name}`, '$', text]
    yield ['SET', `text:${name}`, text]
  }
}

const args = parseArguments(process.argv.slice(2), ['rounds', 'ours'])
const rounds = countOption(args, 'rounds', 3)
const tool = benchmarkTool(undefined)
const ours = ourServer(args)
const module = join(root, 'packages', 'json', 'dist', 'index.js')
const server = await MeasuredServer.start({ ...ours, command: [...ours.command, '--loadmodule', module] })
try {
  await server.connection.pour(dataset())
  console.log(`${Buffer.byteLength(text)} bytes`)
  const table = new Table([
    { title: '', width: 14 },
    { title: 'pipeline', width: 8 },
    { title: 'CPU us', width: 8 },
    { title: 'plain CPU us', width: 12 },
    { title: 'ratio', width: 6 },
  ])
  for (const { name, words, plain } of workloads) {
    for (const { pipeline, requests } of PIPELINES) {
      if (!wanted(`${name} p${pipeline}`, args.words[0])) continue
      const figures: number[] = []
      const plainFigures: number[] = []
      for (const warmUp of [words, plain]) await measure(server, pipeline, warmUp, WARM_UP_REQUESTS)
      for (let round = 0; round < rounds; round++) {
        figures.push(await measure(server, pipeline, words, requests))
        plainFigures.push(await measure(server, pipeline, plain, requests))
      }
      const [cpuUs, plainCpuUs] = [median(figures), median(plainFigures)]
      table.row(name, pipeline, cpuUs.toFixed(2), plainCpuUs.toFixed(2), ratio(cpuUs, plainCpuUs))
    }
  }
} finally {
  await server.stop()
}
