/**
 * Argument parser: turns the words of a call into the typed arguments of a declaration, with Redis's errors.
 *
 * Arguments are taken in the order declared. A run of optional ones may come in any order, each once; they are told
 * apart by their tokens, and a token goes before an argument that takes any word. An optional argument without a token
 * is taken when words are left that nothing behind it requires. A row of values ends where a token begins that may
 * follow it.
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
}

/** Where the arguments in hand must stop, because others come behind them. */
interface Bounds {
  /** Words from here on belong to somebody else. */
  readonly end: number
  /** Arguments that may follow at once: a word that is a token of theirs ends a row of values. */
  readonly followers: readonly ArgumentSpec[]
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
  return (call) => {
    let args: Record<string, unknown>
    try {
      const cursor = { call, at: nameWords }
      args = parseSequence(specs, cursor, { end: call.argc, followers: [] })
      if (cursor.at < call.argc) throw new ArgumentError(ERRORS.syntax)
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error
      call.reply.error(error.message)
      return
    }
    try {
      const value = handler(call.context, args as never) as ReplyValue
      if (value === undefined) throw new Error('the handler returned nothing; return null for nil')
      writeReply(call.reply, value)
    } finally {
      call.endContext()
    }
  }
}

function parseSequence(specs: Specs, cursor: Cursor, bounds: Bounds): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (let i = 0; i < specs.length; ) {
    const [name, spec] = specs[i]
    const runEnd = endOfOptionalRun(specs, i)
    if (runEnd > i) {
      parseOptionalRun(specs.slice(i, runEnd), cursor, boundsAt(specs, runEnd, bounds), values)
      i = runEnd
    } else values[name] = parseArgument(spec, cursor, boundsAt(specs, ++i, bounds))
  }
  return values
}

function endOfOptionalRun(specs: Specs, from: number): number {
  let end = from
  while (end < specs.length && specs[end][1].optional === true) end++
  return end
}

/** Bounds of what stands in front of `specs[from]`. */
function boundsAt(specs: Specs, from: number, outer: Bounds): Bounds {
  let words = 0
  for (let i = from; i < specs.length; i++) if (specs[i][1].optional !== true) words += wordsMin(specs[i][1])
  const runEnd = endOfOptionalRun(specs, from)
  const followers = specs.slice(from, runEnd + 1).map(([, spec]) => spec)
  return { end: outer.end - words, followers: runEnd < specs.length ? followers : [...followers, ...outer.followers] }
}

function parseOptionalRun(run: Specs, cursor: Cursor, bounds: Bounds, values: Record<string, unknown>): void {
  for (const [name, spec] of run) values[name] = spec.default
  const open = new Map(run)
  while (cursor.at < bounds.end) {
    const match = nextOf(open, cursor, bounds)
    if (match === undefined) return
    const [name, spec] = match
    open.delete(name)
    values[name] = parseArgument(spec, cursor, { end: bounds.end, followers: [...open.values(), ...bounds.followers] })
  }
}

/**
 * The argument that the next word begins: one with that token, else the first without a token that there is room for.
 */
function nextOf(open: ReadonlyMap<string, ArgumentSpec>, cursor: Cursor, bounds: Bounds) {
  const entries = [...open]
  const room = bounds.end - cursor.at
  return (
    entries.find(([, spec]) => matchesToken(spec, cursor)) ??
    entries.find(([, spec]) => !hasToken(spec) && wordsMin(spec) <= room)
  )
}

/** Whether the next word is a token with which this argument begins. */
function matchesToken(spec: ArgumentSpec, cursor: Cursor): boolean {
  const { call, at } = cursor
  if (spec.token !== undefined) return at < call.argc && call.argIs(at, spec.token.toLowerCase())
  return firstsOf(spec).some((inner) => matchesToken(inner, cursor))
}

/** Whether this argument can begin with nothing but a token. */
function hasToken(spec: ArgumentSpec): boolean {
  if (spec.token !== undefined) return true
  const firsts = firstsOf(spec)
  return firsts.length > 0 && firsts.every(hasToken)
}

/** What a group can begin with. */
function firstsOf(spec: ArgumentSpec): readonly ArgumentSpec[] {
  if (spec.counted === true) return []
  const inner = Object.values(spec.arguments ?? {})
  if (spec.type === 'oneof') return inner
  const required = inner.findIndex((each) => each.optional !== true)
  return required < 0 ? inner : inner.slice(0, required + 1)
}

function parseArgument(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): unknown {
  if (spec.multipleToken !== true) takeToken(spec, cursor)
  if (spec.counted === true) return parseCounted(spec, cursor, bounds)
  if (spec.multiple !== true) return parseOne(spec, cursor, bounds)
  const values: unknown[] = []
  let before: number
  do {
    before = cursor.at
    if (spec.multipleToken === true) takeToken(spec, cursor)
    values.push(parseOne(spec, cursor, bounds))
    // A block of optional arguments may take no word at all, and would do so for ever.
  } while (cursor.at > before && goesOn(spec, cursor, bounds))
  return values
}

/** Whether a row of values has another one. */
function goesOn(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): boolean {
  if (cursor.at >= bounds.end) return false
  if (spec.multipleToken === true) return matchesToken(spec, cursor)
  const firsts = firstsOf(spec)
  if (firsts.length > 0 && firsts.every(hasToken)) return firsts.some((first) => matchesToken(first, cursor))
  return !bounds.followers.some((follower) => matchesToken(follower, cursor))
}

function parseCounted(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): unknown[] {
  const error = spec.countError ?? ERRORS.notInteger
  const count = takeInteger({ type: 'integer', min: spec.countMin ?? 1, error }, cursor, bounds)
  if (count > bounds.end - cursor.at) throw new ArgumentError(ERRORS.syntax)
  const values: unknown[] = []
  for (let i = 0; i < count; i++) values.push(parseOne(spec, cursor, bounds))
  return values
}

function takeToken(spec: ArgumentSpec, cursor: Cursor): void {
  if (spec.token === undefined) return
  if (!matchesToken(spec, cursor)) throw new ArgumentError(ERRORS.syntax)
  cursor.at++
}

/** One value, its token taken already. */
function parseOne(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): unknown {
  switch (spec.type) {
    case 'pure-token':
      return true
    case 'block':
      return parseSequence(Object.entries(spec.arguments ?? {}), cursor, bounds)
    case 'oneof':
      return parseOneOf(spec, cursor, bounds)
    case 'integer':
    case 'unix-time':
      return spec.form === 'bigint' ? takeBigint(cursor, bounds) : takeInteger(spec, cursor, bounds)
    case 'double':
      return takeDouble(spec, cursor, bounds)
    default: {
      const at = takeWord(cursor, bounds)
      const { call } = cursor
      return spec.form === 'text' ? utf8(call.buf, call.starts[at], call.lengths[at]) : call.argBytes(at)
    }
  }
}

function parseOneOf(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): unknown {
  const alternatives = Object.entries(spec.arguments ?? {})
  const match =
    alternatives.find(([, inner]) => matchesToken(inner, cursor)) ?? alternatives.find(([, inner]) => !hasToken(inner))
  if (match === undefined) throw new ArgumentError(ERRORS.syntax)
  return { is: match[0], value: parseArgument(match[1], cursor, bounds) }
}

function takeWord(cursor: Cursor, bounds: Bounds): number {
  if (cursor.at >= bounds.end) throw new ArgumentError(ERRORS.syntax)
  return cursor.at++
}

function takeInteger(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): number {
  const value = cursor.call.argInteger(takeWord(cursor, bounds))
  checkNumber(spec, value, ERRORS.notInteger)
  return value
}

/** @param usual error for what neither `error` nor `rangeError` of the argument tells of */
function checkNumber(spec: ArgumentSpec, value: number, usual: string): void {
  const { min = -Infinity, max = Infinity, error = usual, rangeError = error } = spec
  if (Number.isNaN(value)) throw new ArgumentError(error)
  if (value < min || value > max) throw new ArgumentError(rangeError)
}

function takeBigint(cursor: Cursor, bounds: Bounds): bigint {
  const value = cursor.call.argInt64(takeWord(cursor, bounds))
  if (value === undefined) throw new ArgumentError(ERRORS.notInteger)
  return value
}

function takeDouble(spec: ArgumentSpec, cursor: Cursor, bounds: Bounds): number {
  const { call } = cursor
  const at = takeWord(cursor, bounds)
  const value = parseDouble(call.buf, call.starts[at], call.lengths[at])
  checkNumber(spec, value, ERRORS.notFloat)
  return value
}
