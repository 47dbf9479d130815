import { type Finding, fromRoot, inSource, type Rule } from '../workspace.ts'

const shape = /^_?[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench|generated))*\.ts$/
const folderShape = /^[a-z0-9]+(-[a-z0-9]+)*$/
const vague = /(^|-)(utils?|helpers?|common|misc|shared|stuff)(-|\.|$)/

export const rule: Rule = {
  title: 'a file is one noun, in kebab-case',
  run(workspace) {
    const found: Finding[] = []
    for (const owner of workspace.packages) {
      for (const source of owner.sources) {
        const report = (message: string) => found.push({ file: fromRoot(source.getFilePath()), line: 1, message })
        const parts = inSource(owner, source).split('/')
        const name = parts.pop() as string
        if (!shape.test(name)) report(`${name} is not in kebab-case`)
        for (const folder of parts) if (!folderShape.test(folder)) report(`the folder ${folder} is not in kebab-case`)
        for (const part of [...parts, name]) {
          if (vague.test(part)) report(`"${part}" says nothing: name the thing that the file is about`)
        }
      }
    }
    return found
  },
}
