import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Finding, fromRoot, type Rule, root } from '../workspace.ts'

export const rule: Rule = {
  title: 'relative links in the documents lead to files and headings that exist',
  run(workspace) {
    const folders = [root, join(root, 'design'), ...workspace.packages.map(({ folder }) => folder)].filter(existsSync)
    const documents = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
        .map((name) => join(folder, name)),
    )
    return documents.flatMap(brokenLinks)
  },
}

function brokenLinks(document: string): Finding[] {
  const found: Finding[] = []
  let fenced = false
  for (const [index, text] of readFileSync(document, 'utf8').split('\n').entries()) {
    if (text.startsWith('```')) fenced = !fenced
    if (fenced) continue
    for (const [, target = ''] of text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', heading] = target.split('#')
      const file = path ? join(dirname(document), path) : document
      const report = (message: string) => found.push({ file: fromRoot(document), line: index + 1, message })
      if (!existsSync(file)) report(`${target} leads nowhere`)
      else if (heading && file.endsWith('.md') && !headings(file).has(heading)) report(`${target}: no such heading`)
    }
  }
  return found
}

function headings(document: string): Set<string> {
  const lines = readFileSync(document, 'utf8').match(/^#+ .+$/gm) ?? []
  return new Set(
    lines.map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}
