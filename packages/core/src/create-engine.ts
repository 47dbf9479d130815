/** Puts an engine together: the engine itself, core's commands, then the modules asked for. */

import type { ModuleDefinition } from '@kvasir/module-api'
import { coreModule } from './core-module.ts'
import { Engine, type EngineOptions } from './engine/engine.ts'

/** An engine with core's commands and `modules`, in their order. Throws ModuleLoadError when one cannot be loaded. */
export function createEngine(options: EngineOptions, modules: readonly ModuleDefinition[] = []): Engine {
  const engine = new Engine(options)
  try {
    engine.modules.loadOwn(coreModule)
    for (const module of modules) engine.modules.load(module)
  } catch (error) {
    engine.close()
    throw error
  }
  return engine
}
