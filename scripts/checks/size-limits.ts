import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Node, type SourceFile } from 'ts-morph'
import {
  earlier,
  type Finding,
  fromRoot,
  isGenerated,
  isTest,
  type Rule,
  readJson,
  root,
  type Workspace,
} from '../workspace.ts'

export const limits = { functionLines: 70, fileLines: 500, lineLength: 120 }

/**
 * The giants that exist, with their size in lines: `packages/core/src/engine/x.ts` for a file, `...x.ts#name` for a
 * function. They may only shrink. A new one needs a `why` that says what splitting would cost the reader.
 */
export type Giants = Record<string, { lines: number; why?: string }>
export const giantsFile = 'scripts/checks/size-limits.giants.json'

export const rule: Rule = {
  title: `functions have at most ${limits.functionLines} lines, files ${limits.fileLines}, lines ${limits.lineLength} characters`,
  run(workspace) {
    const giants = readGiants()
    const found = [...ratchet(giants)]
    const sizes = measure(workspace)
    for (const { key, file, line, lines, limit, what } of sizes) {
      const giant = giants[key]
      if (!giant) {
        const message = `${what} has ${lines} lines, more than ${limit}: split it`
        found.push({ file, line, message })
      } else if (lines > giant.lines) {
        const message = `${what} may only shrink, and grew from ${giant.lines} to ${lines} lines`
        found.push({ file, line, message })
      } else if (lines < giant.lines) {
        const message = `${what} shrank from ${giant.lines} to ${lines} lines: run \`npm run generate\` to keep it so`
        found.push({ file, line, message })
      }
    }
    const keys = new Set(sizes.map(({ key }) => key))
    for (const key of Object.keys(giants)) {
      if (!keys.has(key)) {
        found.push({ file: giantsFile, line: 1, message: `${key} is no giant any more: run \`npm run generate\`` })
      }
    }
    return [...found, ...longLines(workspace)]
  },
}

export const readGiants = (): Giants =>
  existsSync(join(root, giantsFile)) ? readJson<Giants>(join(root, giantsFile)) : {}

/** The list with every giant at its present size and those gone that are none; nothing is added, nothing rises. */
export function shrunkGiants(workspace: Workspace): Giants {
  const sizes = new Map(measure(workspace).map(({ key, lines }) => [key, lines]))
  const shrunk: Giants = {}
  for (const [key, giant] of Object.entries(readGiants())) {
    const lines = sizes.get(key)
    if (lines !== undefined) shrunk[key] = { ...giant, lines: Math.min(giant.lines, lines) }
  }
  return shrunk
}

/** The list itself against the last commit's and the one before. */
function* ratchet(giants: Giants): Generator<Finding> {
  for (const revision of ['HEAD', 'HEAD~1']) {
    const text = earlier(giantsFile, revision)
    if (!text) continue
    const before = JSON.parse(text) as Giants
    for (const [key, { lines, why }] of Object.entries(giants)) {
      const old = before[key]
      if (old && lines > old.lines) {
        yield {
          file: giantsFile,
          line: 1,
          message: `${key} was raised from ${old.lines} to ${lines}: split it instead`,
        }
      }
      if (!old && (why ?? '').length < 20) {
        yield {
          file: giantsFile,
          line: 1,
          message: `${key} is new and has no "why": split it, or say what that would cost`,
        }
      }
    }
  }
}

interface Size {
  key: string
  file: string
  line: number
  lines: number
  limit: number
  what: string
}

/** Everything above its limit. */
function measure(workspace: Workspace): Size[] {
  const sizes: Size[] = []
  for (const owner of workspace.packages) {
    for (const source of owner.sources) {
      if (isGenerated(source)) continue
      const file = fromRoot(source.getFilePath())
      const lines = source.getEndLineNumber()
      const limit = limits.fileLines
      if (lines > limit) sizes.push({ key: file, file, line: 1, lines, limit, what: 'the file' })
      // A test's outer functions are lists of tests.
      if (!isTest(source)) sizes.push(...functionSizes(source, file))
    }
  }
  return sizes
}

function functionSizes(source: SourceFile, file: string): Size[] {
  const sizes: Size[] = []
  source.forEachDescendant((node) => {
    if (!Node.isFunctionLikeDeclaration(node) && !Node.isFunctionExpression(node)) return
    const line = node.getStartLineNumber()
    const lines = node.getEndLineNumber() - line + 1
    if (lines <= limits.functionLines) return
    const name = nameOf(node)
    const what = `the function ${name}`
    sizes.push({ key: `${file}#${name}`, file, line, lines, limit: limits.functionLines, what })
  })
  return sizes
}

function nameOf(node: Node): string {
  const own = Node.hasName(node) ? node.getName() : undefined
  const parent = node.getParent()
  const name =
    own ??
    (parent && Node.hasName(parent)
      ? parent.getName()
      : Node.isConstructorDeclaration(node)
        ? 'constructor'
        : 'anonymous')
  const owner = node.getFirstAncestor((ancestor) => Node.isClassDeclaration(ancestor))
  return owner && Node.hasName(owner) ? `${owner.getName()}.${name}` : name
}

function* longLines(workspace: Workspace): Generator<Finding> {
  for (const owner of workspace.packages) {
    for (const source of owner.sources) {
      if (isGenerated(source)) continue
      for (const [index, text] of source.getFullText().split('\n').entries()) {
        if (text.length <= limits.lineLength || /https?:\/\//.test(text)) continue
        const message = `the line has ${text.length} characters, more than ${limits.lineLength}`
        yield { file: fromRoot(source.getFilePath()), line: index + 1, message }
      }
    }
  }
}
