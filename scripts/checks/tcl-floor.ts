import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { earlier, type Finding, type Rule, root } from '../workspace.ts'

const file = '.ci/tcl-floor'

export const rule: Rule = {
  title: 'the number of tests of the Valkey suite that must pass only rises',
  run() {
    const found: Finding[] = []
    const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
    const report = (message: string) => found.push({ file, line: 1, message })
    if (!/^\d+\n$/.test(text)) report('the file holds one number on one line')
    for (const revision of ['HEAD', 'HEAD~1']) {
      const before = Number(earlier(file, revision) ?? 0)
      if (Number(text) < before) report(`the floor fell from ${before} to ${Number(text)}: mend what broke instead`)
    }
    return found
  },
}
