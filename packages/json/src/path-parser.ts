/**
 * Path parser: JSONPath as RedisJSON has it, which is Goessner's with filters, and what RFC 9535 adds.
 *
 *     path       $ segment*                                   legacy: the same without $, `.` for the root
 *     segment    .name  .*  [selectors]  .[selectors]  ..name  ..*  ..[selectors]
 *     selectors  one or more, with commas: 'name' "name" index start:end:step * ?(test) ?test
 *     test       || && ! ( )  value  value == != < <= > >= =~ value
 *     value      @... $... number 'text' "text" true false null length() count() value() match() search()
 *
 * Where the dialects disagree: a name behind a dot may have `-` in it and begin with a digit (RedisJSON; the RFC has
 * neither), `.[` is allowed, white space is allowed between any two tokens, `=~` compares with a regular expression, a
 * query of several values may stand in a comparison and gives its first. The RFC's rules for what cannot be meant
 * (leading zeros, -0, integers beyond 2^53, unknown functions, wrong arguments) are kept.
 */

import { JsonParser, writeEscaped } from './json-parser.ts'
import { KIND_ESCAPED, KIND_STRING, stringHeaderBytes, writeStringHeader } from './node.ts'
import {
  type Call,
  COMPARISONS,
  FUNCTIONS,
  type FunctionName,
  isSingular,
  type JsonPath,
  type Operand,
  type Segment,
  type Selector,
  type Test,
} from './path.ts'
import { compilePattern } from './pattern.ts'
import { decodeString } from './string-text.ts'
import { toUtf8 } from './utf8.ts'

/** A path longer than this is refused: it would take long to follow. */
const PATH_LENGTH_MAX = 64 * 1024
/** Filters, parentheses and functions within each other. */
const NESTING_MAX = 64
/** Paths that are kept compiled, and how long they may be: compiled, a path takes some hundred times its length. */
const CACHED_MAX = 512
const CACHED_LENGTH_MAX = 256
/** What ends a name behind a dot. */
const NAME_END = /[\s.[\]()'",*<>=!&|~?:@+/\\]/
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' }

/** Never leaves this file. */
class PathError extends Error {}

const cache = new Map<string, JsonPath>()

/** Compiles a path. @returns the text of the error when it is none */
export function compilePath(text: string): JsonPath | string {
  const known = cache.get(text)
  if (known !== undefined) return known
  if (text.length > PATH_LENGTH_MAX) return 'ERR the path is too long'
  const isLegacy = !/^\$(\s*[.[]|$)/.test(text)
  const fullText = isLegacy ? fromLegacy(text) : text
  try {
    const segments = new PathParser(fullText).path()
    const path = { text, fullText, isLegacy, segments, isStatic: isSingular(segments) }
    if (text.length <= CACHED_LENGTH_MAX) keep(path)
    return path
  } catch (error) {
    if (error instanceof PathError) return error.message
    throw error
  }
}

function keep(path: JsonPath): void {
  if (cache.size >= CACHED_MAX) cache.delete(cache.keys().next().value as string)
  cache.set(path.text, path)
}

/** `.` is the root, and the period in front is optional. */
function fromLegacy(text: string): string {
  if (text === '.' || text === '') return '$'
  return text.startsWith('.') || text.startsWith('[') ? `$${text}` : `$.${text}`
}

class PathParser {
  readonly #text: string
  #at = 0
  #nesting = 0

  constructor(text: string) {
    this.#text = text
  }

  path(): readonly Segment[] {
    this.#at = 1
    const segments = this.#segments()
    if (this.#at < this.#text.length) this.#fail('expected `.`, `..` or `[`')
    return segments
  }

  #fail(what: string): never {
    throw new PathError(`ERR Error occurred on position ${this.#at + 1}, ${what}`)
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  /** Takes a token, if it is the next one. */
  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #expect(token: string): void {
    this.#space()
    if (!this.#take(token)) this.#fail(`expected \`${token}\``)
  }

  #deeper<T>(parse: () => T): T {
    if (++this.#nesting > NESTING_MAX) this.#fail('the path is nested too deep')
    const result = parse()
    this.#nesting--
    return result
  }

  // --- segments
  // --------------------------------------------------------------------------------------------------------

  #segments(): readonly Segment[] {
    const segments: Segment[] = []
    for (;;) {
      const before = this.#at
      this.#space()
      if (this.#take('..')) segments.push({ descends: true, selectors: this.#behindDot() })
      else if (this.#take('.')) segments.push({ descends: false, selectors: this.#behindDot() })
      else if (this.#text[this.#at] === '[') segments.push({ descends: false, selectors: this.#brackets() })
      else {
        this.#at = before
        return segments
      }
    }
  }

  #behindDot(): readonly Selector[] {
    if (this.#text[this.#at] === '[') return this.#brackets()
    if (this.#take('*')) return [{ is: 'wildcard' }]
    const start = this.#at
    while (this.#at < this.#text.length && !NAME_END.test(this.#text[this.#at])) this.#at++
    if (this.#at === start) this.#fail('expected a name, `*` or `[`')
    return [nameSelector(this.#text.slice(start, this.#at))]
  }

  #brackets(): readonly Selector[] {
    this.#expect('[')
    const selectors: Selector[] = []
    do {
      this.#space()
      selectors.push(this.#selector())
      this.#space()
    } while (this.#take(','))
    this.#expect(']')
    return selectors
  }

  #selector(): Selector {
    const c = this.#text[this.#at]
    if (c === "'" || c === '"') return nameSelector(this.#quoted())
    if (this.#take('*')) return { is: 'wildcard' }
    if (this.#take('?')) return { is: 'filter', test: this.#deeper(() => this.#or()) }
    const start = this.#integer()
    this.#space()
    if (!this.#take(':')) {
      if (start === undefined) this.#fail('expected a name in quotes, an index, a slice, `*` or `?`')
      return { is: 'index', index: start }
    }
    this.#space()
    const end = this.#integer()
    this.#space()
    let step: number | undefined
    if (this.#take(':')) {
      this.#space()
      step = this.#integer()
    }
    return { is: 'slice', start, end, step: step ?? 1 }
  }

  #integer(): number | undefined {
    const match = /^-?[0-9]+/.exec(this.#text.slice(this.#at, this.#at + 32))
    if (match === null) return undefined
    const [digits] = match
    const value = Number(digits)
    if (!/^(0|-?[1-9][0-9]*)$/.test(digits)) this.#fail('an index has no leading zeros and no -0')
    if (!Number.isSafeInteger(value)) this.#fail('the index is out of range')
    this.#at += digits.length
    return value
  }

  #quoted(): string {
    const quote = this.#text[this.#at++]
    let text = ''
    for (;;) {
      const c = this.#text[this.#at]
      if (c === undefined) this.#fail('the quote is not closed')
      if (c < ' ') this.#fail('control character in a quoted text')
      this.#at++
      if (c === quote) return text
      text += c === '\\' ? this.#escape(quote) : c
    }
  }

  #escape(quote: string): string {
    const c = this.#text[this.#at++]
    if (c === quote) return c
    if (c === 'u') {
      const first = this.#hex4()
      if (first < 0xd800 || first >= 0xe000) return String.fromCharCode(first)
      if (first >= 0xdc00 || !this.#take('\\u')) this.#fail('half of a surrogate pair')
      const second = this.#hex4()
      if (second < 0xdc00 || second >= 0xe000) this.#fail('half of a surrogate pair')
      return String.fromCharCode(first, second)
    }
    const unescaped = ESCAPES[c]
    if (c === undefined || unescaped === undefined) this.#fail('invalid escape')
    return unescaped
  }

  #hex4(): number {
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('invalid escape')
    this.#at += 4
    return Number.parseInt(digits, 16)
  }

  // --- filters
  // ---------------------------------------------------------------------------------------------------------

  #or(): Test {
    const tests = [this.#and()]
    for (this.#space(); this.#take('||'); this.#space()) tests.push(this.#and())
    return tests.length === 1 ? tests[0] : { is: 'or', tests }
  }

  #and(): Test {
    const tests = [this.#basic()]
    for (this.#space(); this.#take('&&'); this.#space()) tests.push(this.#basic())
    return tests.length === 1 ? tests[0] : { is: 'and', tests }
  }

  #basic(): Test {
    this.#space()
    if (this.#text[this.#at] === '!' && this.#text[this.#at + 1] !== '=') {
      this.#at++
      this.#space()
      const test = this.#deeper(() => this.#basic())
      if (test.is === 'compare') this.#fail('`!` stands before a comparison: put it in parentheses')
      return { is: 'not', test }
    }
    if (this.#take('(')) {
      const test = this.#deeper(() => this.#or())
      this.#expect(')')
      // Parentheses make one test of it: `!` may stand before.
      return test.is === 'compare' ? { is: 'and', tests: [test] } : test
    }
    return this.#comparison()
  }

  #comparison(): Test {
    const left = this.#operand()
    this.#space()
    const by = COMPARISONS.find((candidate) => this.#take(candidate))
    if (by === undefined) {
      if (left.is === 'query') return { is: 'exists', query: left }
      if (left.is === 'call' && isTruth(left)) return { is: 'call', call: left }
      this.#fail('expected a comparison')
    }
    this.#space()
    const right = this.#operand()
    for (const operand of [left, right]) {
      if (operand.is === 'call' && isTruth(operand)) this.#fail(`${operand.name}() has no value to compare`)
    }
    return { is: 'compare', by, left, right: by === '=~' ? this.#withPattern(right) : right }
  }

  #withPattern(operand: Operand): Operand {
    if (operand.is !== 'literal') return operand
    const text = decodeString(operand.node, 0)
    return text === undefined ? operand : { ...operand, pattern: compilePattern(text) }
  }

  #operand(): Operand {
    const c = this.#text[this.#at]
    if (c === '@' || c === '$') {
      this.#at++
      return { is: 'query', fromRoot: c === '$', segments: this.#deeper(() => this.#segments()) }
    }
    if (c === "'" || c === '"') {
      return { is: 'literal', node: stringNode(this.#quoted()) }
    }
    const word = /^[a-z][a-z_0-9]*/.exec(this.#text.slice(this.#at, this.#at + 32))?.[0]
    if (word !== undefined) return this.#word(word)
    NUMBER.lastIndex = this.#at
    const number = NUMBER.exec(this.#text)?.[0]
    if (number === undefined)
      this.#fail('expected `@`, `$`, a number, a text in quotes, true, false, null or a function')
    this.#at += number.length
    return { is: 'literal', node: this.#literalNode(number) }
  }

  #word(word: string): Operand {
    if (word === 'true' || word === 'false' || word === 'null') {
      this.#at += word.length
      return { is: 'literal', node: this.#literalNode(word) }
    }
    if (!Object.hasOwn(FUNCTIONS, word)) this.#fail('there is no such function')
    this.#at += word.length
    if (!this.#take('(')) this.#fail('expected `(`')
    const name = word as FunctionName
    const args: Operand[] = []
    this.#deeper(() => {
      this.#space()
      if (this.#text[this.#at] === ')') return
      do {
        this.#space()
        args.push(this.#operand())
        this.#space()
      } while (this.#take(','))
    })
    this.#expect(')')
    this.#checkCall(name, args)
    return { is: 'call', name, args }
  }

  #checkCall(name: FunctionName, args: readonly Operand[]): void {
    const wanted = FUNCTIONS[name]
    if (args.length !== wanted.length) this.#fail(`${name}() takes ${wanted.length} arguments`)
    wanted.forEach((kind, i) => {
      const arg = args[i]
      const fits =
        kind === 'nodes'
          ? arg.is === 'query'
          : arg.is === 'literal' || (arg.is === 'call' ? !isTruth(arg) : isSingular(arg.segments))
      if (!fits) this.#fail(`${name}() does not take this as argument ${i + 1}`)
    })
  }

  #literalNode(text: string): Uint8Array {
    const parser = new JsonParser()
    if (!parser.parse(toUtf8(text))) this.#fail('expected a number within the range of a double')
    return parser.bytes()
  }
}

function isTruth(call: Call): boolean {
  return call.name === 'match' || call.name === 'search'
}

function nameSelector(name: string): Selector {
  return { is: 'name', name, key: escapedBytes(name) }
}

/** A text as it lies in nodes. */
export function escapedBytes(text: string): Uint8Array {
  const utf8 = toUtf8(text)
  const out = new Uint8Array(utf8.length * 6)
  let at = 0
  for (const byte of utf8) {
    if (byte < 0x80) at = writeEscaped(out, at, byte)
    else out[at++] = byte
  }
  return out.slice(0, at)
}

/** A text as a node. */
export function stringNode(text: string): Uint8Array {
  const escaped = escapedBytes(text)
  const node = new Uint8Array(stringHeaderBytes(escaped.length) + escaped.length)
  const start = writeStringHeader(node, 0, escaped.includes(92) ? KIND_ESCAPED : KIND_STRING, escaped.length)
  node.set(escaped, start)
  return node
}
