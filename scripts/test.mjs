/**
 * `npm test`: set-up, then everything that must hold: build, types, lint, the unit tests of every package, the rules
 * under scripts/checks/, the server on the oldest Node.js, and the examples against packed packages. Every step runs,
 * whatever the others said, and the last line sums up: `N passed, N failed`. A step without tests of its own counts as
 * one.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run } from './toolchain.mjs'

let passed = 0
let failed = 0
const failures = []

function count(name, ok) {
  if (ok) passed++
  else {
    failed++
    failures.push(name)
  }
}

/** Adds the numbers of a result file, and one failure where the step failed although no test in it did. */
function countResults(name, files, exitCode) {
  let failedHere = 0
  for (const file of files) {
    if (!existsSync(file)) continue
    const result = JSON.parse(readFileSync(file, 'utf8'))
    passed += result.numPassedTests
    failedHere += result.numFailedTests
    // A test file that cannot even be loaded has no tests to fail.
    for (const { status, assertionResults } of result.testResults ?? [])
      if (status === 'failed' && assertionResults.length === 0) failedHere++
  }
  if (exitCode !== 0 && failedHere === 0) failedHere = 1
  if (failedHere > 0) failures.push(`${name} (${failedHere})`)
  failed += failedHere
}

const heading = (text) => process.stdout.write(`\n== ${text}\n`)
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1)

async function step(name, command, args, settle = (exitCode) => count(name, exitCode === 0)) {
  heading(name)
  const since = performance.now()
  const exitCode = await run(command, args, { shell: process.platform === 'win32' })
  process.stdout.write(`-- ${name}: ${exitCode === 0 ? 'ok' : 'FAILED'}, ${seconds(since)} s\n`)
  settle(exitCode)
}

const started = performance.now()
ensureInstalled()

const results = join(root, '.results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results)
const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
for (const folder of packages) rmSync(join(folder, '.results'), { recursive: true, force: true })

const turbo = (...tasks) => ['run', ...tasks, '--continue', '--output-logs=new-only']
await step('build', 'turbo', turbo('build'))
await step('typecheck', 'turbo', turbo('typecheck', 'typecheck:root'))
await step('lint', 'turbo', turbo('lint', 'lint:root'))
await step('unit tests', 'turbo', turbo('test', 'test:root'), (exitCode) => {
  const files = [root, ...packages].map((folder) => join(folder, '.results', 'vitest.json'))
  countResults('unit tests', files, exitCode)
})
await step('checks', 'node', ['scripts/checks/run.ts'], (exitCode) =>
  countResults('checks', [join(results, 'checks.json')], exitCode),
)
await step('oldest Node.js', 'node', ['scripts/oldest-node.mjs'])
await step('examples', 'node', ['scripts/test-examples.ts'], (exitCode) =>
  countResults('examples', [join(results, 'examples.json')], exitCode),
)

heading(`done in ${seconds(started)} s${failures.length > 0 ? `; failed: ${failures.join(', ')}` : ''}`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
