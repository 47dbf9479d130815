/** `npm run setup`: installs and builds what has changed, and runs nothing. */
import { ensureBuilt } from './toolchain.mjs'

ensureBuilt()
