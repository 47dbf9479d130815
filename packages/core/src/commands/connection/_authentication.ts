/**
 * Passwords: AUTH, and the AUTH option of HELLO. Until there are ACL users, `default` with `requirepass` is the only
 * one.
 */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'

export const DEFAULT_USER = 'default'

const NO_PASSWORD_SET =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?'

/** Authenticates the session with the password at `index` for the default user, as AUTH with one argument. */
export function authenticateDefault(call: Call, index: number): void {
  if (call.engine.config.parameter('requirepass').value === '') return call.reply.error(NO_PASSWORD_SET)
  if (authenticate(call, fromLatin1(DEFAULT_USER), index)) call.reply.ok()
}

/** Authenticates the session as a user. @returns false after the error */
export function authenticate(call: Call, user: Uint8Array, passwordIndex: number): boolean {
  const { engine, session } = call
  // Configuration text has one character per byte.
  const expected = fromLatin1(engine.config.parameter('requirepass').value)
  const given = call.argBytes(passwordIndex)
  // Both are always looked at, so that the time does not tell which one was wrong.
  const passwordFits = equalInConstantTime(given, expected) || expected.length === 0
  if (latin1(user) !== DEFAULT_USER || !passwordFits) {
    engine.stats.failedAuthentications++
    call.reply.error(ERRORS.wrongPass)
    return false
  }
  session.authenticated = true
  session.userName = DEFAULT_USER
  return true
}

/** Compares to the end of what was given, so that the time taken does not tell where a guess goes wrong. */
function equalInConstantTime(given: Uint8Array, expected: Uint8Array): boolean {
  let difference = given.length ^ expected.length
  for (let i = 0; i < given.length; i++) difference |= given[i] ^ (expected[i % (expected.length || 1)] ?? 0)
  return difference === 0
}
