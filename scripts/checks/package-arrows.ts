import { importsOf } from '../imports.ts'
import { type Finding, fromRoot, isTest, type Package, type Rule } from '../workspace.ts'

/** What each package may import. A package that is not named is a module, and imports the module API alone. */
const arrows: Record<string, string[]> = {
  protocol: [],
  'module-api': [],
  core: ['module-api', 'protocol'],
  server: ['core', 'module-api', 'protocol'],
  testkit: ['core', 'module-api', 'protocol', 'server'],
}
const arrowsOfModules = ['module-api']

/** They run in a browser too: no `node:` import. */
const anywhere = new Set(['protocol', 'module-api', 'core', 'json', 'bloom', 'search'])

/** What tests may use besides. */
const forTests = ['vitest', 'fast-check', '@kvasir/testkit']

export const rule: Rule = {
  title: 'packages import each other in one direction only',
  run: (workspace) => workspace.packages.flatMap(findings),
}

function findings(owner: Package): Finding[] {
  const found: Finding[] = []
  const allowed = (arrows[owner.name] ?? arrowsOfModules).map((name) => `@kvasir/${name}`)
  const { dependencies, peerDependencies } = owner.manifest
  const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }))

  for (const source of owner.sources) {
    const test = isTest(source)
    for (const { specifier, line } of importsOf(source)) {
      const report = (message: string) => found.push({ file: fromRoot(source.getFilePath()), line, message })
      if (specifier.startsWith('.')) continue
      if (specifier.startsWith('node:')) {
        if (anywhere.has(owner.name) && !test)
          report(`${owner.name} runs in a browser: take what ${specifier} gives through an injected interface`)
        continue
      }
      if (test && forTests.some((name) => specifier === name || specifier.startsWith(`${name}/`))) continue
      const scope = specifier.startsWith('@')
      const name = specifier.split('/', scope ? 2 : 1).join('/')
      if (name === owner.manifest.name) report(`import the file itself by its relative path, not through ${name}`)
      else if (name.startsWith('@kvasir/') && !allowed.includes(name))
        report(`${owner.name} may not import ${name}; allowed: ${allowed.join(', ') || 'nothing'}`)
      else if (name !== specifier) report(`import ${name}, whose exports are its public surface, not ${specifier}`)
      else if (!declared.has(name) && !test)
        report(`${name} is missing from the dependencies in packages/${owner.name}/package.json`)
    }
  }
  return found
}
