import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { importsOf } from '../imports.ts'
import { type Finding, fromRoot, type Rule } from '../workspace.ts'

export const rule: Rule = {
  title: 'relative imports name an existing .ts file of the same package, never its index',
  run(workspace) {
    const found: Finding[] = []
    for (const owner of workspace.packages) {
      const sourceFolder = join(owner.folder, 'src')
      for (const source of owner.sources) {
        for (const { specifier, line } of importsOf(source)) {
          if (!specifier.startsWith('.')) continue
          const report = (message: string) => found.push({ file: fromRoot(source.getFilePath()), line, message })
          const target = join(dirname(source.getFilePath()), specifier)
          if (relative(sourceFolder, target).startsWith('..')) report(`${specifier} leaves the package: import by name`)
          else if (!specifier.endsWith('.ts')) report(`${specifier} should end in .ts; the build rewrites it to .js`)
          else if (!existsSync(target)) report(`there is no ${specifier}`)
          else if (/(^|\/)index\.ts$/.test(specifier))
            report(`import the file that declares the name, not ${specifier}`)
        }
      }
    }
    return found
  },
}
