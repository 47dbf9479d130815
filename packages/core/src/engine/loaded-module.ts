/** A module in the host, and what ends with it. */

import type { ModuleDefinition } from '@kvasir/module-api'

export interface LoadedModule {
  readonly definition: ModuleDefinition
  readonly args: readonly string[]
  readonly path: string
  readonly undo: (() => void)[]
  /** Taken out, or never loaded whole: it may add nothing any more. */
  ended: boolean
}

export function assertLoaded({ definition, ended }: LoadedModule): void {
  if (ended) throw new Error(`module '${definition.name}' is not loaded any more: it can add nothing and ask nothing`)
}

/** Ends something with its module at the latest. @returns what ends it before */
export function untilUnloaded({ undo }: LoadedModule, stop: () => void): () => void {
  const end = (): void => {
    const index = undo.indexOf(end)
    if (index >= 0) undo.splice(index, 1)
    stop()
  }
  undo.push(end)
  return end
}
