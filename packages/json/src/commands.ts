/** All commands of the module. */

import type { CommandDefinition, ContainerDefinition } from '@kvasir/module-api'
import arrappend from './commands/arrappend.ts'
import arrindex from './commands/arrindex.ts'
import arrinsert from './commands/arrinsert.ts'
import arrlen from './commands/arrlen.ts'
import arrpop from './commands/arrpop.ts'
import arrtrim from './commands/arrtrim.ts'
import clear from './commands/clear.ts'
import debug from './commands/debug.ts'
import debugMemory from './commands/debug-memory.ts'
import del from './commands/del.ts'
import forget from './commands/forget.ts'
import get from './commands/get.ts'
import merge from './commands/merge.ts'
import mget from './commands/mget.ts'
import mset from './commands/mset.ts'
import numincrby from './commands/numincrby.ts'
import nummultby from './commands/nummultby.ts'
import objkeys from './commands/objkeys.ts'
import objlen from './commands/objlen.ts'
import resp from './commands/resp.ts'
import set from './commands/set.ts'
import strappend from './commands/strappend.ts'
import strlen from './commands/strlen.ts'
import toggle from './commands/toggle.ts'
import type from './commands/type.ts'

export const commands: readonly (CommandDefinition | ContainerDefinition)[] = [
  ...[set, get, mget, mset, merge, del, forget, type, clear],
  ...[numincrby, nummultby, toggle, strappend, strlen],
  ...[arrappend, arrindex, arrinsert, arrlen, arrpop, arrtrim, objkeys, objlen],
  ...[resp, debug, debugMemory],
]
