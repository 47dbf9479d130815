/**
 * Selector: one set of permissions. A user has a root selector and may have others, which stand in parentheses; a
 * request must be allowed by one of them as a whole.
 *
 *     commandRules   -@all +@read -config +config|get +select|0     as GETUSER shows them, the base first
 *       -> #allowed     a bit for each command's number              worked out when first asked, and again
 *       -> #firstWords  by number: first arguments that are allowed  when commands have come or gone
 *     keyPatterns, channelPatterns, databases                       each with a flag for all of them
 *
 * A rule about a command takes the place of earlier ones about the same: what is left gives the same permissions when
 * it is read again in its order. Source: https://valkey.io/topics/acl/ and observed behaviour of Valkey 9.1.
 */

import type { CommandWords } from '@kvasir/module-api'
import { equalBytes, fromLatin1 } from '../../structures/bytes.ts'
import { globMatch } from '../../structures/glob.ts'
import type { Command } from '../command.ts'
import type { CommandCatalog } from './command-catalog.ts'

/** Bits of what may be done to a key. */
export const KEY_READ = 1
export const KEY_WRITE = 2
export const KEY_ANY = KEY_READ | KEY_WRITE

export interface Pattern {
  /** One character per byte. */
  readonly text: string
  readonly bytes: Uint8Array
}

export interface KeyPattern extends Pattern {
  /** KEY_READ, KEY_WRITE or both. */
  readonly access: number
}

export class Selector {
  commandRules: readonly string[] = ['-@all']
  allKeys = false
  keyPatterns: readonly KeyPattern[] = []
  allChannels: boolean
  channelPatterns: readonly Pattern[] = []
  allDatabases = true
  /** In order, each once. */
  databases: readonly number[] = []
  #allowed = new Int32Array(0)
  #firstWords = new Map<number, readonly string[]>()
  #compiledVersion = -1

  /** @param allChannels what `acl-pubsub-default` says of new ones */
  constructor(allChannels: boolean) {
    this.allChannels = allChannels
  }

  clone(): Selector {
    const { commandRules, allKeys, keyPatterns, allChannels, channelPatterns, allDatabases, databases } = this
    return Object.assign(new Selector(allChannels), {
      commandRules,
      allKeys,
      keyPatterns,
      channelPatterns,
      allDatabases,
      databases,
    })
  }

  /** Whether it allows everything, commands that are yet to come too. */
  get allowsAll(): boolean {
    const allCommands = this.commandRules[0] === '+@all' && this.commandRules.every((rule) => rule.startsWith('+'))
    return allCommands && this.allKeys && this.allChannels && this.allDatabases
  }

  /** @param rule checked, in lower case: `+get`, `-@write`, `+config|get`, `+select|0` */
  addCommandRule(rule: string): void {
    this.#compiledVersion = -1
    const about = rule.slice(1)
    if (about === '@all') {
      this.commandRules = [rule]
      return
    }
    const kept = this.commandRules.filter((other) => {
      const name = other.slice(1)
      return name !== about && !name.startsWith(`${about}|`)
    })
    this.commandRules = [...kept, rule]
  }

  // --- checks -------------------------------------------------------------------------------------------------------

  mayRun(command: Command, words: CommandWords, catalog: CommandCatalog): boolean {
    if (this.#compiledVersion !== catalog.version) this.#compile(catalog)
    const { number } = command
    if ((this.#allowed[number >> 5] & (1 << (number & 31))) !== 0) return true
    const firstWords = this.#firstWords.get(number)
    return firstWords !== undefined && words.argc > 1 && firstWords.some((word) => words.is(1, word))
  }

  /** @param access what is to be done with the key; 0 when it is enough that anything may be done */
  mayUseKey(access: number, buf: Uint8Array, start: number, length: number): boolean {
    for (const pattern of this.keyPatterns) {
      if ((pattern.access & access) === access && globMatch(pattern.bytes, buf, start, length)) return true
    }
    return this.allKeys
  }

  /** Whether keys of any name may be read, as the patterns of SORT want it. */
  get mayReadAllKeys(): boolean {
    return this.allKeys || this.keyPatterns.some(({ text, access }) => text === '*' && (access & KEY_READ) !== 0)
  }

  /** @param isPattern it is a pattern itself, which must be allowed by its very letters */
  mayUseChannel(channel: Uint8Array, isPattern: boolean): boolean {
    if (this.allChannels) return true
    return this.channelPatterns.some(({ bytes }) =>
      isPattern ? equalBytes(bytes, channel) : globMatch(bytes, channel, 0, channel.length),
    )
  }

  mayUseDatabase(index: number): boolean {
    return this.allDatabases || this.databases.includes(index)
  }

  // --- the bitset ---------------------------------------------------------------------------------------------------

  #compile(catalog: CommandCatalog): void {
    this.#compiledVersion = catalog.version
    this.#allowed = new Int32Array((catalog.numbersCount + 31) >> 5)
    this.#firstWords = new Map()
    for (const rule of this.commandRules) this.#apply(rule, catalog)
  }

  #apply(rule: string, catalog: CommandCatalog): void {
    const isAllowed = rule.startsWith('+')
    const about = rule.slice(1)
    if (about.startsWith('@')) {
      const category = about.slice(1)
      for (const command of catalog.values()) {
        if (category === 'all' || command.aclCategories.includes(category)) this.#set(command, isAllowed)
      }
      return
    }
    const command = catalog.get(about)
    if (command !== undefined) {
      this.#set(command, isAllowed)
      for (const subcommand of command.subcommands?.values() ?? []) this.#set(subcommand, isAllowed)
      return
    }
    // A command whose module is not loaded is nobody's; else it is one with its first argument.
    const bar = about.lastIndexOf('|')
    const named = bar < 0 ? undefined : catalog.get(about.slice(0, bar))
    if (named === undefined || named.subcommands !== undefined) return
    this.#firstWords.set(named.number, [...(this.#firstWords.get(named.number) ?? []), about.slice(bar + 1)])
  }

  #set({ number }: Command, isAllowed: boolean): void {
    const bit = 1 << (number & 31)
    if (isAllowed) this.#allowed[number >> 5] |= bit
    else this.#allowed[number >> 5] &= ~bit
    this.#firstWords.delete(number)
  }
}

export function patternOf(text: string): Pattern {
  return { text, bytes: fromLatin1(text) }
}
