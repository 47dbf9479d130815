/** Core's own commands, as a module like any other: the first that every engine loads. */

import { API_LEVEL, defineModule, type ModuleDefinition } from '@kvasir/module-api'
import { commandRegistry } from './commands/registry.generated.ts'

export const coreModule: ModuleDefinition = defineModule({
  name: 'core',
  version: '0.1.0',
  api: API_LEVEL,
  commands: commandRegistry,
})
