/**
 * What holds for every command, taken from its declaration: its arity, one whole reply in either protocol, and
 * WRONGTYPE for a key of another type. What a command does is in its own test.
 */

import type { ArgumentSpec } from '@kvasir/module-api'
import { NEED_MORE, REPLY, ReplyParser } from '@kvasir/protocol'
import { describe, expect, it } from 'vitest'
import type { Command } from '../engine/command.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { startTestEngine, type TestClient, type TestEngine } from './_test-client.ts'

const { engine } = startTestEngine()
const commands = [...engine.commands.values()].flatMap((command) => [command, ...(command.subcommands?.values() ?? [])])
const cases = (list: readonly Command[]) => list.map((command) => [nameOf(command), command] as const)

/** Groups of commands that work on keys of one type. */
const TYPED_GROUPS: ReadonlySet<string | undefined> = new Set([
  'string',
  'bitmap',
  'hyperloglog',
  'list',
  'set',
  'sorted_set',
  'geo',
  'hash',
  'stream',
])

/** Commands of those groups that take keys of any type, and why. */
const ANY_TYPE: Readonly<Record<string, string>> = {
  SET: 'puts its value in the place of any other',
  SETEX: 'as SET',
  PSETEX: 'as SET',
  MSET: 'as SET',
  MSETEX: 'as SET',
  SETNX: 'does nothing to a key that exists',
  MSETNX: 'does nothing when a key exists',
  MGET: 'answers nil for what is no string',
  DELEX: 'without a condition deletes as DEL does',
}

/** Commands that say it in their own words, as Valkey's do. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  LCS: '(error) ERR The specified keys must contain string values',
}

/** Calls with the least that a command takes, where `1` is no value for it. */
const SAMPLES: Readonly<Record<string, string>> = {
  GEOSEARCH: 'GEOSEARCH k FROMLONLAT 1 1 BYRADIUS 1 m',
  GEOSEARCHSTORE: 'GEOSEARCHSTORE d k FROMLONLAT 1 1 BYRADIUS 1 m',
  ZLEXCOUNT: 'ZLEXCOUNT k - +',
  ZRANGEBYLEX: 'ZRANGEBYLEX k - +',
  ZREVRANGEBYLEX: 'ZREVRANGEBYLEX k + -',
  ZREMRANGEBYLEX: 'ZREMRANGEBYLEX k - +',
}

/** Commands that send no reply of their own, or wait for one, when they are called with the least that they take. */
const WITHOUT_REPLY: Readonly<Record<string, string>> = {
  SHUTDOWN: 'ends the server',
}

describe('Every command', () => {
  it.each(
    cases(commands.filter((command) => wordsMin(command) > (isContainer(command) ? 1 : nameWords(command).length))),
  )('refuses fewer words than it takes: %s', (_name, command) => {
    const words = fill(nameWords(command), isContainer(command) ? 1 : wordsMin(command) - 1)
    expectInBoth(words, `(error) ERR wrong number of arguments for '${command.fullName}' command`)
  })

  it.each(cases(commands.filter(({ arity }) => arity > 0)))(
    'refuses more words than it takes: %s',
    (_name, command) => {
      const words = fill(nameWords(command), command.arity + 1)
      // A refused EXEC says what becomes of the transaction.
      const code = command.fullName === 'exec' ? 'EXECABORT Transaction discarded because of:' : 'ERR'
      expectInBoth(words, `(error) ${code} wrong number of arguments for '${command.fullName}' command`)
    },
  )

  it.each(cases(commands.filter((command) => !isContainer(command) && !(nameOf(command) in WITHOUT_REPLY))))(
    'sends one whole reply, or none and waits, in RESP2 and RESP3: %s',
    (_name, command) => {
      for (const resp of ['2', '3']) {
        const { client } = startTestEngine()
        client.raw('HELLO', resp)
        const parser = new ReplyParser({ strings: 'text' })
        parser.write(fromLatin1(client.raw(...sampleOf(command))))
        if (client.session.replyMode !== 0 || command.flags.has('blocking')) continue
        expect(parser.parse()).toBe(REPLY)
        expect(parser.parse()).toBe(NEED_MORE)
      }
    },
  )

  it.each(cases(commands.filter(isTyped)))('refuses a key of another type: %s', (name, command) => {
    for (const resp of ['2', '3']) {
      const server = startTestEngine()
      server.client.raw('HELLO', resp)
      putOther(server, command)
      const before = server.client.run('TYPE k')
      expect(run(server.client, sampleOf(command))).toBe(
        OWN_WORDS[name] ?? '(error) WRONGTYPE Operation against a key holding the wrong kind of value',
      )
      expect(server.client.run('TYPE k')).toBe(before)
    }
  })

  it('has no exception for what is no command', () => {
    const names = new Set(commands.map(nameOf))
    for (const name of [ANY_TYPE, OWN_WORDS, SAMPLES, WITHOUT_REPLY].flatMap((list) => Object.keys(list)))
      expect(names).toContain(name)
  })
})

function nameOf(command: Command): string {
  return nameWords(command).join(' ')
}

function nameWords(command: Command): string[] {
  return command.fullName.toUpperCase().split('|')
}

function wordsMin(command: Command): number {
  return Math.abs(command.arity)
}

function isContainer(command: Command): boolean {
  return 'container' in command.definition
}

function isTyped(command: Command): boolean {
  return TYPED_GROUPS.has(command.definition.group) && command.keySpecs.length > 0 && !(nameOf(command) in ANY_TYPE)
}

function fill(words: readonly string[], count: number): string[] {
  return [...words, ...new Array<string>(Math.max(0, count - words.length)).fill('1')].slice(0, count)
}

function run(client: TestClient, words: readonly string[]): string {
  return client.run(words.join(' '))
}

function expectInBoth(words: readonly string[], reply: string): void {
  for (const resp of ['2', '3']) {
    const { client } = startTestEngine()
    client.raw('HELLO', resp)
    expect(run(client, words)).toBe(reply)
  }
}

/** A key `k` of a type that the command does not take. */
function putOther(server: TestEngine, { definition }: Command): void {
  if (definition.group === 'stream') server.client.run('SET k v')
  else server.putStream('k')
}

/** A call with the least that the declaration asks for; every key is `k`. */
function sampleOf(command: Command): string[] {
  const given = SAMPLES[nameOf(command)]
  if (given !== undefined) return given.split(' ')
  const { definition } = command
  const specs = 'container' in definition ? [] : Object.values(definition.args)
  return [...nameWords(command), ...specs.flatMap(required)]
}

function required(spec: ArgumentSpec): string[] {
  return spec.optional === true ? [] : sample(spec)
}

function sample(spec: ArgumentSpec): string[] {
  const token = spec.token === undefined ? [] : [spec.token]
  const count = spec.counted === true ? ['1'] : []
  return [...token, ...count, ...valuesOf(spec)]
}

function valuesOf(spec: ArgumentSpec): string[] {
  const inner = Object.values(spec.arguments ?? {})
  switch (spec.type) {
    case 'pure-token':
      return []
    case 'block':
      return inner.flatMap(required)
    case 'oneof':
      return inner[0] === undefined ? [] : sample(inner[0])
    case 'key':
      return ['k']
    case 'pattern':
      return ['*']
    default:
      return ['1']
  }
}
