/**
 * `npm run bench [-- name ...]`: runs the benchmarks, the files under packages/ that end in .bench.ts, one process
 * each, so that they do not share a heap or what V8 has learnt. Names choose those whose path contains one of them.
 */
import { spawnSync } from 'node:child_process'
import { fromRoot, root, Workspace } from './workspace.ts'

const wanted = process.argv.slice(2)
const files = new Workspace().packages
  .flatMap((owner) => owner.sources.map((source) => source.getFilePath() as string))
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((name) => fromRoot(file).includes(name)))

if (files.length === 0) console.log('no benchmark matches')
for (const file of files) {
  console.log(`\n== ${fromRoot(file)}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--conditions=@kvasir/source', file], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
