/**
 * Regular expressions of filters: `=~`, match() and search(). Time is bounded by length of the text times size of the
 * pattern, whatever either of them is: the pattern becomes a list of instructions, and all ways through it are followed
 * at once, character by character (Thompson, Pike). JavaScript's own expressions go back and try again, which a pattern
 * such as (a*)*b makes take for ever.
 *
 * The syntax is that of Rust's regex, as RedisJSON has it: . [...] \d \w \s \b \p{..} ( ) (?: ) (?i) (?s) (?m) | * + ?
 * {n,m} ^ $ \A \z, lazy forms too. Nothing is captured, so lazy and greedy are the same. Back references and looking
 * around are none of it, as there; I-Regexp (RFC 9485) is a part of it.
 */

/** Instructions of a pattern; repetitions with counts are written out. */
const INSTRUCTIONS_MAX = 10_000
const NESTING_MAX = 100

type CharTest = (c: number) => boolean

type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'split'; a: number; b: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'assert'; readonly test: (before: number, after: number) => boolean }
  | { readonly op: 'match' }

export interface Pattern {
  /** Instructions: so many tests a character may cost. */
  readonly size: number
  /** Whether a part of the text matches, or, with `whole`, all of it. */
  test(text: string, whole: boolean): boolean
}

type Node =
  | { readonly is: 'char'; readonly test: CharTest }
  | { readonly is: 'assert'; readonly test: (before: number, after: number) => boolean }
  | { readonly is: 'row'; readonly parts: readonly Node[] }
  | { readonly is: 'choice'; readonly parts: readonly Node[] }
  | { readonly is: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }

interface Flags {
  readonly i: boolean
  readonly s: boolean
  readonly m: boolean
}

/** Never leaves this file. */
class PatternError extends Error {}

/** Beyond the ends of a text. */
const NONE = -1
const NEWLINE = 10
const CARRIAGE_RETURN = 13

/**
 * @param isInteroperable as I-Regexp has it for match() and search(): `.` stands for no carriage return either
 * @returns undefined for what is no regular expression, or one too large: it matches nothing
 */
export function compilePattern(source: string, isInteroperable = false): Pattern | undefined {
  try {
    const node = new PatternParser(source, isInteroperable).parse()
    const program: Instruction[] = []
    emit(program, node)
    program.push({ op: 'match' })
    return { size: program.length, test: (text, whole) => run(program, text, whole) }
  } catch (error) {
    if (error instanceof PatternError) return undefined
    throw error
  }
}

// --- from text to tree
// --------------------------------------------------------------------------------------------------

class PatternParser {
  readonly #chars: readonly string[]
  #at = 0
  #nesting = 0
  readonly #dot: CharTest

  constructor(source: string, isInteroperable: boolean) {
    this.#chars = [...source]
    this.#dot = isInteroperable ? (c) => c !== NEWLINE && c !== CARRIAGE_RETURN : (c) => c !== NEWLINE
  }

  parse(): Node {
    const node = this.#choice({ i: false, s: false, m: false })
    if (this.#at < this.#chars.length) throw new PatternError()
    return node
  }

  #peek(): string | undefined {
    return this.#chars[this.#at]
  }

  #take(c: string): boolean {
    if (this.#peek() !== c) return false
    this.#at++
    return true
  }

  #choice(outer: Flags): Node {
    if (++this.#nesting > NESTING_MAX) throw new PatternError()
    const parts: Node[] = []
    let flags = outer
    do {
      const row: Node[] = []
      while (this.#peek() !== undefined && this.#peek() !== '|' && this.#peek() !== ')') {
        const set = this.#flagGroup(flags)
        if (set !== undefined) flags = set
        else row.push(this.#repeated(flags))
      }
      parts.push({ is: 'row', parts: row })
    } while (this.#take('|'))
    this.#nesting--
    return parts.length === 1 ? parts[0] : { is: 'choice', parts }
  }

  /** `(?i)` and the like, up to the end of the group that they stand in. */
  #flagGroup(flags: Flags): Flags | undefined {
    const match = /^\(\?([a-z]*)(?:-([a-z]+))?\)/.exec(this.#chars.slice(this.#at, this.#at + 16).join(''))
    if (match === null) return undefined
    this.#at += match[0].length
    return changedFlags(flags, match[1], match[2] ?? '')
  }

  #repeated(flags: Flags): Node {
    let part = this.#atom(flags)
    for (;;) {
      const bounds = this.#quantifier()
      if (bounds === undefined) return part
      this.#take('?')
      part = { is: 'repeat', part, min: bounds[0], max: bounds[1] }
    }
  }

  #quantifier(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    if (this.#peek() !== '{') return undefined
    const match = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(this.#chars.slice(this.#at, this.#at + 16).join(''))
    if (match === null) throw new PatternError()
    this.#at += match[0].length
    const min = Number(match[1])
    const max = match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3])
    if (max < min) throw new PatternError()
    return [min, max]
  }

  #atom(flags: Flags): Node {
    const c = this.#chars[this.#at++]
    if (c === '(') return this.#group(flags)
    if (c === '[') return { is: 'char', test: this.#class(flags) }
    if (c === '.') return { is: 'char', test: flags.s ? () => true : this.#dot }
    if (c === '^') return { is: 'assert', test: flags.m ? (before) => before === NONE || before === NEWLINE : isStart }
    if (c === '$') return { is: 'assert', test: flags.m ? (_, after) => after === NONE || after === NEWLINE : isEnd }
    if (c === '\\') return this.#escapedAtom(flags)
    if ('*+?{'.includes(c)) throw new PatternError()
    return { is: 'char', test: oneChar(c.codePointAt(0) as number, flags) }
  }

  #group(flags: Flags): Node {
    let inner = flags
    if (this.#take('?')) {
      const match = /^(?:P?<[A-Za-z_][A-Za-z0-9_]*>|([a-z]*)(?:-([a-z]+))?:)/.exec(
        this.#chars.slice(this.#at, this.#at + 64).join(''),
      )
      if (match === null) throw new PatternError()
      this.#at += match[0].length
      inner = changedFlags(flags, match[1] ?? '', match[2] ?? '')
    }
    const node = this.#choice(inner)
    if (!this.#take(')')) throw new PatternError()
    return node
  }

  #escapedAtom(flags: Flags): Node {
    const c = this.#peek()
    if (c === 'A' || c === 'z' || c === 'b' || c === 'B') {
      this.#at++
      if (c === 'A') return { is: 'assert', test: isStart }
      if (c === 'z') return { is: 'assert', test: isEnd }
      return { is: 'assert', test: (before, after) => (isWord(before) !== isWord(after)) === (c === 'b') }
    }
    const escaped = this.#escape()
    return { is: 'char', test: typeof escaped === 'number' ? oneChar(escaped, flags) : escaped }
  }

  /** Behind a backslash, in or out of a class: a character or a class. */
  #escape(): number | CharTest {
    const c = this.#chars[this.#at++]
    if (c === undefined) throw new PatternError()
    const named = CLASSES[c.toLowerCase()]
    if (named !== undefined) return c === c.toLowerCase() ? named : (x) => x !== NONE && !named(x)
    if (c === 'p' || c === 'P') return this.#property(c === 'P')
    if (c === 'x' || c === 'u' || c === 'U') return this.#hex(c === 'x' ? 2 : c === 'u' ? 4 : 8)
    const control = CONTROLS[c]
    if (control !== undefined) return control
    if (/[A-Za-z0-9]/.test(c)) throw new PatternError()
    return c.codePointAt(0) as number
  }

  #hex(digits: number): number {
    const text = this.#chars.slice(this.#at, this.#at + 16).join('')
    const match = /^\{([0-9a-fA-F]{1,8})\}/.exec(text) ?? new RegExp(`^([0-9a-fA-F]{${digits}})`).exec(text)
    if (match === null) throw new PatternError()
    this.#at += match[0].length
    return Number.parseInt(match[1], 16)
  }

  #property(negated: boolean): CharTest {
    const text = this.#chars.slice(this.#at, this.#at + 48).join('')
    const match = /^(?:\{(\^?)([A-Za-z_]+(?:=[A-Za-z_]+)?)\}|([A-Z]))/.exec(text)
    if (match === null) throw new PatternError()
    this.#at += match[0].length
    const test = propertyTest(match[2] ?? match[3])
    return negated !== (match[1] === '^') ? (c) => c !== NONE && !test(c) : test
  }

  #class(flags: Flags): CharTest {
    const negated = this.#take('^')
    const tests: CharTest[] = []
    let isFirst = true
    for (;;) {
      const c = this.#peek()
      if (c === undefined) throw new PatternError()
      if (c === ']' && !isFirst) break
      isFirst = false
      tests.push(this.#classItem(flags))
    }
    this.#at++
    const inAny: CharTest = (c) => tests.some((test) => test(c))
    return negated ? (c) => !inAny(c) : inAny
  }

  #classItem(flags: Flags): CharTest {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.#chars.slice(this.#at, this.#at + 16).join(''))
    if (posix !== null) {
      const test = POSIX[posix[2]]
      if (test === undefined) throw new PatternError()
      this.#at += posix[0].length
      return posix[1] === '^' ? (c) => !test(c) : test
    }
    if (this.#take('[')) return this.#class(flags)
    const first = this.#classChar()
    if (typeof first !== 'number') return first
    const hasRange =
      this.#peek() === '-' && this.#chars[this.#at + 1] !== undefined && this.#chars[this.#at + 1] !== ']'
    if (!hasRange) return oneChar(first, flags)
    this.#at++
    const last = this.#classChar()
    if (typeof last !== 'number' || last < first) throw new PatternError()
    const range: CharTest = (c) => c >= first && c <= last
    return flags.i ? (c) => cases(c).some(range) : range
  }

  #classChar(): number | CharTest {
    if (this.#take('\\')) return this.#escape()
    return this.#chars[this.#at++].codePointAt(0) as number
  }
}

const isStart = (before: number): boolean => before === NONE
const isEnd = (_: number, after: number): boolean => after === NONE

function changedFlags(flags: Flags, on: string, off: string): Flags {
  if (/[^isumUx]/.test(on + off) || /[xU]/.test(on + off)) throw new PatternError()
  const of = (name: keyof Flags): boolean => (on.includes(name) ? true : off.includes(name) ? false : flags[name])
  return { i: of('i'), s: of('s'), m: of('m') }
}

/** A character and its other cases. */
function cases(c: number): readonly number[] {
  if (c === NONE) return []
  const text = String.fromCodePoint(c)
  const found = [c]
  for (const other of [text.toLowerCase(), text.toUpperCase()]) {
    const [only, more] = [...other]
    if (more === undefined && only !== text) found.push(only.codePointAt(0) as number)
  }
  return found
}

function oneChar(c: number, flags: Flags): CharTest {
  if (!flags.i) return (x) => x === c
  const any = cases(c)
  return (x) => any.includes(x) || cases(x).includes(c)
}

function byExpression(expression: RegExp): CharTest {
  return (c) => c !== NONE && expression.test(String.fromCodePoint(c))
}

function propertyTest(name: string): CharTest {
  for (const property of [name, `Script=${name}`]) {
    try {
      // One character at a time: there is nothing to try again.
      return byExpression(new RegExp(`^\\p{${property}}$`, 'u'))
    } catch {
      // Not known by this name.
    }
  }
  throw new PatternError()
}

const isWord: CharTest = byExpression(/^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u)
const CLASSES: Readonly<Record<string, CharTest>> = {
  d: byExpression(/^\p{Nd}$/u),
  s: byExpression(/^\p{White_Space}$/u),
  w: isWord,
}
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 }
const POSIX: Readonly<Record<string, CharTest>> = {
  alnum: byExpression(/^[0-9A-Za-z]$/),
  alpha: byExpression(/^[A-Za-z]$/),
  digit: byExpression(/^[0-9]$/),
  lower: byExpression(/^[a-z]$/),
  upper: byExpression(/^[A-Z]$/),
  punct: byExpression(/^[!-/:-@[-`{-~]$/),
  space: byExpression(/^[\t\n\v\f\r ]$/),
  word: byExpression(/^[0-9A-Za-z_]$/),
  xdigit: byExpression(/^[0-9A-Fa-f]$/),
}

// --- from tree to instructions
// ------------------------------------------------------------------------------------------

function emit(program: Instruction[], node: Node): void {
  if (program.length > INSTRUCTIONS_MAX) throw new PatternError()
  switch (node.is) {
    case 'char':
      program.push({ op: 'char', test: node.test })
      return
    case 'assert':
      program.push({ op: 'assert', test: node.test })
      return
    case 'row':
      for (const part of node.parts) emit(program, part)
      return
    case 'choice':
      return emitChoice(program, node.parts)
    case 'repeat':
      return emitRepeat(program, node.part, node.min, node.max)
  }
}

function emitChoice(program: Instruction[], parts: readonly Node[]): void {
  const jumps: { op: 'jump'; to: number }[] = []
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1) {
      emit(program, part)
      break
    }
    const split = { op: 'split' as const, a: program.length + 1, b: 0 }
    program.push(split)
    emit(program, part)
    const jump = { op: 'jump' as const, to: 0 }
    program.push(jump)
    jumps.push(jump)
    split.b = program.length
  }
  for (const jump of jumps) jump.to = program.length
}

function emitRepeat(program: Instruction[], part: Node, min: number, max: number): void {
  for (let i = 0; i < min; i++) {
    const before = program.length
    emit(program, part)
    if (program.length === before) return
  }
  if (max === Infinity) {
    const to = program.length
    const split = { op: 'split' as const, a: to + 1, b: 0 }
    program.push(split)
    emit(program, part)
    program.push({ op: 'jump', to })
    split.b = program.length
    return
  }
  const splits: { a: number; b: number }[] = []
  for (let i = min; i < max; i++) {
    const split = { op: 'split' as const, a: program.length + 1, b: 0 }
    program.push(split)
    splits.push(split)
    const before = program.length
    emit(program, part)
    if (program.length === before) break
  }
  for (const split of splits) split.b = program.length
}

// --- following all ways at once
// -----------------------------------------------------------------------------------------

function run(program: readonly Instruction[], text: string, whole: boolean): boolean {
  let now: number[] = []
  let next: number[] = []
  /** The step at which an instruction was last put on the list. */
  const seen = new Int32Array(program.length).fill(-1)
  let before = NONE
  let step = 0
  for (let i = 0; ; step++) {
    const c = i < text.length ? (text.codePointAt(i) as number) : NONE
    if (!whole || step === 0) follow(program, 0, now, seen, step, before, c)
    next = []
    for (const at of now) {
      const instruction = program[at]
      if (instruction.op === 'match' && (!whole || c === NONE)) return true
    }
    if (c === NONE) return false
    i += c > 0xffff ? 2 : 1
    const after = i < text.length ? (text.codePointAt(i) as number) : NONE
    for (const at of now) {
      const instruction = program[at]
      if (instruction.op === 'char' && instruction.test(c)) follow(program, at + 1, next, seen, step + 1, c, after)
    }
    now = next
    before = c
  }
}

/** Puts on the list what is reached from here without taking a character. */
function follow(
  program: readonly Instruction[],
  from: number,
  list: number[],
  seen: Int32Array,
  step: number,
  before: number,
  after: number,
): void {
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen[at] === step) continue
    seen[at] = step
    const instruction = program[at]
    if (instruction.op === 'jump') open.push(instruction.to)
    else if (instruction.op === 'split') open.push(instruction.b, instruction.a)
    else if (instruction.op !== 'assert') list.push(at)
    else if (instruction.test(before, after)) open.push(at + 1)
  }
}
