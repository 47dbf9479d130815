/**
 * Every declaration against Valkey 9.1's COMMAND INFO and COMMAND DOCS.
 *
 * valkey-9.1-commands.fixture.json has the facts of each command, in a short notation that one line of a difference
 * shows:
 *
 *     flags, acl   words in alphabetical order
 *     keySpecs     `RW access update index 1 range 0 1 0`: flags, where to begin, how to go on
 *     args         `name type TOKEN optional multiple since 6.2.0 key 0 as ip:port`; a group is a list with its parts
 *     behind it
 */

import { readFileSync } from 'node:fs'
import type { KeySpec } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { type ArgumentDoc, argumentDocs } from '../engine/argument-docs.ts'
import type { Command } from '../engine/command.ts'
import { keyFlags } from '../engine/command-docs.ts'
import { startTestEngine } from './_test-client.ts'

type ArgumentFacts = string | readonly ArgumentFacts[]

interface CommandFacts {
  readonly group?: string
  readonly since: string
  readonly arity: number
  readonly flags?: string
  readonly acl?: string
  readonly keySpecs?: readonly string[]
  readonly tips?: readonly string[]
  readonly args?: readonly ArgumentFacts[]
}

/** Commands that Valkey 9.1 does not have, and why they are here. */
const NOT_IN_VALKEY: Readonly<Record<string, string>> = {
  DELEX: 'Redis 8.4 has it: DEL under a condition',
  XACKDEL: 'Redis 8.2 has it, Valkey from 9.2 on: XACK and XDEL in one',
  XDELEX: 'Redis 8.2 has it, Valkey from 9.2 on: XDEL with a look at the groups',
  HOTKEYS: 'Redis 8.6 has it: keys that take the most time and bytes',
  'HOTKEYS GET': 'of HOTKEYS',
  'HOTKEYS HELP': 'of HOTKEYS',
  'HOTKEYS RESET': 'of HOTKEYS',
  'HOTKEYS START': 'of HOTKEYS',
  'HOTKEYS STOP': 'of HOTKEYS',
  DIGEST: "Redis 8.4 has it: what SET's and DELEX's IFDEQ and IFDNE compare",
}

/** Facts in which a declaration differs on purpose, and why. */
const DIFFERENT: Readonly<Record<string, Partial<Record<keyof CommandFacts, string>>>> = {
  SET: { args: "Redis 8.4's IFNE, IFDEQ and IFDNE stand beside Valkey's IFEQ" },
}

const expected = JSON.parse(
  readFileSync(new URL('./valkey-9.1-commands.fixture.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, CommandFacts>>

const { engine } = startTestEngine()
const commands = [...engine.commands.values()].flatMap((command) => [command, ...(command.subcommands?.values() ?? [])])

describe('The declarations', () => {
  it.each(commands.map((command) => [nameOf(command), command] as const))(
    'of %s agree with Valkey 9.1',
    (name, command) => {
      if (NOT_IN_VALKEY[name] !== undefined) return
      expect(expected[name], 'Valkey has no such command: give a reason in NOT_IN_VALKEY').toBeDefined()
      const left: Partial<CommandFacts> = { ...factsOf(command) }
      const right: Partial<CommandFacts> = { ...expected[name] }
      for (const fact of Object.keys(DIFFERENT[name] ?? {})) {
        delete left[fact as keyof CommandFacts]
        delete right[fact as keyof CommandFacts]
      }
      expect(left).toEqual(right)
    },
  )

  it('name no exception that is none', () => {
    const names = new Set(commands.map(nameOf))
    for (const name of Object.keys(NOT_IN_VALKEY)) expect([name, name in expected]).toEqual([name, false])
    for (const name of Object.keys(DIFFERENT)) expect(names).toContain(name)
  })
})

function nameOf(command: Command): string {
  return command.fullName.toUpperCase().replace('|', ' ')
}

function factsOf(command: Command): CommandFacts {
  const { definition, keySpecs } = command
  const args = 'container' in definition ? [] : argumentDocs(definition.args, keySpecs)
  const facts: CommandFacts = {
    group: definition.group ?? '',
    since: definition.since,
    arity: command.arity,
    flags: [...command.flags].sort().join(' '),
    acl: [...command.aclCategories].sort().join(' '),
    keySpecs: keySpecs.map(keySpecFacts),
    tips: definition.tips ?? [],
    args: args.map(argumentFacts),
  }
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => typeof value === 'number' || value.length > 0),
  ) as unknown as CommandFacts
}

function keySpecFacts(spec: KeySpec): string {
  const { beginSearch: begin, findKeys: find } = spec
  const words: (string | number)[] = [...keyFlags(spec), begin.type]
  if (begin.type === 'index') words.push(begin.pos)
  else if (begin.type === 'keyword') words.push(begin.keyword, begin.startFrom)
  words.push(find.type)
  if (find.type === 'range') words.push(find.lastKey, find.step, find.limit)
  else if (find.type === 'keynum') words.push(find.keyNumIdx, find.firstKey, find.step)
  return words.join(' ')
}

function argumentFacts(doc: ArgumentDoc): ArgumentFacts {
  const words: (string | number)[] = [doc.name, doc.type]
  if (doc.token !== undefined) words.push(doc.token === '' ? '""' : doc.token)
  if (doc.optional) words.push('optional')
  if (doc.multiple) words.push('multiple')
  if (doc.multipleToken) words.push('multiple_token')
  if (doc.since !== undefined) words.push('since', doc.since)
  if (doc.keySpecIndex !== undefined) words.push('key', doc.keySpecIndex)
  if (doc.display !== undefined && doc.display !== doc.name) words.push('as', doc.display)
  const line = words.join(' ')
  return doc.arguments.length === 0 ? line : [line, ...doc.arguments.map(argumentFacts)]
}
