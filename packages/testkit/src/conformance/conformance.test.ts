/** The rules against modules that each break one. A module that keeps them all is the first that is tried. */

import { readFileSync } from 'node:fs'
import { arg, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { first, NOTES, notesModule, type Replacements } from './_test-notes.ts'
import { VIOLATIONS } from './_test-violations.ts'
import { conformance } from './conformance.ts'
import type { ConformanceSamples } from './subject.ts'

/**
 * Runs the conformance test as a test runner would.
 * @param only this rule, or all of them
 * @returns the message of each rule that is broken, by its name
 */
async function broken(
  replaced: Replacements = {},
  given: ConformanceSamples = NOTES,
  only?: string,
): Promise<Readonly<Record<string, string>>> {
  const tests: { readonly title: string; readonly run: () => Promise<void> }[] = []
  conformance(
    (title, run) => tests.push({ title, run }),
    () => notesModule(replaced),
    given,
  )
  const messages: Record<string, string> = {}
  for (const { title, run } of tests) {
    const rule = /\((\S+)\)$/.exec(title)?.[1] ?? title
    if (only !== undefined && rule !== only) continue
    await run().catch((error: Error) => {
      messages[rule] = error.message
    })
  }
  return messages
}

describe('the conformance test', () => {
  it('finds nothing in a module that keeps every rule', async () => {
    expect(await broken()).toEqual({})
    expect(first.raw).toBeTypeOf('function')
  })

  it.each(VIOLATIONS.map((violation) => [violation.what, violation] as const))(
    'notices that %s, and says what to do',
    async (_what, { rule, replaced, calls = [], says }) => {
      expect((await broken(replaced, { ...NOTES, calls }, rule))[rule]).toMatch(says)
    },
  )

  it('breaks every rule once, above', async () => {
    const rules: string[] = []
    conformance((title) => rules.push(/\((\S+)\)$/.exec(title)?.[1] ?? title), notesModule)
    expect([...new Set(VIOLATIONS.map(({ rule }) => rule))].sort()).toEqual(rules.sort())
  })

  it('has every rule in the README, in the same words', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replaceAll('`', '')
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const documented = rows.map(([, name, title]) => `notes ${title} (${name})`)
    const titles: string[] = []
    conformance((title) => titles.push(title), notesModule)
    expect(documented).toEqual(expect.arrayContaining(titles))
  })

  it('takes exceptions with a reason, as long as they are needed', async () => {
    const replaced = { commands: { list: { acl: [] } } }
    const exceptions = { acl: { 'NOTE.LIST': 'everybody may read' } }
    expect(await broken(replaced, { ...NOTES, exceptions })).toEqual({})
    expect((await broken({}, { ...NOTES, exceptions })).acl).toMatch(
      /NOTE\.LIST: keeps to the rule 'acl': take it out of the exceptions/,
    )
    expect(() => conformance(() => {}, notesModule, { exceptions: { luck: {} } })).toThrow("there is no rule 'luck'")
  })

  it('takes modules that have commands alone', async () => {
    const dice = defineModule({
      name: 'dice',
      version: '1.0.0',
      api: 1,
      aclCategories: ['dice'],
      commands: [
        defineCommand({
          name: 'DICE.ROLL',
          summary: 'Rolls a die.',
          since: '1.0.0',
          complexity: 'O(1)',
          flags: ['fast'],
          acl: ['dice'],
          args: { sides: arg.integer({ min: 1, max: 100 }), bonus: arg.optional(arg.bigint(), 0n) },
          reply: reply.integer('1 to sides, and the bonus'),
          handler: (ctx, { sides, bonus }) => BigInt(1 + (ctx.random() % sides)) + bonus,
        }),
      ],
    })
    const tests: (() => Promise<void>)[] = []
    conformance((_title, run) => tests.push(run), dice)
    for (const run of tests) await run()
  })

  it('asks for a sample of every type, and for calls of commands that exist', async () => {
    expect((await broken({}, {})).samples).toMatch(/kit-notes: no sample: give requests that make one at the key 'key'/)
    expect((await broken({}, { ...NOTES, values: { 'kit-notes': ['SET key 1'] } })).samples).toMatch(
      /kit-notes: its sample makes a value of the type 'string' at 'key'/,
    )
    expect((await broken({}, { ...NOTES, calls: ['NOTE.NONE key'] })).docs).toMatch(/calls: the module has no command/)
  })
})
