/**
 * Redaction: the words of a request that nobody may read in MONITOR or in the command logs, because they are secrets or
 * tell of users. Which ones is Valkey 9.1's choice, as observed; parameters of modules are our own.
 */

import type { Call } from '../call.ts'

export const REDACTED = '(redacted)'

const everythingFrom =
  (first: number) =>
  (_call: Call, index: number): boolean =>
    index >= first

const BY_COMMAND: Readonly<Record<string, (call: Call, index: number) => boolean>> = {
  auth: everythingFrom(1),
  hello: isOfHelloAuth,
  'acl|setuser': everythingFrom(2),
  'acl|getuser': everythingFrom(2),
  'acl|deluser': everythingFrom(2),
  'config|set': isSensitiveValue,
  'module|loadex': isOfLoadedConfig,
}

export function isRedacted(call: Call, index: number): boolean {
  return BY_COMMAND[call.command.fullName]?.(call, index) ?? false
}

/** The user and the password behind the first AUTH of HELLO. */
function isOfHelloAuth(call: Call, index: number): boolean {
  for (let i = 2; i < index; i++) if (call.argIs(i, 'auth')) return index <= i + 2
  return false
}

/** Values of CONFIG SET are every other word, from the fourth on. */
function isSensitiveValue(call: Call, index: number): boolean {
  if (index < 3 || index % 2 === 0) return false
  return call.engine.config.find(call.argLatin1(index - 1))?.definition.sensitive === true
}

/** Values behind CONFIG. What a module that is not loaded holds for a secret is not known: all of its values may be. */
function isOfLoadedConfig(call: Call, index: number): boolean {
  for (let i = 3; i + 2 < call.argc && call.argIs(i, 'config'); i += 3) {
    if (index !== i + 2) continue
    const parameter = call.engine.config.find(call.argLatin1(i + 1))
    return parameter === undefined || parameter.definition.sensitive === true
  }
  return false
}
