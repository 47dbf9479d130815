/**
 * Runs every rule in this folder, or those named on the command line: `npm run check -- core-layers`.
 * One rule, one file, named after what it keeps; each exports `rule`.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Rule, root, Workspace } from '../workspace.ts'

const named = process.argv.slice(2)
const folder = join(root, 'scripts', 'checks')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))
  .filter((name) => named.length === 0 || named.includes(name))

const workspace = new Workspace()
let failed = 0
for (const name of names) {
  const { rule } = (await import(join(folder, `${name}.ts`))) as { rule: Rule }
  const findings = rule.run(workspace)
  console.log(`${findings.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${rule.title}`)
  for (const { file, line, message } of findings) console.log(`       ${file}:${line}: ${message}`)
  if (findings.length > 0) failed++
}

const results = join(root, '.results')
mkdirSync(results, { recursive: true })
const counts = { numPassedTests: names.length - failed, numFailedTests: failed }
writeFileSync(join(results, 'checks.json'), JSON.stringify(counts))
process.exitCode = failed > 0 || names.length === 0 ? 1 : 0
