/** Commands: the declaration that everything else about a command is derived from. */

import type { ArgumentMap, ArgumentValues, KeyAccess, KeyFlag } from './argument.ts'
import type { Context, RawCall } from './context.ts'
import type { ReplySchema, ReplyValue } from './reply.ts'

/** Redis's command flags, in the spelling of `COMMAND`. */
export const COMMAND_FLAGS = [
  'write',
  'readonly',
  'denyoom',
  'admin',
  'pubsub',
  'noscript',
  'blocking',
  'loading',
  'stale',
  'skip_monitor',
  'skip_commandlog',
  'asking',
  'fast',
  'no_auth',
  'may_replicate',
  'no_mandatory_keys',
  'protected',
  'no_async_loading',
  'no_multi',
  'allow_busy',
  'all_dbs',
  'touches_arbitrary_keys',
  'sentinel',
] as const
export type CommandFlag = (typeof COMMAND_FLAGS)[number]

export const COMMAND_GROUPS = [
  'string',
  'generic',
  'list',
  'set',
  'sorted_set',
  'hash',
  'stream',
  'bitmap',
  'hyperloglog',
  'geo',
  'connection',
  'server',
  'pubsub',
  'transactions',
  'scripting',
  'cluster',
  'module',
] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** Where keys stand, for a command whose key positions its arguments do not tell. The words are those of `COMMAND`. */
export interface KeySpec {
  /** Absent where the words are no keys (`not_key`). */
  readonly access?: KeyAccess
  readonly flags: readonly KeyFlag[]
  readonly beginSearch:
    | { readonly type: 'index'; readonly pos: number }
    | { readonly type: 'keyword'; readonly keyword: string; readonly startFrom: number }
    | { readonly type: 'unknown' }
  readonly findKeys:
    | { readonly type: 'range'; readonly lastKey: number; readonly step: number; readonly limit: number }
    | { readonly type: 'keynum'; readonly keyNumIdx: number; readonly firstKey: number; readonly step: number }
    | { readonly type: 'unknown' }
}

/** The words of one call; 0 is the command's name. */
export interface CommandWords {
  readonly argc: number
  /** A whole number, or NaN. */
  number(index: number): number
  /** Whether a word is this token, in any case. */
  is(index: number, token: string): boolean
  /** Length of a word in bytes. */
  length(index: number): number
}

/** A key in the words of one call, and what the command does to it. */
export interface FoundKey {
  readonly index: number
  readonly access?: KeyAccess
  readonly flags: readonly KeyFlag[]
}

/** Which words of a command are channels. */
export interface ChannelWords {
  /** The first one. */
  readonly index: number
  /** All words from there on are. */
  readonly isRepeated?: boolean
  /** They are patterns of channels. */
  readonly isPattern?: boolean
}

export interface CommandInfo {
  /** As users write it, in capitals. A subcommand has its container's name in front: `CLIENT SETNAME`. */
  readonly name: string
  /** One sentence. */
  readonly summary: string
  readonly since: string
  readonly group?: CommandGroup
  readonly complexity: string
  readonly flags: readonly CommandFlag[]
  /**
   * ACL categories besides those that follow from the flags (`read`, `write`, `fast` or `slow`, `admin`, `dangerous`,
   * `blocking`, `pubsub`) and from the group.
   */
  readonly acl?: readonly string[]
  /** Only when it differs from what the arguments say. Counts the command's own name; negative: at least that many. */
  readonly arity?: number
  readonly keySpecs?: readonly KeySpec[]
  /**
   * Finds the keys of one call, for a command of which the key specs do not tell everything, as the STORE of SORT.
   * @returns undefined when the words do not fit
   */
  findKeys?(words: CommandWords): readonly FoundKey[] | undefined
  /**
   * Finds the words that name databases by their numbers, as that of SELECT: a user needs permission for each of them.
   * Those that do not fit, or name no database, are for the handler to refuse.
   */
  findDatabases?(words: CommandWords): readonly number[]
  /** The words that name channels: a user needs permission for each of them. */
  readonly channels?: ChannelWords
  readonly tips?: readonly string[]
  /** Version and what changed in it. */
  readonly history?: readonly (readonly [version: string, change: string])[]
  readonly deprecatedSince?: string
  readonly replacedBy?: string
  /** Marks in the docs; `deprecated` follows from `deprecatedSince`. */
  readonly docFlags?: readonly ('deprecated' | 'syscmd')[]
  readonly reply?: ReplySchema
}

export interface CommandDefinition<A extends ArgumentMap = ArgumentMap> extends CommandInfo {
  readonly args: A
  /** The shape of what it answers. */
  readonly reply: ReplySchema
  /** Gets the arguments parsed and checked; returns the reply. */
  handler?(ctx: Context, args: ArgumentValues<A>): ReplyValue
  /** Instead of `handler`, for hot commands: reads argument bytes in place and writes the reply itself. */
  raw?(call: RawCall): void
}

/** A command of subcommands, such as CLIENT. The engine adds HELP, which it writes from their declarations. */
export interface ContainerDefinition extends CommandInfo {
  readonly container: true
  /** What HELP has of its own: the version that brought it, and ACL categories besides that of the group. */
  readonly help?: { readonly since?: string; readonly acl?: readonly string[] }
  /** What the name alone does, as with COMMAND; if absent, a subcommand is required. */
  raw?(call: RawCall): void
}

/** Declares a command. The types of the handler's arguments follow from `args`. */
export function defineCommand<const A extends ArgumentMap>(definition: CommandDefinition<A>): CommandDefinition {
  return definition as unknown as CommandDefinition
}

export function defineContainer(definition: Omit<ContainerDefinition, 'container'>): ContainerDefinition {
  return { ...definition, container: true }
}
