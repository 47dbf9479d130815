/** ACL files; relative paths start in the directory that `dir` names. */

import { resolve } from 'node:path'
import type { AclStorage, ConfigRegistry } from '@kvasir/core'
import { openConfigFile, pathOf, readText } from './config-file.ts'

export function aclStorage(config: ConfigRegistry): AclStorage {
  const pathFrom = (path: string): string => resolve(pathOf(config.get('dir') ?? ''), pathOf(path))
  return {
    read(path) {
      const text = readText(pathFrom(path))
      if (typeof text === 'string') return text
      throw new Error(text.reason)
    },
    write: (path, contents) => openConfigFile(pathFrom(path)).write(contents),
  }
}
