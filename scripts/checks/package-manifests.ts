import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, fromRoot, type Package, type Rule } from '../workspace.ts'

const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']

export const rule: Rule = {
  title: 'published packages are ESM with types, a closed exports map and no install scripts',
  run: (workspace) => workspace.packages.filter(({ manifest }) => !manifest.private).flatMap(findings),
}

function findings(owner: Package): Finding[] {
  const path = join(owner.folder, 'package.json')
  const lines = readFileSync(path, 'utf8').split('\n')
  const found: Finding[] = []
  const expect = (ok: boolean, field: string, message: string) => {
    const at = lines.findIndex((text) => text.trimStart().startsWith(`"${field}"`))
    if (!ok) found.push({ file: fromRoot(path), line: at + 1 || 1, message })
  }
  const { manifest } = owner
  const exports = manifest.exports as Record<string, Record<string, string> | string | null> | undefined
  expect(
    manifest.name === `@kvasir/${owner.name}`,
    'name',
    `the name should be @kvasir/${owner.name}, after the folder`,
  )
  expect(manifest.type === 'module', 'type', 'the type should be "module"')
  expect(manifest.license === 'MIT', 'license', 'the license should be MIT')
  expect(typeof manifest.description === 'string', 'description', 'say in a line what the package is')
  expect((manifest.engines as { node?: string })?.node === '>=22.12', 'engines', 'engines.node should be ">=22.12"')
  expect(manifest.sideEffects !== undefined, 'sideEffects', 'say whether importing the package has side effects')
  expect(Array.isArray(manifest.files), 'files', 'list the published files')
  expect(exports?.['./internal/*'] === null, 'exports', 'the exports map should close "./internal/*" with null')
  const scripts = Object.keys(manifest.scripts ?? {}).filter((name) => installScripts.includes(name))
  expect(scripts.length === 0, scripts[0] ?? '', `${scripts.join(', ')} would run on the users' machines`)
  const api = '@kvasir/module-api'
  expect(!manifest.dependencies?.[api], api, 'the module API is a peer dependency: there is one of it in a process')
  for (const [entry, target] of Object.entries(exports ?? {})) {
    if (target === null || typeof target === 'string') continue
    const names = Object.keys(target).join(', ')
    expect(names === '@kvasir/source, types, default', entry, `conditions should be @kvasir/source, types, default`)
    const source = target['@kvasir/source'] ?? ''
    expect(existsSync(join(owner.folder, source)), entry, `${source} does not exist`)
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    expect(
      target.types === `${built}.d.ts` && target.default === `${built}.js`,
      entry,
      `${source} builds to ${built}.js`,
    )
  }
  return found
}
