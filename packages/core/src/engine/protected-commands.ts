/** Protected commands: DEBUG, and those of MODULE that change what is loaded. Start-up alone sets who may run them. */

import type { Command } from './command.ts'
import type { ConfigRegistry } from './config/registry.ts'
import type { Session } from './session.ts'

/** @returns the error reply, or undefined when the command may run */
export function protectedRefusal(config: ConfigRegistry, session: Session, command: Command): string | undefined {
  if (session.mayRunProtected) return undefined
  const name = (command.parent ?? command).name === 'module' ? 'module' : 'debug'
  const allowed = config.parameter(`enable-${name}-command`).value
  if (allowed === 'yes' || (allowed === 'local' && session.isLocal)) return undefined
  return (
    `ERR ${name.toUpperCase()} command not allowed. If the enable-${name}-command option is set to "local", you can ` +
    'run it from a local connection, otherwise you need to set this option in the configuration file, and then ' +
    'restart the server.'
  )
}
