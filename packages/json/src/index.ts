/**
 * JSON documents for Kvasir: every JSON.* command of RedisJSON 2, as a module.
 * @packageDocumentation
 */

import { defineModule } from '@kvasir/module-api'
import { jsonModule } from './json-module.ts'

export type { CompiledPath, JsonDocuments } from './json-documents.ts'
export { jsonDocuments } from './json-documents.ts'

/** The module: `loadmodule @kvasir/json`, or `modules: [json]`. */
export default defineModule(jsonModule)
