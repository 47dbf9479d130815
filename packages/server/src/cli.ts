#!/usr/bin/env node
/** The executable `kvasir`: starts like redis-server. */

import { runCommandLine } from './process.ts'

void runCommandLine(process.argv.slice(2))
