import { basename, dirname } from 'node:path'
import { Node, type SourceFile, SyntaxKind } from 'ts-morph'
import { commandFiles, type Finding, fromRoot, type Rule } from '../workspace.ts'

export const rule: Rule = {
  title: 'every command is named in a title of a test in its folder',
  run(workspace) {
    const core = workspace.package('core')
    const testsOf = (folder: string): SourceFile[] =>
      core.sources.filter(
        (source) => dirname(source.getFilePath()) === folder && /\.test\.ts$/.test(source.getFilePath()),
      )
    const found: Finding[] = []
    for (const source of commandFiles(core)) {
      const path = source.getFilePath()
      const name = commandName(source)
      if (testsOf(dirname(path)).some((test) => titles(test).some((title) => namesCommand(title, name)))) continue
      const file = `${basename(path, '.ts')}.test.ts`
      const message = `${name} has no test: write ${file} beside it, or name it in a title of another test there`
      found.push({ file: fromRoot(path), line: 1, message })
    }
    return found
  },
}

function commandName(source: SourceFile): string {
  for (const property of source.getDescendantsOfKind(SyntaxKind.PropertyAssignment)) {
    if (property.getName() !== 'name') continue
    const value = property.getInitializer()
    if (Node.isStringLiteral(value)) return value.getLiteralValue().toUpperCase()
  }
  return source.getBaseNameWithoutExtension().toUpperCase()
}

function titles(test: SourceFile): string[] {
  const found: string[] = []
  for (const call of test.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    if (!/^(describe|it|test)\b/.test(call.getExpression().getText())) continue
    const title = call.getArguments()[0]
    if (Node.isStringLiteral(title) || Node.isNoSubstitutionTemplateLiteral(title)) found.push(title.getLiteralText())
    else if (Node.isTemplateExpression(title)) found.push(title.getText())
  }
  return found
}

const namesCommand = (title: string, name: string): boolean =>
  new RegExp(`(^|[^A-Za-z0-9])${name.replace(/[^A-Za-z0-9_]+/g, '[ .|-]')}($|[^A-Za-z0-9])`, 'i').test(title)
