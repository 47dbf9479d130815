import type { Call } from '../../engine/call.ts'
import { rewriteConfig } from '../../engine/config/rewrite.ts'

/** Writes the configuration into the file that the server was started with. @returns the error reply */
export function rewriteConfigFile({ engine }: Call, withDefaults = false): string | undefined {
  const { config, log } = engine
  const { file } = config
  if (file === undefined) return 'ERR The server is running without a config file'
  try {
    file.write(rewriteConfig(file.read(), config, withDefaults))
  } catch (error) {
    // The file is the host's: whatever it reports is the user's to know, and no mistake of ours.
    const reason = error instanceof Error ? error.message : String(error)
    log('warning', `CONFIG REWRITE failed: ${reason}`)
    return `ERR Rewriting config file: ${reason}`
  }
  log('notice', 'CONFIG REWRITE executed with success.')
  return undefined
}
