/**
 * Runs a command with everything it needs in place: `node scripts/run.mjs [--build | --bare] command [argument ...]`.
 * `--build` builds the packages first; `--bare` asks for pnpm alone, for the commands that change the lockfile.
 */
import { ensureBuilt, ensureInstalled, ensurePnpm, run } from './toolchain.mjs'

const args = process.argv.slice(2)
if (args[0] === '--build') {
  args.shift()
  ensureBuilt()
} else if (args[0] === '--bare') {
  args.shift()
  ensurePnpm()
} else ensureInstalled()

const [command = 'node', ...rest] = args
process.exitCode = await run(command, rest, { shell: process.platform === 'win32' })
