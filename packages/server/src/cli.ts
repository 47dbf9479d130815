#!/usr/bin/env -S node --max-semi-space-size=1
/** The executable `kvasir`: starts like redis-server. */

import { runCommandLine } from './process.ts'

void runCommandLine(process.argv.slice(2))
