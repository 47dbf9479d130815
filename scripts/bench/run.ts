/**
 * Benchmarks: `npm run bench [-- part [filter] [--option=value]]`.
 *
 *     commands   throughput and CPU per request, beside a Valkey or Redis on this machine
 *     memory     resident bytes per key, likewise
 *     pubsub     CPU per PUBLISH to 0 to 1000 subscribers, likewise
 *     bloom      CPU per request of Bloom filters, beside sets
 *     json       CPU per request of whole JSON documents, beside strings of the same bytes
 *     scale      20 million keys in one process: memory and the longest pauses
 *     micro      the structures and the dispatch on their own: Vitest's benchmarks, *.bench.ts
 *
 * Without a part, all of them, which takes about a quarter of an hour and 2 GiB of memory. Each part's file says more.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../workspace.ts'

const script = (name: string): string => join(root, 'scripts', 'bench', `${name}.ts`)
// The condition under which this process runs, if any, is the parts' too: build or sources.
const node = [...process.execArgv, '--disable-warning=ExperimentalWarning']

const parts: Record<string, (args: readonly string[]) => readonly string[]> = {
  commands: (args) => [...node, script('commands'), ...args],
  memory: (args) => [...node, script('memory'), ...args],
  pubsub: (args) => [...node, script('pubsub'), ...args],
  bloom: (args) => [...node, script('bloom'), ...args],
  json: (args) => [...node, script('json'), ...args],
  scale: (args) => [...node, '--expose-gc', script('scale'), ...args],
  micro: (args) => [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'bench', '--run', ...args],
}

const [part, ...rest] = process.argv.slice(2)
if (part !== undefined && !(part in parts)) {
  console.error(`there is no part ${part}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(1)
}
for (const name of part === undefined ? Object.keys(parts) : [part]) {
  console.log(`== ${name}\n`)
  const { status } = spawnSync(process.execPath, parts[name]?.(rest) ?? [], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = status ?? 1
  console.log('')
}
