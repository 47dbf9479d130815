/**
 * Command: a declaration made ready to run. Everything that dispatch has to check is worked out here, once.
 */

import type { CommandDefinition, CommandFlag, CommandGroup, ContainerDefinition, KeySpec } from '@kvasir/module-api'
import { typedHandler } from './argument-parser.ts'
import type { Call } from './call.ts'
import { CommandTable } from './command-table.ts'
import { arityOf, hasMovableKeys, keySpecsOf } from './key-specs.ts'
import { followPromise } from './late-failure.ts'
import type { LatencyHistogram } from './observation/latency-histogram.ts'

/** Bits of `Command.checks`: what dispatch looks at before it runs a command. */
export const CHECK_AUTH = 1
export const CHECK_OOM = 2
export const CHECK_PROTECTED = 4
export const CHECK_SUBSCRIBED = 8

/** What a client may send while it is subscribed in RESP2. */
const SUBSCRIBER_COMMANDS: ReadonlySet<string> = new Set([
  'subscribe',
  'unsubscribe',
  'psubscribe',
  'punsubscribe',
  'ssubscribe',
  'sunsubscribe',
  'ping',
  'quit',
  'reset',
])

/** Flags that COMMAND does not show. */
export const HIDDEN_FLAGS: ReadonlySet<CommandFlag> = new Set<CommandFlag>([
  'all_dbs',
  'may_replicate',
  'protected',
  'sentinel',
  'touches_arbitrary_keys',
])

/** Redis's ACL categories in the order in which it tells of them; those of modules come behind. */
export const ACL_CATEGORIES: readonly string[] = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
]

/** `O(1)`, or `O(1); ...` for what a command takes in its plain form. */
const CONSTANT_TIME = /^O\(1\)(;|$)/

/** Groups that are ACL categories too. */
const GROUP_CATEGORY: Partial<Record<CommandGroup, string>> = {
  string: 'string',
  list: 'list',
  set: 'set',
  sorted_set: 'sortedset',
  hash: 'hash',
  stream: 'stream',
  bitmap: 'bitmap',
  hyperloglog: 'hyperloglog',
  geo: 'geo',
  transactions: 'transaction',
  scripting: 'scripting',
  connection: 'connection',
}

export class Command {
  /** Lower case; a subcommand as `client|setname`. */
  readonly fullName: string
  /** The last word, lower case. */
  readonly name: string
  readonly definition: CommandDefinition | ContainerDefinition
  /** The module that brought it. */
  readonly module: string
  /** Whether that is another one than the core. */
  readonly isOfModule: boolean
  readonly arity: number
  readonly keySpecs: readonly KeySpec[]
  readonly flags: ReadonlySet<CommandFlag>
  readonly aclCategories: readonly string[]
  readonly checks: number
  readonly hasMovableKeys: boolean
  /** Where the first key stands, when that is the same in every call; else 0. */
  readonly firstKeyIndex: number
  /** Where the only key stands, when there is one in every call, at the same place; else 0. */
  readonly onlyKeyIndex: number
  readonly isWrite: boolean
  /**
   * Takes constant time, so that its share of the turn's time is close enough; others are timed one by one. What may
   * wait runs in several turns.
   */
  readonly isConstantTime: boolean
  readonly subcommands: CommandTable | undefined
  readonly parent: Command | undefined
  readonly run: (call: Call) => void

  /** Among the commands that ACL rules know; see CommandCatalog. */
  number = 0

  // Figures for INFO commandstats.
  calls = 0
  /** Its module was unloaded: requests for it that wait are not run any more. */
  isRemoved = false
  timeUs = 0
  /** Calls of this turn whose time is not known yet; see Engine.endTurn. */
  untimedCalls = 0
  rejectedCalls = 0
  failedCalls = 0
  /** Made when the first call is recorded. */
  latencies: LatencyHistogram | undefined

  constructor(definition: CommandDefinition | ContainerDefinition, module: string, parent?: Command) {
    const words = definition.name.toLowerCase().split(' ')
    this.definition = definition
    this.module = module
    this.isOfModule = module !== CORE_MODULE
    this.parent = parent
    this.fullName = words.join('|')
    this.name = words.at(-1) ?? ''
    const isContainer = 'container' in definition
    this.subcommands = isContainer ? new CommandTable() : undefined
    const args = isContainer ? {} : definition.args
    this.arity =
      definition.arity ?? (isContainer ? (definition.raw === undefined ? -2 : -1) : arityOf(args, words.length))
    this.keySpecs = definition.keySpecs ?? keySpecsOf(args, words.length)
    this.hasMovableKeys = hasMovableKeys(this.keySpecs)
    const begin = this.keySpecs[0]?.beginSearch
    this.firstKeyIndex = begin?.type === 'index' && this.keySpecs[0].findKeys.type === 'range' ? begin.pos : 0
    this.onlyKeyIndex = onlyKeyIndex(definition, this.keySpecs)
    this.flags = new Set(definition.flags)
    this.isWrite = this.flags.has('write')
    const isQuick = this.flags.has('fast') || CONSTANT_TIME.test(definition.complexity)
    this.isConstantTime = isQuick && !this.flags.has('blocking')
    this.aclCategories = aclCategoriesOf(definition, this.flags)
    this.checks =
      (this.flags.has('no_auth') ? 0 : CHECK_AUTH) |
      (this.flags.has('denyoom') ? CHECK_OOM : 0) |
      (this.flags.has('protected') ? CHECK_PROTECTED : 0) |
      (SUBSCRIBER_COMMANDS.has(this.fullName) ? 0 : CHECK_SUBSCRIBED)
    const raw = definition.raw as ((call: Call) => void) | undefined
    if (raw === undefined) this.run = isContainer ? runContainer : typedHandler(definition)
    else this.run = module === CORE_MODULE ? raw : guardedRaw(raw)
  }

  arityFits(argc: number): boolean {
    return this.arity >= 0 ? argc === this.arity : argc >= -this.arity
  }
}

function onlyKeyIndex({ findKeys }: CommandDefinition | ContainerDefinition, specs: readonly KeySpec[]): number {
  if (specs.length !== 1 || findKeys !== undefined) return 0
  const [{ beginSearch: begin, findKeys: find, flags }] = specs
  const isOne = begin.type === 'index' && find.type === 'range' && find.lastKey === 0
  return isOne && !flags.includes('not_key') ? begin.pos : 0
}

/** Core's own commands are known to return nothing, and are called without a detour. */
const CORE_MODULE = 'core'

function guardedRaw(raw: (call: Call) => unknown): (call: Call) => void {
  return (call) => {
    try {
      if (followPromise(raw(call), () => {})) throw new Error('a handler returned a promise: it must answer at once')
    } finally {
      call.endContext()
    }
  }
}

/** Dispatch finds subcommands itself; a container without `raw` never runs alone. */
function runContainer(): void {
  throw new Error('a container command has no handler')
}

function aclCategoriesOf(
  definition: CommandDefinition | ContainerDefinition,
  flags: ReadonlySet<CommandFlag>,
): readonly string[] {
  const categories = new Set<string>(definition.acl)
  // A container is in the categories of its group by its subcommands only.
  const hasGroup = definition.group !== undefined && !('container' in definition)
  const group = hasGroup ? GROUP_CATEGORY[definition.group as CommandGroup] : undefined
  if (group !== undefined) categories.add(group)
  if (flags.has('write')) categories.add('write')
  if (flags.has('readonly') && group !== 'scripting') categories.add('read')
  if (flags.has('admin')) categories.add('admin').add('dangerous')
  if (flags.has('pubsub')) categories.add('pubsub')
  if (flags.has('blocking')) categories.add('blocking')
  categories.add(flags.has('fast') ? 'fast' : 'slow')
  const rank = (category: string): number => {
    const index = ACL_CATEGORIES.indexOf(category)
    return index < 0 ? ACL_CATEGORIES.length : index
  }
  return [...categories].sort((a, b) => rank(a) - rank(b))
}
