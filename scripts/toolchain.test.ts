import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'kvasir-toolchain-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A checkout without packages, where pnpm is one that installs nothing but Node.js. */
function makeCheckout(): void {
  const packageManager = 'pnpm@0.0.0'
  const bin = join(root, '.tools', 'node_modules', '.bin')
  cpSync(import.meta.dirname, join(root, 'scripts'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  for (const folder of [join(root, 'packages'), bin, join(root, 'node_modules', '.bin')]) {
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(join(root, 'package.json'), JSON.stringify({ packageManager }))
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs']) writeFileSync(join(root, name), '')
  writeFileSync(join(root, '.tools', 'installed'), packageManager)
  const link = `ln -sf ${JSON.stringify(process.execPath)} node_modules/.bin/node`
  writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\nrm -rf node_modules/.bin && mkdir -p node_modules/.bin && ${link}\n`)
  chmodSync(join(bin, 'pnpm'), 0o755)
}

const runScript = (): number | null =>
  spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), 'node', '--version'], { cwd: root }).status

it.skipIf(process.platform === 'win32')(
  'every script leaves the executable behind, whatever an installation does',
  () => {
    makeCheckout()
    const launcher = join(root, 'node_modules', '.bin', 'kvasir')
    expect(runScript()).toBe(0)
    expect(readlinkSync(launcher)).toBe('../../scripts/kvasir')
    rmSync(launcher)
    expect(runScript()).toBe(0)
    expect(existsSync(launcher)).toBe(true)
    writeFileSync(join(root, 'pnpm-lock.yaml'), 'changed')
    expect(runScript()).toBe(0)
    expect(existsSync(launcher)).toBe(true)
  },
)
