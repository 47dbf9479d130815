/** The parameter `dir` is the process's working directory, in which relative paths of the configuration start. */

import { resolve } from 'node:path'
import type { ConfigRegistry } from '@kvasir/core'
import { pathOf, systemReason } from './config-file.ts'

/** Shows the working directory as `dir`, and changes it with `dir`. */
export function followWorkingDirectory(config: ConfigRegistry): void {
  const show = (): void => config.assign('dir', Buffer.from(process.cwd(), 'utf8').toString('latin1'))
  show()
  config.onChange('dir', (path) => {
    try {
      process.chdir(pathOf(path))
    } catch (error) {
      return systemReason(error)
    }
    show()
    return undefined
  })
}

/** A path of the configuration as one of the system. */
export function pathFrom(config: ConfigRegistry, path: string): string {
  return resolve(pathOf(config.get('dir') ?? ''), pathOf(path))
}
