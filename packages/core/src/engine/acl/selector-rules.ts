/**
 * Rules about a selector's permissions, the root selector's and those in parentheses.
 *
 *     ~pattern  %R~pattern  %W~pattern  %RW~pattern  allkeys  resetkeys
 *     &pattern  allchannels  resetchannels
 *     db=0,3  alldbs  resetdbs
 *     +command  -command  +command|subcommand  +command|first-argument  +@category  -@category  allcommands  nocommands
 *
 * Source: https://valkey.io/topics/acl/ and observed behaviour of Valkey 9.1. A blank or a line end within a first
 * argument is refused here and kept there, where it breaks the files that users are saved to.
 */

import type { CommandCatalog } from './command-catalog.ts'
import { KEY_READ, KEY_WRITE, patternOf, type Selector } from './selector.ts'

export const SYNTAX = 'Syntax error'
export const UNKNOWN_COMMAND = 'Unknown command or category name in ACL'
const FIRST_ARGUMENT_OF_SUBCOMMAND = 'Allowing first-arg of a subcommand is not supported'
const DATABASE_OUT_OF_RANGE = 'The provided database ID is out of range'
const AFTER_ALL_KEYS =
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
  "Try 'resetkeys' to start with an empty list of patterns"
const AFTER_ALL_CHANNELS =
  "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. " +
  "Try 'resetchannels' to start with an empty list of channels"

const DATABASE_MAX = 2 ** 31 - 1
/** As C's strtol reads a number to its end. */
const NUMBER = /^[ \t-\r]*[+-]?\d+$/
/** What C's isspace() takes for space, and the end of a C string. */
const SPACE = /[ \t-\r\0]/

/** The commands, and the categories besides Redis's, that rules may name. */
export interface RuleNames {
  readonly commands: CommandCatalog
  isCategory(name: string): boolean
}

/** Letters of ASCII alone, as rules are compared in any case. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** @param rule one character per byte. @returns why it cannot be, or undefined */
export function applySelectorRule(selector: Selector, rule: string, names: RuleNames): string | undefined {
  switch (rule[0]) {
    case '~':
      return rule === '~*' ? allowAllKeys(selector) : addKeyPattern(selector, rule.slice(1), KEY_READ | KEY_WRITE)
    case '%':
      return selector.allKeys ? AFTER_ALL_KEYS : addKeyRule(selector, rule)
    case '&':
      return rule === '&*' ? allowAllChannels(selector) : addChannelPattern(selector, rule.slice(1))
    case '+':
    case '-':
      return addCommandRule(selector, lowerCase(rule), names)
  }
  return applyKeyword(selector, lowerCase(rule))
}

function applyKeyword(selector: Selector, rule: string): string | undefined {
  switch (rule) {
    case 'allkeys':
      return allowAllKeys(selector)
    case 'resetkeys':
      selector.allKeys = false
      selector.keyPatterns = []
      return undefined
    case 'allchannels':
      return allowAllChannels(selector)
    case 'resetchannels':
      selector.allChannels = false
      selector.channelPatterns = []
      return undefined
    case 'alldbs':
    case 'resetdbs':
      selector.allDatabases = rule === 'alldbs'
      selector.databases = []
      return undefined
    case 'allcommands':
    case 'nocommands':
      selector.addCommandRule(rule === 'allcommands' ? '+@all' : '-@all')
      return undefined
  }
  return rule.startsWith('db=') ? setDatabases(selector, rule.slice(3)) : SYNTAX
}

// --- keys -----------------------------------------------------------------------------------------------------------

function allowAllKeys(selector: Selector): undefined {
  selector.allKeys = true
  selector.keyPatterns = []
}

function addKeyRule(selector: Selector, rule: string): string | undefined {
  // Without its tilde it is taken for one with an empty pattern, as Valkey does.
  const [, letters = '', pattern = ''] = /^%([^~]*)(?:~(.*))?$/s.exec(rule) ?? []
  const access = KEY_ACCESS[letters.toUpperCase()]
  return access === undefined ? SYNTAX : addKeyPattern(selector, pattern, access)
}

const KEY_ACCESS: Readonly<Record<string, number>> = {
  R: KEY_READ,
  W: KEY_WRITE,
  RW: KEY_READ | KEY_WRITE,
  WR: KEY_READ | KEY_WRITE,
}

function addKeyPattern(selector: Selector, text: string, access: number): string | undefined {
  if (selector.allKeys) return AFTER_ALL_KEYS
  if (SPACE.test(text)) return SYNTAX
  const isKnown = selector.keyPatterns.some((pattern) => pattern.text === text)
  selector.keyPatterns = isKnown
    ? selector.keyPatterns.map((each) => (each.text === text ? { ...each, access: each.access | access } : each))
    : [...selector.keyPatterns, { ...patternOf(text), access }]
  return undefined
}

// --- channels -------------------------------------------------------------------------------------------------------

function allowAllChannels(selector: Selector): undefined {
  selector.allChannels = true
  selector.channelPatterns = []
}

function addChannelPattern(selector: Selector, text: string): string | undefined {
  if (selector.allChannels) return AFTER_ALL_CHANNELS
  if (SPACE.test(text)) return SYNTAX
  if (!selector.channelPatterns.some((pattern) => pattern.text === text)) {
    selector.channelPatterns = [...selector.channelPatterns, patternOf(text)]
  }
  return undefined
}

// --- databases ------------------------------------------------------------------------------------------------------

function setDatabases(selector: Selector, list: string): string | undefined {
  const databases = new Set<number>()
  // Looked at before the numbers.
  if (list.endsWith(',')) return SYNTAX
  for (const text of list.split(',')) {
    if (!NUMBER.test(text)) return SYNTAX
    const index = Number(text)
    if (index < 0 || index > DATABASE_MAX) return DATABASE_OUT_OF_RANGE
    // `-0` is 0.
    databases.add(index + 0)
  }
  selector.allDatabases = false
  selector.databases = [...databases].sort((a, b) => a - b)
  return undefined
}

// --- commands -------------------------------------------------------------------------------------------------------

/** @param rule in lower case */
function addCommandRule(selector: Selector, rule: string, names: RuleNames): string | undefined {
  const reason = checkCommandRule(rule, names)
  if (reason === undefined) selector.addCommandRule(rule)
  return reason
}

function checkCommandRule(rule: string, names: RuleNames): string | undefined {
  const { commands } = names
  const about = rule.slice(1)
  if (about.startsWith('@')) {
    const category = about.slice(1)
    return category === 'all' || names.isCategory(category) ? undefined : UNKNOWN_COMMAND
  }
  if (commands.get(about) !== undefined) return undefined
  const bar = about.lastIndexOf('|')
  if (bar < 0 || rule.startsWith('-')) return UNKNOWN_COMMAND
  const command = commands.get(about.slice(0, bar))
  if (command === undefined) return UNKNOWN_COMMAND
  if (command.parent !== undefined) return FIRST_ARGUMENT_OF_SUBCOMMAND
  const firstArgument = about.slice(bar + 1)
  if (firstArgument === '' || SPACE.test(firstArgument)) return SYNTAX
  return command.subcommands === undefined ? undefined : UNKNOWN_COMMAND
}
