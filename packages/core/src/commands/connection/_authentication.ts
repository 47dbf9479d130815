/** Logging in: AUTH, and the AUTH option of HELLO. */

import { DEFAULT_USER_NAME } from '../../engine/acl/acl-user.ts'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'

const NO_PASSWORD_SET =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?'

/** Authenticates the session with the password at `index` for the default user, as AUTH with one argument. */
export function authenticateDefault(call: Call, index: number): void {
  if (call.engine.acl.defaultUser.needsNoPassword) return call.reply.error(NO_PASSWORD_SET)
  if (authenticate(call, DEFAULT_USER_NAME, index)) call.reply.ok()
}

/** Authenticates the session as a user. @param userName one character per byte. @returns false after the error */
export function authenticate(call: Call, userName: string, passwordIndex: number): boolean {
  const { session, engine } = call
  const user = engine.acl.authenticate(userName, call.argBytes(passwordIndex))
  if (user === undefined) {
    engine.acl.loginFailed(session, call.argLatin1(0), userName)
    call.reply.error(ERRORS.wrongPass)
    return false
  }
  session.authenticated = true
  session.user = user
  return true
}
