/**
 * Argument parser: turns the words of a call into the typed arguments of a declaration, with Redis's errors.
 *
 * Arguments are taken in the order declared. A run of optional ones may come in any order, each once; they are told apart
 * by their tokens. An optional argument without a token is taken when words are left that nothing behind it requires.
 */

import type { ArgumentSpec, CommandDefinition, ContainerDefinition, ReplyValue } from '@kvasir/module-api'
import { utf8 } from '../structures/bytes.ts'
import { parseDouble } from '../structures/double.ts'
import type { Call } from './call.ts'
import { ERRORS } from './errors.ts'
import { wordsMin } from './key-specs.ts'
import { writeReply } from './reply-value.ts'

/** A mistake of the caller's; its message is the error reply. Never leaves this file. */
class ArgumentError extends Error {}

interface Cursor {
  readonly call: Call
  at: number
  /** Words from here on belong to somebody else. */
  end: number
}

type Specs = readonly (readonly [name: string, spec: ArgumentSpec])[]

/** The handler of a command that declares its arguments: parse, call, write the reply. */
export function typedHandler(definition: CommandDefinition | ContainerDefinition): (call: Call) => void {
  if ('container' in definition || definition.handler === undefined) {
    throw new Error(`command ${definition.name} has neither handler nor raw handler`)
  }
  const { handler } = definition
  const specs = Object.entries(definition.args)
  const nameWords = definition.name.split(' ').length
  return call => {
    let args: Record<string, unknown>
    try {
      const cursor = { call, at: nameWords, end: call.argc }
      args = parseSequence(specs, cursor)
      if (cursor.at < cursor.end) throw new ArgumentError(ERRORS.syntax)
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error
      call.reply.error(error.message)
      return
    }
    const value = handler(call.context, args as never) as ReplyValue
    if (value !== undefined) writeReply(call.reply, value)
  }
}

function parseSequence(specs: Specs, cursor: Cursor): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (let i = 0; i < specs.length; ) {
    const [name, spec] = specs[i]
    if (spec.optional !== true) {
      values[name] = parseArgument(spec, cursor, wordsBehind(specs, i + 1))
      i++
      continue
    }
    let runEnd = i
    while (runEnd < specs.length && specs[runEnd][1].optional === true) runEnd++
    parseOptionalRun(specs.slice(i, runEnd), cursor, wordsBehind(specs, runEnd), values)
    i = runEnd
  }
  return values
}

/** Words that the specs from `from` on need at least. */
function wordsBehind(specs: Specs, from: number): number {
  let words = 0
  for (let i = from; i < specs.length; i++) if (specs[i][1].optional !== true) words += wordsMin(specs[i][1])
  return words
}

function parseOptionalRun(run: Specs, cursor: Cursor, reserved: number, values: Record<string, unknown>): void {
  for (const [name, spec] of run) values[name] = spec.default
  const open = new Map(run)
  while (cursor.at < cursor.end - reserved) {
    const match = [...open].find(([, spec]) => matches(spec, cursor))
    if (match === undefined) return
    open.delete(match[0])
    values[match[0]] = parseArgument(match[1], cursor, reserved)
  }
}

/** Whether the next word can begin this argument. */
function matches(spec: ArgumentSpec, cursor: Cursor): boolean {
  if (spec.token !== undefined) return cursor.call.argIs(cursor.at, spec.token.toLowerCase())
  if (spec.type === 'oneof') return Object.values(spec.arguments ?? {}).some(inner => matches(inner, cursor))
  if (spec.type === 'block') {
    const first = Object.values(spec.arguments ?? {})[0]
    return first !== undefined && matches(first, cursor)
  }
  return true
}

function parseArgument(spec: ArgumentSpec, cursor: Cursor, reserved: number): unknown {
  if (spec.token !== undefined && spec.multipleToken !== true) takeToken(spec, cursor)
  if (spec.counted === true) return parseCounted(spec, cursor)
  if (spec.multiple !== true) return parseOne(spec, cursor)
  const values: unknown[] = []
  do {
    if (spec.multipleToken === true) takeToken(spec, cursor)
    values.push(parseOne(spec, cursor))
  } while (cursor.at < cursor.end - reserved && (spec.multipleToken !== true || matches(spec, cursor)))
  return values
}

function parseCounted(spec: ArgumentSpec, cursor: Cursor): unknown[] {
  const count = takeInteger({ type: 'integer', min: 1 }, cursor)
  if (count > cursor.end - cursor.at) throw new ArgumentError(ERRORS.syntax)
  const values: unknown[] = []
  for (let i = 0; i < count; i++) values.push(parseOne(spec, cursor))
  return values
}

function takeToken(spec: ArgumentSpec, cursor: Cursor): void {
  const { token } = spec
  if (token === undefined) return
  if (cursor.at >= cursor.end || !cursor.call.argIs(cursor.at, token.toLowerCase())) {
    throw new ArgumentError(ERRORS.syntax)
  }
  cursor.at++
}

function parseOne(spec: ArgumentSpec, cursor: Cursor): unknown {
  switch (spec.type) {
    case 'pure-token':
      return true
    case 'block':
      return parseSequence(Object.entries(spec.arguments ?? {}), cursor)
    case 'oneof':
      return parseOneOf(spec, cursor)
    case 'integer':
    case 'unix-time':
      return spec.form === 'bigint' ? takeBigint(cursor) : takeInteger(spec, cursor)
    case 'double':
      return takeDouble(spec, cursor)
    default: {
      const at = takeWord(cursor)
      const { call } = cursor
      return spec.form === 'text' ? utf8(call.buf, call.starts[at], call.lengths[at]) : call.argBytes(at)
    }
  }
}

function parseOneOf(spec: ArgumentSpec, cursor: Cursor): unknown {
  if (cursor.at >= cursor.end) throw new ArgumentError(ERRORS.syntax)
  const alternatives = Object.entries(spec.arguments ?? {})
  const byToken = alternatives.find(([, inner]) => hasToken(inner) && matches(inner, cursor))
  const match = byToken ?? alternatives.find(([, inner]) => !hasToken(inner))
  if (match === undefined) throw new ArgumentError(ERRORS.syntax)
  return { is: match[0], value: parseArgument(match[1], cursor, 0) }
}

function hasToken(spec: ArgumentSpec): boolean {
  if (spec.token !== undefined) return true
  const first = Object.values(spec.arguments ?? {})[0]
  return spec.type === 'block' && first !== undefined && hasToken(first)
}

function takeWord(cursor: Cursor): number {
  if (cursor.at >= cursor.end) throw new ArgumentError(ERRORS.syntax)
  return cursor.at++
}

function takeInteger(spec: ArgumentSpec, cursor: Cursor): number {
  const value = cursor.call.argInteger(takeWord(cursor))
  const { min = -Infinity, max = Infinity } = spec
  if (Number.isNaN(value) || value < min || value > max) throw new ArgumentError(ERRORS.notInteger)
  return value
}

function takeBigint(cursor: Cursor): bigint {
  const value = cursor.call.argInt64(takeWord(cursor))
  if (value === undefined) throw new ArgumentError(ERRORS.notInteger)
  return value
}

function takeDouble(spec: ArgumentSpec, cursor: Cursor): number {
  const { call } = cursor
  const at = takeWord(cursor)
  const value = parseDouble(call.buf, call.starts[at], call.lengths[at])
  const { min = -Infinity, max = Infinity } = spec
  if (Number.isNaN(value) || value < min || value > max) throw new ArgumentError(ERRORS.notFloat)
  return value
}
