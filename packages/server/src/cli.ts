#!/usr/bin/env node
/** The executable `kvasir`: starts like redis-server. */

import { setFlagsFromString } from 'node:v8'

// The data is not on the JavaScript heap: a young generation that does not grow costs no time that could be measured
// and saves 8 to 13 MB. Set before anything else is loaded, which would make it grow. design/resident-memory.md has the
// figures.
setFlagsFromString('--semi-space-growth-factor=1')

void import('./process.ts').then(({ runCommandLine }) => runCommandLine(process.argv.slice(2)))
