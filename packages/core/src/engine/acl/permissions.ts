/**
 * Permissions: whether a user may run a request. Each selector is asked for all of it; a single one that allows
 * everything is enough. Of the reasons why the others do not, the most relevant is told: the one that is farthest down
 *
 *     database < command < key < channel
 *
 * and of two of a kind the one about the later word. Within a selector databases come first: those that the words
 * name, then the one that the session has selected.
 *
 * A reason is a number, so that a request that is allowed makes no object for it. Source: observed behaviour of
 * Valkey 9.1.
 */

import type { KeyFlag } from '@kvasir/module-api'
import type { Command } from '../command.ts'
import { keysOf, namesKeys, type RequestWords } from '../command-keys.ts'
import { findFittingKeys } from '../key-specs.ts'
import type { AclUser } from './acl-user.ts'
import type { CommandCatalog } from './command-catalog.ts'
import { KEY_READ, KEY_WRITE, type Selector } from './selector.ts'

export const ALLOWED = 0
export const DENIED_DATABASE = 1
export const DENIED_COMMAND = 2
export const DENIED_KEY = 3
export const DENIED_CHANNEL = 4

/** A reason and the index of the word that it is about, as one number. */
const REASON_UNIT = 2 ** 32

export const reasonOf = (denial: number): number => Math.floor(denial / REASON_UNIT)
export const wordOf = (denial: number): number => denial % REASON_UNIT

/** Where a request is to run. */
export interface RequestPlace {
  readonly dbIndex: number
  readonly databaseCount: number
}

/** @returns ALLOWED, or a reason for `reasonOf` and `wordOf` */
export function checkRequest(
  user: AclUser,
  command: Command,
  words: RequestWords,
  place: RequestPlace,
  catalog: CommandCatalog,
): number {
  const root = checkSelector(user.root, command, words, place, catalog)
  if (root === ALLOWED) return ALLOWED
  let worst = root
  for (const selector of user.others) {
    const denial = checkSelector(selector, command, words, place, catalog)
    if (denial === ALLOWED) return ALLOWED
    worst = Math.max(worst, denial)
  }
  return worst
}

function checkSelector(
  selector: Selector,
  command: Command,
  words: RequestWords,
  place: RequestPlace,
  catalog: CommandCatalog,
): number {
  if (!selector.allDatabases) {
    const denial = checkDatabases(selector, command, words, place)
    if (denial !== ALLOWED) return denial
  }
  if (!selector.mayRun(command, words, catalog)) return DENIED_COMMAND * REASON_UNIT
  if (!selector.allKeys && command.keySpecs.length > 0) {
    const denial = checkKeys(selector, command, words)
    if (denial !== ALLOWED) return denial
  }
  return selector.allChannels ? ALLOWED : checkChannels(selector, command, words)
}

function checkDatabases(selector: Selector, command: Command, words: RequestWords, place: RequestPlace): number {
  for (const index of namedDatabases(command, words, place)) {
    if (!selector.mayUseDatabase(words.number(index))) return DENIED_DATABASE * REASON_UNIT + index
  }
  if (command.flags.has('all_dbs')) {
    for (let i = 0; i < place.databaseCount; i++) {
      if (!selector.mayUseDatabase(i)) return DENIED_DATABASE * REASON_UNIT
    }
    return ALLOWED
  }
  const isAllowed = !usesSelectedDatabase(command) || selector.mayUseDatabase(place.dbIndex)
  return isAllowed ? ALLOWED : DENIED_DATABASE * REASON_UNIT
}

/** Indexes of words; none when one of them is no database: the handler refuses them all then. */
function namedDatabases(command: Command, words: RequestWords, place: RequestPlace): readonly number[] {
  const indexes = command.definition.findDatabases?.(words) ?? []
  const exists = (database: number): boolean => database >= 0 && database < place.databaseCount
  return indexes.every((index) => exists(words.number(index))) ? indexes : []
}

/** Those that do something with keys, but for SWAPDB, which only names databases. */
function usesSelectedDatabase(command: Command): boolean {
  if (namesKeys(command)) return true
  const { aclCategories, definition } = command
  if (definition.findDatabases !== undefined) return false
  return ['keyspace', 'read', 'write'].some((category) => aclCategories.includes(category))
}

/**
 * Where not all of the words fit, those that do count: Valkey looks at none then, and so lets everybody run PFMERGE
 * with a destination alone.
 */
function checkKeys(selector: Selector, command: Command, words: RequestWords): number {
  const only = command.onlyKeyIndex
  if (only > 0 && only < words.argc) {
    const { flags } = command.keySpecs[0]
    const isAllowed = selector.mayUseKey(accessTo(flags), words.buf, words.start(only), words.length(only))
    return isAllowed ? ALLOWED : DENIED_KEY * REASON_UNIT + only
  }
  for (const { index, flags } of keysOf(command, words) ?? findFittingKeys(command.keySpecs, words)) {
    const isAllowed = selector.mayUseKey(accessTo(flags), words.buf, words.start(index), words.length(index))
    if (!isAllowed) return DENIED_KEY * REASON_UNIT + index
  }
  return ALLOWED
}

const WRITING: ReadonlySet<KeyFlag> = new Set<KeyFlag>(['insert', 'delete', 'update'])

/** What is done with the value; 0 when the command only looks whether the key is there, how long it is and the like. */
function accessTo(flags: readonly KeyFlag[]): number {
  let access = 0
  for (const flag of flags) {
    if (flag === 'access') access |= KEY_READ
    else if (WRITING.has(flag)) access |= KEY_WRITE
  }
  return access
}

function checkChannels(selector: Selector, command: Command, words: RequestWords): number {
  const { channels } = command.definition
  if (channels === undefined) return ALLOWED
  const end = channels.isRepeated === true ? words.argc : Math.min(channels.index + 1, words.argc)
  for (let i = channels.index; i < end; i++) {
    const start = words.start(i)
    const channel = words.buf.subarray(start, start + words.length(i))
    if (!selector.mayUseChannel(channel, channels.isPattern === true)) return DENIED_CHANNEL * REASON_UNIT + i
  }
  return ALLOWED
}

/** Whether the user may run the command where it reads any key, as SORT does by its patterns. */
export function mayReadAllKeys(
  user: AclUser,
  command: Command,
  words: RequestWords,
  place: RequestPlace,
  catalog: CommandCatalog,
): boolean {
  return user.selectors.some(
    (selector) => selector.mayReadAllKeys && checkSelector(selector, command, words, place, catalog) === ALLOWED,
  )
}
