/** The module specifiers that a source names, wherever it names them. */
import { Node, type SourceFile } from 'ts-morph'

export interface Import {
  specifier: string
  line: number
}

export function importsOf(source: SourceFile): Import[] {
  const found: Import[] = []
  const add = (node: Node | undefined) => {
    if (Node.isStringLiteral(node)) found.push({ specifier: node.getLiteralValue(), line: node.getStartLineNumber() })
  }
  for (const declaration of source.getImportDeclarations()) add(declaration.getModuleSpecifier())
  for (const declaration of source.getExportDeclarations()) add(declaration.getModuleSpecifier())
  // import('x'), both as an expression and as a type
  if (/\bimport\(/.test(source.getFullText())) {
    source.forEachDescendant((node) => {
      if (Node.isCallExpression(node) && Node.isImportExpression(node.getExpression())) add(node.getArguments()[0])
      if (Node.isImportTypeNode(node)) {
        const argument = node.getArgument()
        if (Node.isLiteralTypeNode(argument)) add(argument.getLiteral())
      }
    })
  }
  return found
}
