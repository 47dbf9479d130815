/** All families of commands that the fuzzer can draw from. */

import type { CommandSpec, Family, Words } from './command-spec.ts'
import { generic } from './families/generic.ts'
import { string } from './families/string.ts'

export const FAMILIES: readonly Family[] = [string, generic]

const SPECS = new Map<string, CommandSpec>(FAMILIES.flatMap(({ commands }) => Object.entries(commands)))

/** What is known of a command, by its words; undefined for one that no family has. */
export function specOf(words: Words): CommandSpec | undefined {
  const name = (words[0] ?? '').toUpperCase()
  return SPECS.get(`${name} ${(words[1] ?? '').toUpperCase()}`) ?? SPECS.get(name)
}
