import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { registryFile } from '../generate-registry.ts'
import { type Rule, Workspace } from '../workspace.ts'
import { rule as commandTests } from './command-tests.ts'
import { rule as coreLayers } from './core-layers.ts'
import { rule as fileNames } from './file-names.ts'
import { rule as injectedEffects } from './injected-effects.ts'
import { rule as noDefaultExports } from './no-default-exports.ts'
import { rule as noStarExports } from './no-star-exports.ts'
import { rule as noTopLevelAwait } from './no-top-level-await.ts'
import { rule as packageArrows } from './package-arrows.ts'
import { rule as packageManifests } from './package-manifests.ts'
import { rule as relativeImports } from './relative-imports.ts'
import { rule as sizeLimits } from './size-limits.ts'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

/** A workspace of the given files, by their path under packages/. */
function workspaceOf(files: Record<string, string>): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'kvasir-checks-'))
  made.push(folder)
  const dependencies = { '@kvasir/core': '', '@kvasir/protocol': '', '@kvasir/module-api': '' }
  for (const [path, text] of Object.entries({ 'core/src/index.ts': '', ...files })) {
    const file = join(folder, 'packages', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    const name = path.split('/', 1)[0] as string
    const manifest = { name: `@kvasir/${name}`, dependencies }
    writeFileSync(join(folder, 'packages', name, 'package.json'), JSON.stringify(manifest))
  }
  return new Workspace(folder)
}

/** What a rule finds, each as `<file name>:<line>`. */
const found = (rule: Rule, files: Record<string, string>): string[] =>
  rule.run(workspaceOf(files)).map(({ file, line }) => `${file.split('/').pop()}:${line}`)

it('lets core import protocol, but not the server', () => {
  const files = {
    'core/src/good.ts': "import { parse } from '@kvasir/protocol'",
    'core/src/bad.ts': "\nimport { start } from '@kvasir/server'",
    'protocol/src/bad-too.ts': "export type { Key } from '@kvasir/module-api'",
    'json/src/bad-type.ts': "export type T = import('@kvasir/core').Engine",
    'json/src/bad-import.ts': "export const load = () => import('@kvasir/core')",
    'core/src/deep.ts': "import { parse } from '@kvasir/protocol/internal/parse'",
  }
  expect(found(packageArrows, files)).toEqual([
    'bad.ts:2',
    'deep.ts:1',
    'bad-import.ts:1',
    'bad-type.ts:1',
    'bad-too.ts:1',
  ])
})

it('keeps Node.js out of core, and lets core tests and the server use it', () => {
  const text = "import { readFileSync } from 'node:fs'"
  const files = { 'core/src/a.ts': text, 'core/src/b.test.ts': text, 'server/src/c.ts': text }
  expect(found(packageArrows, files)).toEqual(['a.ts:1'])
})

it('lets a layer of core import those to its left only', () => {
  const files = {
    'core/src/structures/up.ts': "import { x } from '../keyspace/database.ts'",
    'core/src/keyspace/down.ts': "import { x } from '../structures/arena.ts'",
    'core/src/commands/string/get.ts': "import { x } from '../../engine/engine.ts'",
    'core/src/engine/out.ts': "import { x } from '../create-engine.ts'",
    'core/src/create-engine.ts': "import { x } from './commands/string/get.ts'",
    'core/src/elsewhere/x.ts': '',
  }
  expect(found(coreLayers, files)).toEqual(['x.ts:1', 'out.ts:1', 'up.ts:1'])
})

it('finds relative imports without extension, of an index, of nothing and of another package', () => {
  const files = {
    'core/src/a.ts':
      "import './b.ts'\nimport './b'\nimport './index.ts'\nimport './c.ts'\nimport '../../server/src/d.ts'",
    'core/src/b.ts': '',
    'server/src/d.ts': '',
  }
  expect(found(relativeImports, files)).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:4', 'a.ts:5'])
})

it('finds star exports and default exports that declare nothing', () => {
  const files = {
    'core/src/a.ts': "export * from './b.ts'",
    'core/src/b.ts': 'const x = 1\nexport default x',
    'core/src/commands/get.ts': 'export default defineCommand({})',
  }
  expect(found(noStarExports, files)).toEqual(['a.ts:1'])
  expect(found(noDefaultExports, files)).toEqual(['b.ts:2'])
})

it('finds clocks, randomness and globals of the platform in core, and leaves members of those names alone', () => {
  const text = [
    'export const a = Date.now()',
    'export const b = new Date()',
    'export const c = new Date(5)',
    'export const d = (x: { process(): void; console: number }) => x.process() ?? x.console',
    'export const e = Math.random() + Math.floor(1.5)',
    'setTimeout(d, 1)',
    'export const f = { console: 1 }',
  ].join('\n')
  const files = {
    'core/src/a.ts': text,
    'server/src/b.ts': text,
    'core/src/c.ts': 'export const f = (process: 1) => process',
  }
  expect(found(injectedEffects, files)).toEqual(['a.ts:1', 'a.ts:2', 'a.ts:5', 'a.ts:6'])
})

it('finds names that are not kebab-case or say nothing', () => {
  const files = {
    'core/src/goodName.ts': '',
    'core/src/string-utils.ts': '',
    'core/src/common/x.ts': '',
    'core/src/a-b.test.ts': '',
  }
  expect(found(fileNames, files)).toEqual(['x.ts:1', 'goodName.ts:1', 'string-utils.ts:1'])
})

it('finds files, functions and lines above the limits', () => {
  const files = {
    'core/src/long-file.ts': '\n'.repeat(500),
    'core/src/long-function.ts': `\nexport function f() {${'\n'.repeat(70)}}\n`,
    'core/src/long-line.ts': `\n// ${'x'.repeat(118)}`,
    'core/src/fits.ts': `export function f() {${'\n'.repeat(69)}}\n// ${'x'.repeat(117)}${'\n'.repeat(429)}`,
    'core/src/tests.test.ts': `describe('x', () => {${'\n'.repeat(300)}})`,
  }
  // The project's own giants are missing from this small workspace, which the rule says of its list.
  const inFiles = found(sizeLimits, files).filter((place) => !place.startsWith('size-limits.giants'))
  expect(inFiles).toEqual(['long-file.ts:1', 'long-function.ts:2', 'long-line.ts:2'])
})

it('finds top-level await and leaves await in functions alone', () => {
  const files = {
    'core/src/a.ts': 'export const f = async () => await 1\nawait f()',
    'core/src/b.ts': 'for await (const x of y) {}',
  }
  expect(found(noTopLevelAwait, files)).toEqual(['a.ts:2', 'b.ts:1'])
})

it('asks for a title that names every command, in the test beside it or in that of its family', () => {
  const command = (name: string) => `export default defineCommand({ name: '${name}' })`
  const files = {
    'core/src/commands/string/get.ts': command('get'),
    'core/src/commands/string/get.test.ts': "describe('GET', () => {})",
    'core/src/commands/string/strlen.ts': command('strlen'),
    'core/src/commands/string/strlen.test.ts': "it('works', () => {})",
    'core/src/commands/string/set.ts': command('set'),
    'core/src/commands/string/setex.ts': command('setex'),
    'core/src/commands/string/string.test.ts': "it('SETEX sets a value and a time to live', () => {})",
    'core/src/commands/string/range.ts': 'export const range = 1',
  }
  expect(found(commandTests, files)).toEqual(['set.ts:1', 'strlen.ts:1'])
})

it('asks for closed, typed ESM packages', () => {
  expect(packageManifests.run(workspaceOf({})).length).toBeGreaterThan(5)
})

it('lists the command files by path in the registry', () => {
  const files = {
    'core/src/commands/string/set.ts': 'export default defineCoreCommand({})',
    'core/src/commands/string/get-ex.ts': 'export default defineCommand({})',
    'core/src/commands/object/object.ts': 'export default defineCoreContainer({})',
    'core/src/commands/string/_draft.ts': 'export default defineCommand({})',
    'core/src/commands/string/set.test.ts': 'export default defineCommand({})',
    'core/src/commands/string/value.ts': 'export const value = 1',
  }
  const lines = registryFile(workspaceOf(files)).text.split('\n')
  expect(lines.slice(1)).toEqual([
    "import objectObject from './object/object.ts'",
    "import stringGetEx from './string/get-ex.ts'",
    "import stringSet from './string/set.ts'",
    '',
    '/** Every command of the core, by path. */',
    'export const commandRegistry = [',
    '  objectObject,',
    '  stringGetEx,',
    '  stringSet,',
    '] as const',
    '',
  ])
})
