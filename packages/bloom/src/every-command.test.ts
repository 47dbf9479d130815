/** What holds for every command of this module; what holds for those of any is in conformance.test.ts. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { COMMANDS } from './command-list.ts'

const folder = new URL('commands/', import.meta.url)
const FAMILIES = { bf: 'bloom', cf: 'cuckoo', cms: 'cms', topk: 'topk', tdigest: 'tdigest' } as const

/** `BF.ADD` of `bf/add.ts`. */
const files = Object.keys(FAMILIES).flatMap((family) =>
  readdirSync(new URL(`${family}/`, folder))
    .filter((name) => !name.startsWith('_') && !name.includes('.test.'))
    .map((name) => `${family}.${name.replace('.ts', '').replace('-', '_')}`.toUpperCase()),
)

const names = COMMANDS.map(({ name }) => name)
const familyOf = (name: string): keyof typeof FAMILIES => name.split('.')[0]?.toLowerCase() as keyof typeof FAMILIES

it('Every file of a command is in the list', () => {
  expect([...names].sort()).toEqual([...files].sort())
  expect(names).toHaveLength(49)
})

it('Every command is named in a title of a test in its folder', () => {
  for (const name of names) {
    const family = familyOf(name)
    const test = readFileSync(new URL(`${family}/${family}.test.ts`, folder), 'utf8')
    const titles = [...test.matchAll(/(?:describe|it)\('([^']*)'/g)].map(([, title]) => title).join('\n')
    expect(titles).toMatch(new RegExp(`(^|[^A-Z.])${name.replace('.', '\\.')}($|[^A-Z_])`, 'm'))
  }
})

it('Every command is in the ACL category of its family', () => {
  for (const { name, acl } of COMMANDS) expect([name, acl]).toEqual([name, [FAMILIES[familyOf(name)]]])
})
