/**
 * ACL file: a `user` line for each user. Words are separated by blanks, without quotes; all of its mistakes are told at
 * once. Text has one character per byte. Source: https://valkey.io/topics/acl/ and observed behaviour of Valkey 9.1.
 */

import { trimLine } from '../config/line.ts'
import { AclUser } from './acl-user.ts'
import { UNKNOWN_COMMAND } from './selector-rules.ts'
import { isUserName } from './user-name.ts'
import { applyRule, joinRules, type RuleContext } from './user-rules.ts'

const NOTHING_CHANGED = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'

/** @param path as `aclfile` has it, for the errors. @returns the users by their names, or what is wrong */
export function parseAclFile(
  text: string,
  path: string,
  context: RuleContext,
): ReadonlyMap<string, AclUser> | { readonly reason: string } {
  const users = new Map<string, AclUser>()
  let errors = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const line = trimLine(raw)
    if (line !== '') errors += readLine(line, `${path}:${index + 1}`, index + 1, users, context)
  }
  return errors === '' ? users : { reason: errors + NOTHING_CHANGED }
}

/** @returns what is wrong, each mistake with a blank behind it; empty when the user was added */
function readLine(
  line: string,
  place: string,
  number: number,
  users: Map<string, AclUser>,
  context: RuleContext,
): string {
  const [keyword, name, ...words] = line.split(' ').filter((word) => word !== '')
  if (keyword !== 'user' || name === undefined) {
    return `${place} should start with user keyword followed by the username. `
  }
  if (!isUserName(name)) return `'${place}: username '${name}' contains invalid characters. `
  if (users.has(name)) return `WARNING: Duplicate user '${name}' found on line ${number}. `
  const rules = joinRules(words)
  if ('unmatched' in rules) return `${place}: Unmatched parenthesis in selector definition. `
  const user = new AclUser(name, context.allChannels)
  users.set(name, user)
  let errors = ''
  for (const rule of rules) {
    const reason = applyRule(user, rule, context)
    if (reason === UNKNOWN_COMMAND) errors += `${place}: Error in applying operation '${rule}': ${reason}. `
    else if (reason !== undefined) return `${errors}${place}: ${reason}. `
  }
  return errors
}
