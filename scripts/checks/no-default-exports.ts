import { type Finding, fromRoot, type Rule } from '../workspace.ts'

/** Declarations are what a file is about, so that they may be its default export. */
const declarations = /^export default define(Core)?(Command|Container|Module|DataType)\b/m

export const rule: Rule = {
  title: 'only declarations of commands, containers, data types and modules are default exports',
  run(workspace) {
    const found: Finding[] = []
    for (const [, source] of workspace.published()) {
      const text = source.getFullText()
      if (!/\bdefault\b/.test(text) || declarations.test(text)) continue
      const symbol = source.getDefaultExportSymbol()
      if (!symbol) continue
      const line = symbol.getDeclarations()[0]?.getStartLineNumber() ?? 1
      found.push({ file: fromRoot(source.getFilePath()), line, message: 'give the export a name' })
    }
    return found
  },
}
