/**
 * Path matcher: finds the nodes that a path leads to, in the document's bytes. A path of names and indexes steps over
 * everything beside its way and makes no object; others gather positions, segment by segment, in the RFC's order.
 *
 * What a path may cost is bounded: a client must not be able to keep the server busy with `$..*..*..*`.
 */

import { compareNodes, equalNodes } from './compare.ts'
import {
  contentStart,
  countAt,
  DOCUMENT_BYTES_MAX,
  elementAt,
  findMember,
  isContainer,
  isString,
  KIND_ARRAY,
  KIND_INTEGER,
  KIND_OBJECT,
  kindAt,
  nodeEnd,
  placeOf,
} from './node.ts'
import type { Call, JsonPath, Literal, Operand, Query, Segment, Selector, Test } from './path.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { decodeString } from './string-text.ts'
import { toUtf8 } from './utf8.ts'

/** Values that a path may find, between two segments too. */
const MATCHES_MAX = 2_000_000
/** Values that may be looked at on the way. */
const STEPS_MAX = 20_000_000
/** Expressions of documents, as in `@.text =~ @.pattern`, that are kept compiled during one search. */
const PATTERNS_MAX = 256

/** Positions in a document, in the order in which a path finds them; one may be found more than once. */
export interface Matches {
  /** Where the values are. */
  readonly at: number[]
  /** Where each begins as an element or member: the value or, in an object, its key. */
  readonly member: number[]
  /** The containers that they are in; -1 for the root. */
  readonly owner: number[]
}

/** A path would take too long, or find too much. Never leaves this file. */
class CostError extends Error {}

export const TOO_COSTLY = 'ERR the path matches too many values of the document'

/** @returns undefined when that would cost too much */
export function findMatches(path: JsonPath, buf: Uint8Array): Matches | undefined {
  if (path.isStatic) {
    const member = findStatic(path.segments, buf, 0)
    if (member < 0) return { at: [], member: [], owner: [] }
    return { at: [memberValue], member: [member], owner: [memberOwner] }
  }
  try {
    return new Matcher(buf).follow(path.segments, 0)
  } catch (error) {
    if (error instanceof CostError) return undefined
    throw error
  }
}

/**
 * As `findMatches`, for those who reply with the values whole: undefined also when these are more bytes than a document
 * may have. `$[0,0,0]` finds a value three times; without a bound a short path would make a reply of any size.
 */
export function findValues(path: JsonPath, buf: Uint8Array): Matches | undefined {
  const matches = findMatches(path, buf)
  if (matches === undefined || matches.at.length < 2) return matches
  let bytes = 0
  for (const at of matches.at) bytes += nodeEnd(buf, at) - at
  return bytes > DOCUMENT_BYTES_MAX ? undefined : matches
}

/** Where the value is that `findStatic` has just found, and the container that it is in. */
let memberValue = 0
let memberOwner = -1

/** Follows names and indexes from a node. @returns where the element or member begins, or -1 */
function findStatic(segments: readonly Segment[], buf: Uint8Array, from: number): number {
  let at = from
  let member = from
  let owner = -1
  for (const { selectors } of segments) {
    const selector = selectors[0]
    owner = at
    if (selector.is === 'name') {
      if (kindAt(buf, at) !== KIND_OBJECT) return -1
      member = findMember(buf, at, selector.key)
      if (member < 0) return -1
      at = nodeEnd(buf, member)
    } else {
      if (selector.is !== 'index' || kindAt(buf, at) !== KIND_ARRAY) return -1
      const place = placeOf(selector.index, countAt(buf, at))
      if (place < 0) return -1
      at = elementAt(buf, at, place)
      member = at
    }
  }
  memberValue = at
  memberOwner = owner
  return member
}

/** The value that a path of names and indexes leads to, or -1. */
export function findOne(path: JsonPath, buf: Uint8Array): number {
  return findStatic(path.segments, buf, 0) < 0 ? -1 : memberValue
}

/** A value in a filter: a node of the document, of the path, or made on the way. */
interface Value {
  readonly buf: Uint8Array
  readonly at: number
}

class Matcher {
  readonly #buf: Uint8Array
  #steps = 0
  /** What queries from the root found: the same for every value that a filter looks at. */
  readonly #fromRoot = new Map<Query, Matches>()
  readonly #patterns = new Map<string, Pattern | undefined>()

  constructor(buf: Uint8Array) {
    this.#buf = buf
  }

  #step(): void {
    if (++this.#steps > STEPS_MAX) throw new CostError()
  }

  follow(segments: readonly Segment[], from: number): Matches {
    let matches: Matches = { at: [from], member: [from], owner: [-1] }
    for (const { descends, selectors } of segments) {
      const next: Matches = { at: [], member: [], owner: [] }
      for (const at of matches.at) {
        if (descends) this.#descend(at, selectors, next)
        else for (const selector of selectors) this.#select(at, selector, next)
      }
      matches = next
    }
    return matches
  }

  #add(into: Matches, at: number, member: number, owner: number): void {
    if (into.at.length >= MATCHES_MAX) throw new CostError()
    into.at.push(at)
    into.member.push(member)
    into.owner.push(owner)
  }

  /** The value itself, then everything in it. */
  #descend(at: number, selectors: readonly Selector[], into: Matches): void {
    const buf = this.#buf
    this.#step()
    if (!isContainer(buf, at)) return
    for (const selector of selectors) this.#select(at, selector, into)
    const isObject = kindAt(buf, at) === KIND_OBJECT
    const end = nodeEnd(buf, at)
    for (let child = contentStart(buf, at); child < end; child = nodeEnd(buf, child)) {
      if (isObject) child = nodeEnd(buf, child)
      if (isContainer(buf, child)) this.#descend(child, selectors, into)
      else this.#step()
    }
  }

  #select(at: number, selector: Selector, into: Matches): void {
    const buf = this.#buf
    this.#step()
    const kind = kindAt(buf, at)
    if (kind < KIND_ARRAY) return
    if (selector.is === 'name') {
      if (kind !== KIND_OBJECT) return
      const member = findMember(buf, at, selector.key)
      if (member >= 0) this.#add(into, nodeEnd(buf, member), member, at)
    } else if (selector.is === 'index') {
      if (kind !== KIND_ARRAY) return
      const place = placeOf(selector.index, countAt(buf, at))
      if (place < 0) return
      const element = elementAt(buf, at, place)
      this.#add(into, element, element, at)
    } else if (selector.is === 'slice') {
      if (kind === KIND_ARRAY) this.#slice(at, selector, into)
    } else this.#children(at, kind, selector.is === 'filter' ? selector.test : undefined, into)
  }

  #children(at: number, kind: number, test: Test | undefined, into: Matches): void {
    const buf = this.#buf
    const end = nodeEnd(buf, at)
    for (let member = contentStart(buf, at); member < end; ) {
      const child = kind === KIND_OBJECT ? nodeEnd(buf, member) : member
      this.#step()
      if (test === undefined || this.#holds(test, child)) this.#add(into, child, member, at)
      member = nodeEnd(buf, child)
    }
  }

  #slice(at: number, selector: Extract<Selector, { is: 'slice' }>, into: Matches): void {
    const buf = this.#buf
    const count = countAt(buf, at)
    const { step } = selector
    if (step === 0 || count === 0) return
    const normal = (index: number): number => (index < 0 ? index + count : index)
    const start = normal(selector.start ?? (step > 0 ? 0 : count - 1))
    const end = selector.end === undefined ? (step > 0 ? count : -1) : normal(selector.end)
    const places: number[] = []
    if (step > 0) {
      const stop = Math.min(Math.max(end, 0), count)
      for (let i = Math.min(Math.max(start, 0), count); i < stop; i += step) places.push(i)
    } else {
      const stop = Math.min(Math.max(end, -1), count - 1)
      for (let i = Math.min(Math.max(start, -1), count - 1); i > stop; i += step) places.push(i)
      places.reverse()
    }
    const found: number[] = []
    let element = contentStart(buf, at)
    let place = 0
    for (const wanted of places) {
      for (; place < wanted; place++) element = nodeEnd(buf, element)
      this.#step()
      found.push(element)
    }
    if (step < 0) found.reverse()
    for (const each of found) this.#add(into, each, each, at)
  }

  // --- filters
  // ---------------------------------------------------------------------------------------------------------

  #holds(test: Test, current: number): boolean {
    this.#step()
    switch (test.is) {
      case 'or':
        return test.tests.some((each) => this.#holds(each, current))
      case 'and':
        return test.tests.every((each) => this.#holds(each, current))
      case 'not':
        return !this.#holds(test.test, current)
      case 'exists':
        return this.#query(test.query, current).at.length > 0
      case 'call':
        return this.#matchCall(test.call, current)
      case 'compare':
        return this.#compare(test, current)
    }
  }

  #query(query: Query, current: number): Matches {
    if (!query.fromRoot) return this.follow(query.segments, current)
    const known = this.#fromRoot.get(query)
    if (known !== undefined) return known
    const found = this.follow(query.segments, 0)
    this.#fromRoot.set(query, found)
    return found
  }

  #compare({ by, left, right }: Extract<Test, { is: 'compare' }>, current: number): boolean {
    const a = this.#value(left, current)
    const b = this.#value(right, current)
    if (by === '=~') return this.#isMatch(a, b, (right as Literal).pattern, 'partial')
    if (a === undefined || b === undefined) {
      const same = a === b
      return by === '==' || by === '<=' || by === '>=' ? same : by === '!=' ? !same : false
    }
    if (by === '==') return equalNodes(a.buf, a.at, b.buf, b.at, 'numeric')
    if (by === '!=') return !equalNodes(a.buf, a.at, b.buf, b.at, 'numeric')
    const order = compareNodes(a.buf, a.at, b.buf, b.at)
    if (Number.isNaN(order)) {
      return by.length === 2 && equalNodes(a.buf, a.at, b.buf, b.at, 'numeric')
    }
    return by === '<' ? order < 0 : by === '<=' ? order <= 0 : by === '>' ? order > 0 : order >= 0
  }

  /** What an operand stands for; undefined for nothing. */
  #value(operand: Operand, current: number): Value | undefined {
    if (operand.is === 'literal') return { buf: operand.node, at: 0 }
    if (operand.is === 'call') return this.#valueCall(operand, current)
    if (!operand.fromRoot && operand.segments.length === 0) return { buf: this.#buf, at: current }
    const { at } = this.#query(operand, current)
    return at.length === 0 ? undefined : { buf: this.#buf, at: at[0] }
  }

  #valueCall({ name, args }: Call, current: number): Value | undefined {
    if (name === 'length') {
      const value = this.#value(args[0], current)
      return value === undefined ? undefined : lengthOf(value)
    }
    const { at } = this.#query(args[0] as Query, current)
    if (name === 'count') return integerValue(at.length)
    return at.length === 1 ? { buf: this.#buf, at: at[0] } : undefined
  }

  #matchCall({ name, args }: Call, current: number): boolean {
    return this.#isMatch(
      this.#value(args[0], current),
      this.#value(args[1], current),
      undefined,
      name as 'match' | 'search',
    )
  }

  #isMatch(
    text: Value | undefined,
    pattern: Value | undefined,
    compiled: Pattern | undefined,
    how: 'partial' | 'match' | 'search',
  ): boolean {
    if (text === undefined || pattern === undefined || !isString(text.buf, text.at)) return false
    const source = decodeString(pattern.buf, pattern.at)
    const subject = decodeString(text.buf, text.at)
    if (source === undefined || subject === undefined) return false
    const expression = compiled ?? this.#patternOf(source, how !== 'partial')
    if (expression === undefined) return false
    this.#steps += subject.length * expression.size
    this.#step()
    return expression.test(subject, how === 'match')
  }

  #patternOf(source: string, isInteroperable: boolean): Pattern | undefined {
    const id = `${isInteroperable} ${source}`
    if (this.#patterns.has(id)) return this.#patterns.get(id)
    if (this.#patterns.size >= PATTERNS_MAX) this.#patterns.clear()
    const pattern = compilePattern(source, isInteroperable)
    this.#patterns.set(id, pattern)
    return pattern
  }
}

function integerValue(value: number): Value {
  const text = toUtf8(String(value))
  const buf = new Uint8Array(text.length + 1)
  buf[0] = (KIND_INTEGER << 5) | text.length
  buf.set(text, 1)
  return { buf, at: 0 }
}

/** Characters of a string, elements, members; nothing for everything else. */
function lengthOf({ buf, at }: Value): Value | undefined {
  if (isContainer(buf, at)) return integerValue(countAt(buf, at))
  const text = decodeString(buf, at)
  if (text === undefined) return undefined
  let length = 0
  for (const _ of text) length++
  return integerValue(length)
}
