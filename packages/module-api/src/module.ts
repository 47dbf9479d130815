/** Modules: what a package exports by default, and what the engine loads. */

import type { CommandDefinition, ContainerDefinition } from './command.ts'
import type { ConfigParameter } from './config.ts'
import type { ModuleContext } from './context.ts'
import type { DataType } from './data-type.ts'
import type { ModuleInterface, ProvidedInterface } from './interface.ts'

/** The API level of this package. An engine loads modules of every level that it knows. */
export const API_LEVEL = 1

export interface ModuleDefinition {
  /** Lower-case letters, digits and `-`; the prefix of its configuration parameters. */
  readonly name: string
  /** Semantic version of the module. */
  readonly version: string
  /** API level that the module was written for. */
  readonly api: number
  /** Unsettled parts of the API that it uses, by name. Level 1 has none: a module that asks for one is refused. */
  readonly proposals?: readonly string[]
  /** Modules that must be loaded before, with the least version: `{ json: '1.2.0' }`. */
  readonly requires?: Readonly<Record<string, string>>
  /** What it offers to other modules, each made by `provide`. */
  readonly provides?: readonly ProvidedInterface[]
  /** What it uses of other modules, which must be loaded before. */
  readonly uses?: readonly ModuleInterface<object>[]
  readonly commands?: readonly (CommandDefinition | ContainerDefinition)[]
  // biome-ignore lint/suspicious/noExplicitAny: a list of types of different values
  readonly types?: readonly DataType<any>[]
  readonly config?: Readonly<Record<string, ConfigParameter>>
  /** ACL categories that its commands introduce; one that a command names in `acl` is Redis's or stands here. */
  readonly aclCategories?: readonly string[]
  /** INFO sections: name to fields. */
  readonly info?: Readonly<Record<string, () => Readonly<Record<string, string | number>>>>
  /** Called once everything declared is registered. An exception stops the loading and undoes it. */
  load?(ctx: ModuleContext): void
  /** Called before the module is taken out; everything it subscribed to ends by itself. */
  unload?(): void
}

/** Declares a module; a package's default export. */
export function defineModule(definition: ModuleDefinition): ModuleDefinition {
  return definition
}
