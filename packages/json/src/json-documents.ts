/** What this module offers to other modules: reading documents, for an index of their values for instance. */

import {
  type Context,
  defineInterface,
  type ModuleInterface,
  type ProvidedInterface,
  provide,
} from '@kvasir/module-api'
import { jsonType } from './data-type.ts'
import { jsonText } from './json-writer.ts'
import type { JsonPath } from './path.ts'
import { findValues } from './path-match.ts'
import { compilePath } from './path-parser.ts'

/** A path that was checked and is ready to be followed in any document. */
export interface CompiledPath {
  /** As it was given. */
  readonly text: string
}

export interface JsonDocuments {
  /** @param path JSONPath, or a legacy path. Throws SyntaxError for what is neither. */
  compile(path: string): CompiledPath
  /**
   * The values that a path leads to in the document at a key, each as JSON text in UTF-8, in the order in which
   * JSON.GET has them; undefined when there is no key. Throws WrongTypeError when the key holds something else, and
   * RangeError when the path matches more than JSON.GET would answer.
   */
  read(ctx: Context, key: Uint8Array | string, path: CompiledPath): Uint8Array[] | undefined
}

/** Version 1 of the interface. A module that lists it in `uses` gets it by `ctx.use(jsonDocuments)`. */
export const jsonDocuments: ModuleInterface<JsonDocuments> = defineInterface<JsonDocuments>('json.documents', 1)

class Documents implements JsonDocuments {
  compile(path: string): CompiledPath {
    const compiled = compilePath(path)
    if (typeof compiled === 'string') throw new SyntaxError(compiled.replace(/^ERR /, ''))
    return compiled
  }

  read(ctx: Context, key: Uint8Array | string, path: CompiledPath): Uint8Array[] | undefined {
    const document = ctx.key(key).getValue(jsonType)
    if (document === undefined) return undefined
    const matches = findValues(path as JsonPath, document.buf)
    if (matches === undefined) throw new RangeError(`${path.text} matches too many values of the document`)
    return matches.at.map((at) => jsonText(document.buf, at))
  }
}

export const providedDocuments: ProvidedInterface = provide(jsonDocuments, () => new Documents())
