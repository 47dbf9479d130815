/** ACL files; relative paths start in the directory that `dir` names. */

import type { AclStorage, ConfigRegistry } from '@kvasir/core'
import { openConfigFile, readText } from './config-file.ts'
import { pathFrom } from './working-directory.ts'

export function aclStorage(config: ConfigRegistry): AclStorage {
  return {
    read(path) {
      const text = readText(pathFrom(config, path))
      if (typeof text === 'string') return text
      throw new Error(text.reason)
    },
    write: (path, contents) => openConfigFile(pathFrom(config, path)).write(contents),
  }
}
