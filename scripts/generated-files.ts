/** Every generated source, as its generator would write it now. A new generator is added to this list. */
import { registryFile } from './generate-registry.ts'
import type { Workspace } from './workspace.ts'

export interface GeneratedFile {
  /** From the root of the workspace. */
  path: string
  text: string
}

export const generatedFiles = (workspace: Workspace): GeneratedFile[] => [registryFile(workspace)]
