/**
 * Rules about a user, as ACL SETUSER, `user` lines and ACL files have them: those about logging in, and those about
 * permissions, for the root selector or in parentheses for one of its own.
 *
 *     on  off  nopass  resetpass  >password  <password  #hash  !hash
 *     ( ... )  clearselectors  reset  sanitize-payload  skip-sanitize-payload
 *
 * Payloads are always checked: the last two are taken, and change nothing. Source: https://valkey.io/topics/acl/ and
 * observed behaviour of Valkey 9.1.
 */

import { fromLatin1 } from '../../structures/bytes.ts'
import { splitWords } from '../config/line.ts'
import { type AclUser, passwordHash } from './acl-user.ts'
import { Selector } from './selector.ts'
import { applySelectorRule, lowerCase, type RuleNames, SYNTAX } from './selector-rules.ts'

const WRONG_HASH = 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters'
const NO_SUCH_PASSWORD = 'The password you are trying to remove from the user does not exist'

const HASH = /^[0-9a-f]{64}$/

export interface RuleContext extends RuleNames {
  /** What `acl-pubsub-default` says of new users and selectors. */
  readonly allChannels: boolean
}

export interface RuleFailure {
  readonly rule: string
  readonly reason: string
}

/**
 * Joins the words of a selector into one rule: `(+get`, `~x)` become `(+get ~x)`.
 * @returns the word where a selector begins that has no end, as a failure
 */
export function joinRules(words: readonly string[]): readonly string[] | { readonly unmatched: string } {
  const rules: string[] = []
  for (let i = 0; i < words.length; i++) {
    const start = i
    let rule = words[i]
    while (rule.startsWith('(') && !rule.endsWith(')')) {
      if (++i === words.length) return { unmatched: words[start] }
      rule += ` ${words[i]}`
    }
    rules.push(rule)
  }
  return rules
}

/** Applies rules in their order. @returns the first that cannot be; those before it are in force */
export function applyRules(user: AclUser, rules: readonly string[], context: RuleContext): RuleFailure | undefined {
  for (const rule of rules) {
    const reason = applyRule(user, rule, context)
    if (reason !== undefined) return { rule, reason }
  }
  return undefined
}

/** @param rule one character per byte. @returns why it cannot be, or undefined */
export function applyRule(user: AclUser, rule: string, context: RuleContext): string | undefined {
  const reason = applyUserRule(user, rule, context)
  user.changed()
  return reason
}

function applyUserRule(user: AclUser, rule: string, context: RuleContext): string | undefined {
  const rest = rule.slice(1)
  switch (rule[0]) {
    case undefined:
      return undefined
    case '>':
      return addPassword(user, passwordHash(fromLatin1(rest)))
    case '#':
      return HASH.test(rest) ? addPassword(user, rest) : WRONG_HASH
    case '<':
      return removePassword(user, passwordHash(fromLatin1(rest)))
    case '!':
      return HASH.test(rest) ? removePassword(user, rest) : WRONG_HASH
    case '(':
      return rule.endsWith(')') && rest !== '' ? addSelector(user, rule.slice(1, -1), context) : SYNTAX
  }
  return applyKeyword(user, lowerCase(rule), context) ? undefined : applySelectorRule(user.root, rule, context)
}

/** @returns false when the word is not about the user */
function applyKeyword(user: AclUser, rule: string, { allChannels }: RuleContext): boolean {
  switch (rule) {
    case 'on':
    case 'off':
      user.isEnabled = rule === 'on'
      return true
    case 'nopass':
    case 'resetpass':
      user.needsNoPassword = rule === 'nopass'
      user.passwords = []
      return true
    case 'sanitize-payload':
    case 'skip-sanitize-payload':
      return true
    case 'clearselectors':
      user.others = []
      return true
    case 'reset':
      user.isEnabled = false
      user.needsNoPassword = false
      user.passwords = []
      user.root = new Selector(allChannels)
      user.others = []
      return true
  }
  return false
}

function addPassword(user: AclUser, hash: string): undefined {
  if (!user.passwords.includes(hash)) user.passwords = [...user.passwords, hash]
  user.needsNoPassword = false
}

function removePassword(user: AclUser, hash: string): string | undefined {
  if (!user.passwords.includes(hash)) return NO_SUCH_PASSWORD
  user.passwords = user.passwords.filter((other) => other !== hash)
  return undefined
}

/** @param text the rules between the parentheses: words as in a line of the configuration file */
function addSelector(user: AclUser, text: string, context: RuleContext): string | undefined {
  const selector = new Selector(context.allChannels)
  const rules = splitWords(text)
  if (rules === undefined) return SYNTAX
  for (const rule of rules) {
    const reason = applySelectorRule(selector, rule, context)
    if (reason !== undefined) return reason
  }
  user.others = [...user.others, selector]
  return undefined
}
