/** The declaration of the module, by a name. */

import type { ModuleDefinition } from '@kvasir/module-api'
import { commands } from './commands.ts'
import { jsonType } from './data-type.ts'
import { providedDocuments } from './json-documents.ts'

export const jsonModule: ModuleDefinition = {
  name: 'json',
  version: '0.0.0',
  api: 1,
  aclCategories: ['json'],
  types: [jsonType],
  provides: [providedDocuments],
  commands,
}
