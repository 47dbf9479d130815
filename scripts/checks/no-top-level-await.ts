import { Node, SyntaxKind } from 'ts-morph'
import { type Finding, fromRoot, type Rule } from '../workspace.ts'

export const rule: Rule = {
  title: 'published modules have no top-level await, so that CommonJS can require() them',
  run(workspace) {
    const found: Finding[] = []
    for (const [, source] of workspace.published()) {
      if (!/\bawait\b/.test(source.getFullText())) continue
      for (const kind of [SyntaxKind.AwaitExpression, SyntaxKind.ForOfStatement] as const) {
        for (const node of source.getDescendantsOfKind(kind)) {
          if (Node.isForOfStatement(node) && !node.isAwaited()) continue
          if (
            node.getFirstAncestor(
              (ancestor) => Node.isFunctionLikeDeclaration(ancestor) || Node.isFunctionExpression(ancestor),
            )
          )
            continue
          const message = 'await inside a function, and let the caller decide when'
          found.push({ file: fromRoot(source.getFilePath()), line: node.getStartLineNumber(), message })
        }
      }
    }
    return found
  },
}
