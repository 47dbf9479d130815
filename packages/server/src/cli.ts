#!/usr/bin/env node
/** The executable `kvasir`: starts like redis-server. */

import { runCommandLine } from './process.ts'

await runCommandLine(process.argv.slice(2))
