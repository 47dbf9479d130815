/** `npm start [-- arguments]`: installs and builds what has changed, then runs the server in the foreground. */
import { join } from 'node:path'
import { ensureBuilt, launcher, nodePath, root, run } from './toolchain.mjs'

ensureBuilt()
const args = process.argv.slice(2)
// The server writes its files where the user stands, and npm has moved us to the root of the checkout.
const options = { cwd: process.env.INIT_CWD ?? process.cwd(), env: process.env }
process.exitCode =
  process.platform === 'win32'
    ? await run(nodePath, [join(root, 'packages', 'server', 'dist', 'cli.js'), ...args], options)
    : await run(launcher, args, options)
