/**
 * `npm run generate`: writes every generated file, then builds the declarations and writes the reports of the public
 * surfaces, then lowers the recorded sizes of giants that shrank.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { apiReports } from './api-report.ts'
import { giantsFile, shrunkGiants } from './checks/size-limits.ts'
import { generatedFiles } from './generated-files.ts'
import { fromRoot, root, Workspace } from './workspace.ts'

function write(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(`wrote ${fromRoot(path)}`)
}

const workspace = new Workspace()
for (const { path, text } of generatedFiles(workspace)) write(join(root, path), text)
write(join(root, giantsFile), `${JSON.stringify(shrunkGiants(workspace), null, 2)}\n`)

const projects = workspace.packages.map(({ folder }) => join(folder, 'tsconfig.build.json'))
const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b', ...projects], { stdio: 'inherit' })
if (status !== 0) {
  console.error('the API reports are not updated: first the packages have to compile')
  process.exitCode = 1
} else for (const { path, text } of apiReports(workspace)) write(path, text)
