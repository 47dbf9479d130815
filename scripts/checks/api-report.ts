import { existsSync, readFileSync } from 'node:fs'
import { apiReports } from '../api-report.ts'
import { type Finding, fromRoot, type Rule } from '../workspace.ts'

export const rule: Rule = {
  title: 'the committed report of every public surface is true',
  run(workspace) {
    const found: Finding[] = []
    for (const { path, text } of apiReports(workspace)) {
      const committed = existsSync(path) ? readFileSync(path, 'utf8') : ''
      if (committed === text) continue
      const [before, now] = [committed.split('\n'), text.split('\n')]
      const line = now.findIndex((content, index) => content !== before[index])
      const message = `the public surface changed: run \`npm run generate\`, read the difference, and write a changeset`
      found.push({ file: fromRoot(path), line: line + 1, message })
    }
    return found
  },
}
