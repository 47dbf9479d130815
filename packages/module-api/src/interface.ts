/** Interfaces between modules: what one offers, and others use, by name and version. */

import type { ModuleContext } from './context.ts'

/**
 * The name of an interface, which carries its type. The package that declares it exports it for those who use it, who
 * need nothing else of that package:
 *
 *     export const jsonDocuments = defineInterface<JsonDocuments>('json.documents', 1)
 */
export interface ModuleInterface<T> {
  readonly name: string
  /** Whole, from 1; another number where users of the last one would break. A module may provide several. */
  readonly version: number
  /** Never there: it says what T is. */
  readonly shape?: T
}

/** An interface with what makes it for one engine. */
export interface ProvidedInterface {
  readonly interface: ModuleInterface<unknown>
  create(ctx: ModuleContext): unknown
}

/** @param name lower-case letters, digits, `-` and `.`; the module's name comes first: `json.documents` */
export function defineInterface<T extends object>(name: string, version: number): ModuleInterface<T> {
  return { name, version }
}

/** @param create called once an engine has loaded the module, ahead of its `load` */
export function provide<T extends object>(
  offered: ModuleInterface<T>,
  create: (ctx: ModuleContext) => T,
): ProvidedInterface {
  return { interface: offered, create }
}
