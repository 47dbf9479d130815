/** The modules that MODULE LIST and INFO show: all but those that Kvasir itself consists of. */

import type { Engine } from '../../engine/engine.ts'
import type { LoadedModule } from '../../engine/loaded-module.ts'

/** Core's commands, and the network in a server. They cannot be unloaded either: nothing would work without them. */
export const BUILT_IN_MODULES: ReadonlySet<string> = new Set(['core', 'server'])

export function listedModules(engine: Engine): LoadedModule[] {
  return [...engine.modules.list()].filter((module) => !BUILT_IN_MODULES.has(module.definition.name))
}

/** Names of the modules that require a module. */
export function dependents(engine: Engine, name: string): string[] {
  return [...engine.modules.list()]
    .filter((module) => module.definition.requires?.[name] !== undefined)
    .map((module) => module.definition.name)
}

/** A semantic version as the one number that Redis has for modules: 1.2.3 is 10203. */
export function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number)
  return major * 10_000 + minor * 100 + patch
}
