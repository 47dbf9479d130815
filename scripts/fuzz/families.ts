/** All families of commands that the fuzzer can draw from. */

import type { CommandSpec, Family, Words } from './command-spec.ts'
import { acl } from './families/acl.ts'
import { bitmap } from './families/bitmap.ts'
import { generic } from './families/generic.ts'
import { geo } from './families/geo.ts'
import { hash } from './families/hash.ts'
import { hyperloglog } from './families/hyperloglog.ts'
import { list } from './families/list.ts'
import { set } from './families/set.ts'
import { sort } from './families/sort.ts'
import { stream } from './families/stream.ts'
import { string } from './families/string.ts'
import { zset } from './families/zset.ts'

export const FAMILIES: readonly Family[] = [
  ...[string, generic, hash, list, set, zset, stream, bitmap, hyperloglog, geo, sort, acl],
]

/** Some families have commands of others too, with words of their own; how replies compare is the same. */
const SPECS = new Map<string, CommandSpec>(FAMILIES.toReversed().flatMap(({ commands }) => Object.entries(commands)))

/** What is known of a command, by its words; undefined for one that no family has. */
export function specOf(words: Words): CommandSpec | undefined {
  const name = (words[0] ?? '').toUpperCase()
  return SPECS.get(`${name} ${(words[1] ?? '').toUpperCase()}`) ?? SPECS.get(name)
}
