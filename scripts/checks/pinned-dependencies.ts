import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, fromRoot, type Manifest, type Rule, readJson, root } from '../workspace.ts'

const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/

export const rule: Rule = {
  title: 'versions are exact, the lockfile names no host, and each dependency has its reason in CONTRIBUTING.md',
  run(workspace) {
    const found: Finding[] = []
    const guide = existsSync(join(root, 'CONTRIBUTING.md')) ? readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8') : ''
    for (const folder of [root, ...workspace.packages.map((owner) => owner.folder)]) {
      const path = join(folder, 'package.json')
      const lines = readFileSync(path, 'utf8').split('\n')
      const manifest = readJson<Manifest>(path)
      const { dependencies, devDependencies, optionalDependencies } = manifest
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        if (version.startsWith('workspace:')) continue
        const line = lines.findIndex((text) => text.includes(`"${name}":`)) + 1
        const report = (message: string) => found.push({ file: fromRoot(path), line, message })
        if (!exact.test(version)) report(`${name} should have an exact version, not ${version}`)
        if (!guide.includes(`\`${name}\``))
          report(`say in CONTRIBUTING.md, under Dependencies, why \`${name}\` is here`)
      }
    }
    for (const [index, text] of readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').split('\n').entries()) {
      if (!/https?:\/\//.test(text)) continue
      const message = 'the lockfile should hold no address: install from a registry with its default settings'
      found.push({ file: 'pnpm-lock.yaml', line: index + 1, message })
    }
    return found
  },
}
