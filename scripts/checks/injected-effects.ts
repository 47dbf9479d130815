import { join } from 'node:path'
import { Node, type SourceFile, SyntaxKind } from 'ts-morph'
import { type Finding, fromRoot, type Package, type Rule, readJson, root } from '../workspace.ts'

/** Packages in which time, randomness and I/O come in through interfaces, so that a whole cluster can be simulated. */
const pure = new Set(['protocol', 'module-api', 'core', 'json', 'bloom', 'search'])

const bannedGlobals = new Set([
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'process', 'Buffer', 'console'],
  ...['crypto', 'fetch', 'require', 'globalThis'],
])
const bannedMembers = new Set(['Date.now', 'Math.random'])

/** Exceptions, with a reason each: `{ "file": "packages/...", "uses": "Date.now", "why": "..." }`. */
interface Allowed {
  file: string
  uses: string
  why: string
}
const allowList = 'scripts/checks/injected-effects.allowed.json'

export const rule: Rule = {
  title: 'time, randomness and I/O come in through the injected interfaces',
  run(workspace) {
    const allowed = readJson<Allowed[]>(join(root, allowList))
    const used = new Set<Allowed>()
    const found: Finding[] = []
    for (const [owner, source] of workspace.published()) {
      for (const { uses, line } of pureUses(owner, source)) {
        const file = fromRoot(source.getFilePath())
        const exception = allowed.find((entry) => entry.file === file && entry.uses === uses)
        if (exception) used.add(exception)
        else
          found.push({ file, line, message: `${uses} is out of bounds here: take a Clock, Random or other interface` })
      }
    }
    for (const entry of allowed) {
      if (!used.has(entry))
        found.push({ file: allowList, line: 1, message: `${entry.file} no longer uses ${entry.uses}` })
    }
    return found
  },
}

function pureUses(owner: Package, source: SourceFile): { uses: string; line: number }[] {
  if (!pure.has(owner.name)) return []
  const found: { uses: string; line: number }[] = []
  for (const node of source.getDescendantsOfKind(SyntaxKind.Identifier)) {
    const uses = bannedUse(node)
    if (uses && !declaredHere(source, uses)) found.push({ uses, line: node.getStartLineNumber() })
  }
  return found
}

function bannedUse(node: Node): string | undefined {
  const name = node.getText()
  const parent = node.getParent()
  if (name === 'Date' && Node.isNewExpression(parent) && parent.getArguments().length === 0) return 'new Date()'
  if (Node.isPropertyAccessExpression(parent) && parent.getExpression() === node) {
    const member = `${name}.${parent.getName()}`
    if (bannedMembers.has(member)) return member
  }
  if (!bannedGlobals.has(name)) return undefined
  // A member or a property of that name is not the global.
  if (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node) return undefined
  if (Node.isTypeReference(parent) || Node.isQualifiedName(parent)) return undefined
  if (Node.isPropertyNamed(parent) && parent.getNameNode() === node) return undefined
  return name
}

/** Whether the file itself declares the name, as a parameter or a variable: then it is not the global. */
function declaredHere(source: SourceFile, name: string): boolean {
  return source.getDescendantsOfKind(SyntaxKind.Identifier).some((node) => {
    if (node.getText() !== name) return false
    const parent = node.getParent()
    return (
      (Node.isParameterDeclaration(parent) || Node.isVariableDeclaration(parent) || Node.isBindingElement(parent)) &&
      parent.getNameNode() === node
    )
  })
}
