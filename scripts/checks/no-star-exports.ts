import { type Finding, fromRoot, type Rule } from '../workspace.ts'

export const rule: Rule = {
  title: 'every export is named: no `export *`',
  run(workspace) {
    const found: Finding[] = []
    for (const [, source] of workspace.published()) {
      for (const declaration of source.getExportDeclarations()) {
        if (!declaration.isNamespaceExport()) continue
        const message = 'name what is exported: a public surface should not grow by accident'
        found.push({ file: fromRoot(source.getFilePath()), line: declaration.getStartLineNumber(), message })
      }
    }
    return found
  },
}
