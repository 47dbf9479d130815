/** What holds for every command of the module, from its declaration. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startBloomEngine } from './_test-engine.ts'
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

/** Arguments that a command takes, behind the key. */
const WORDS: Readonly<Record<string, string>> = {
  'BF.RESERVE': '0.01 10',
  'BF.INSERT': 'ITEMS a',
  'BF.SCANDUMP': '0',
  'BF.LOADCHUNK': '1 x',
  'CF.RESERVE': '10',
  'CF.INSERT': 'ITEMS a',
  'CF.INSERTNX': 'ITEMS a',
  'CF.SCANDUMP': '0',
  'CF.LOADCHUNK': '1 x',
  'CMS.INITBYDIM': '10 10',
  'CMS.INITBYPROB': '0.1 0.1',
  'CMS.INCRBY': 'a 1',
  'CMS.MERGE': '1 k',
  'TOPK.RESERVE': '10',
  'TOPK.INCRBY': 'a 1',
  'TDIGEST.MERGE': '1 k',
  'TDIGEST.TRIMMED_MEAN': '0 1',
  'TDIGEST.BYRANK': '0',
  'TDIGEST.BYREVRANK': '0',
}
const KEY_ALONE = /\.(CARD|INFO|LIST|MIN|MAX|RESET|CREATE)$/

const callOf = (name: string): string => `${name} k ${WORDS[name] ?? (KEY_ALONE.test(name) ? '' : '0.5')}`.trim()

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

describe.each(names)('%s', (name) => {
  it('is documented whole', () => {
    const { run } = startBloomEngine()
    const docs = (run(`COMMAND DOCS ${name}`) as Record<string, Record<string, unknown>>)[name.toLowerCase()]
    expect(docs).toMatchObject({ module: 'bloom', group: 'module' })
    for (const field of ['summary', 'since', 'complexity']) expect(docs?.[field]).toMatch(/./)
    expect(docs?.arguments).not.toHaveLength(0)
  })

  it('has its ACL categories and its key', () => {
    const { run } = startBloomEngine()
    const [info] = run(`COMMAND INFO ${name}`) as unknown[][]
    const [, , flags, firstKey, , , categories] = [...(info ?? [])].map((part) =>
      part instanceof Set ? [...part] : part,
    ) as [unknown, unknown, string[], number, unknown, unknown, string[]]
    expect(firstKey).toBe(1)
    expect(categories).toContain(`@${FAMILIES[familyOf(name)]}`)
    expect(categories).toContain(flags.includes('write') ? '@write' : '@read')
    expect(run(`COMMAND GETKEYS ${callOf(name)}`)).toContain('k')
  })

  it('wants its arguments', () => {
    const { run } = startBloomEngine()
    expect(run(name)).toBe(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)
    if (KEY_ALONE.test(name)) expect(run(`${name} k extra-word`)).toMatch(/^ERR/)
  })

  it('answers WRONGTYPE for keys of core types and of the other types here', () => {
    const { run } = startBloomEngine()
    for (const line of [
      'SET k v',
      'RPUSH k v',
      'BF.ADD k v',
      'CF.ADD k v',
      'CMS.INITBYDIM k 1 1',
      'TOPK.RESERVE k 1',
    ]) {
      run('DEL k')
      run(line)
      if (line.startsWith(`${name.split('.')[0]}.`)) continue
      const before = run('DEBUG DIGEST-VALUE k')
      expect(run(callOf(name))).toBe('WRONGTYPE Operation against a key holding the wrong kind of value')
      expect(run('DEBUG DIGEST-VALUE k')).toEqual(before)
    }
  })
})
