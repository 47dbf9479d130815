/**
 * Users as text: what ACL LIST, ACL SAVE and CONFIG REWRITE write, and the parts of it that ACL GETUSER shows.
 *
 *     alice on #5e88...1d8 ~object:* %R~log:* resetchannels &chat db=0,1 -@all +@read (~x resetchannels -@all +get)
 *
 * One character per byte.
 */

import { quoteWord } from '../config/line.ts'
import type { AclUser } from './acl-user.ts'
import { KEY_ANY, KEY_READ, type Selector } from './selector.ts'

/** The user's name and rules: a `user` line behind its first word. */
export function userText(user: AclUser): string {
  const words = [
    user.name,
    ...userFlags(user),
    ...user.passwords.map((hash) => `#${hash}`),
    selectorText(user.root),
    ...user.others.map((selector) => `(${selectorText(selector).split(' ').map(quotedIfNeeded).join(' ')})`),
  ]
  return words.join(' ')
}

/** As a line of the configuration file, where quotes have a meaning. */
export function userLine(user: AclUser): string {
  const needsQuotes = (word: string): boolean => /["']/.test(word)
  return userText(user)
    .split(' ')
    .map((word) => (needsQuotes(word) ? quoteWord(word) : word))
    .join(' ')
}

/** Between parentheses words may be quoted: a quote would begin one, and a parenthesis end the selector. */
function quotedIfNeeded(word: string): string {
  return /["')]/.test(word) ? quoteWord(word) : word
}

export function userFlags(user: AclUser): readonly string[] {
  const flags = [user.isEnabled ? 'on' : 'off']
  if (user.needsNoPassword) flags.push('nopass')
  return flags
}

export function commandsText({ commandRules }: Selector): string {
  return commandRules.join(' ')
}

export function keysText({ allKeys, keyPatterns }: Selector): string {
  if (allKeys) return '~*'
  return keyPatterns.map(({ text, access }) => `${keyPrefix(access)}${text}`).join(' ')
}

function keyPrefix(access: number): string {
  if (access === KEY_ANY) return '~'
  return access === KEY_READ ? '%R~' : '%W~'
}

export function channelsText({ allChannels, channelPatterns }: Selector): string {
  return allChannels ? '&*' : channelPatterns.map(({ text }) => `&${text}`).join(' ')
}

/** Empty when there is none. */
export function databasesText({ allDatabases, databases }: Selector): string {
  if (allDatabases) return 'alldbs'
  return databases.length === 0 ? '' : `db=${databases.join(',')}`
}

function selectorText(selector: Selector): string {
  const words = [keysText(selector)]
  if (!selector.allChannels) words.push('resetchannels')
  words.push(channelsText(selector))
  // All databases are what a user has from the start, and are not told of.
  if (!selector.allDatabases) words.push(databasesText(selector) || 'resetdbs')
  words.push(commandsText(selector))
  return words.filter((word) => word !== '').join(' ')
}
