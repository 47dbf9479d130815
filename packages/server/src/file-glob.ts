/**
 * Files by a pattern, as C's glob(3): `*`, `?` and `[a-z]` within the parts of a path, which find no name that begins
 * with a dot unless the pattern does. node:fs has a globSync, but an unsettled one in Node.js 22, and with `**` and
 * braces.
 */

import { existsSync, readdirSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'

export const hasGlob = (path: string): boolean => /[*?[]/.test(path)

/** Paths that exist and match, sorted; relative where the pattern is. */
export function expandGlob(pattern: string, directory: string): string[] {
  let found = [isAbsolute(pattern) ? '/' : '']
  for (const part of pattern.split('/')) {
    if (part === '') continue
    if (!hasGlob(part)) {
      found = found.map((path) => join(path, part))
      continue
    }
    const matcher = matcherOf(part)
    found = found.flatMap((path) => namesIn(resolve(directory, path), matcher).map((name) => join(path, name)))
  }
  return found.filter((path) => existsSync(resolve(directory, path))).sort()
}

function namesIn(directory: string, matcher: RegExp): string[] {
  try {
    return readdirSync(directory).filter((name) => matcher.test(name))
  } catch {
    return []
  }
}

function matcherOf(part: string): RegExp {
  const source = part.replace(/\[[!^]?\]?[^\]]*\]|./gsu, (token) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    if (token.length > 1 && token.startsWith('[')) {
      const isNegated = token[1] === '!' || token[1] === '^'
      return `[${isNegated ? '^' : ''}${token.slice(isNegated ? 2 : 1, -1).replace(/[\\[\]^]/g, '\\$&')}]`
    }
    return token.replace(/[\\^$.|+(){}[\]]/g, '\\$&')
  })
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'su')
}
