/**
 * The configuration: every parameter with its present value, the core's and the modules'.
 *
 *     configuration file, command line --load--> +----------+ --apply functions, then followers--> engine, server
 *     CONFIG SET ------------------------set---> | registry |
 *     engine (ACL, REPLICAOF) ---------assign--> +----------+ <--Parameter.value-- hot code
 *
 * CONFIG SET changes all of its parameters or none: values are parsed and stored first, then the apply functions run,
 * which may refuse. A refusal anywhere puts the old values back and applies them again. Followers run when nobody has
 * refused, so only they may do what cannot be undone, such as evicting keys.
 *
 * Text has one character per byte, as it came from the client or the file; `utf8(fromLatin1(text))` makes ordinary
 * text of it. Source: forms and error texts as observed on Valkey 9.1.
 */

import type { ConfigParameter, ConfigValue } from '@kvasir/module-api'
import { fromLatin1, latin1, utf8 } from '../../structures/bytes.ts'
import { globMatch } from '../../structures/glob.ts'
import { toBytes } from '../argument-bytes.ts'
import { ERRORS } from '../errors.ts'
import { boolean, choice, integer, memory, type ParameterDefinition, text } from './definition.ts'
import { type Setting, WRONG_WORD_COUNT } from './kind.ts'
import { splitWords } from './line.ts'
import { DEPRECATED_DIRECTIVES, PARAMETERS, type ParameterName, type ParameterValue } from './parameters.ts'

/** One parameter. Hot code keeps it and reads `value`. */
export class Parameter<T = unknown> {
  readonly name: string
  readonly definition: ParameterDefinition<T>
  /** Read-only for everybody but the registry. */
  value: T
  /** As CONFIG GET shows it. */
  text: string
  readonly defaultText: string
  /** Whether a directive of this start-up has set it. */
  loaded = false

  constructor(name: string, definition: ParameterDefinition<T>) {
    this.name = name
    this.definition = definition
    this.value = definition.default
    this.defaultText = definition.kind.text(definition.default)
    this.text = this.defaultText
  }

  get isDefault(): boolean {
    return this.text === this.defaultText
  }

  /** Whether Kvasir does what the present value asks for. */
  get isSupported(): boolean {
    const { definition, value } = this
    return (definition.supported ?? false) || (definition.honours?.(value) ?? false)
  }
}

/**
 * Called after a parameter's value has changed, and again with the old value when CONFIG SET is taken back.
 * @returns the reason why it cannot be, and CONFIG SET is taken back
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most functions return nothing
export type ApplyConfig<T = unknown> = (value: T, name: string) => string | undefined | void

/** Called once a change of a parameter's value stands. */
export type FollowConfig<T = unknown> = (value: T) => void

interface Follower {
  readonly parameters: readonly Parameter[]
  readonly act: FollowConfig
}

export interface SetOptions {
  /** At start-up immutable and protected parameters can be set. */
  readonly startup?: boolean
  /** The client is on this machine, which enable-protected-configs can make a condition. */
  readonly local?: boolean
  /** The dataset is being loaded. */
  readonly loading?: boolean
}

/** The configuration file that the server was started with, for CONFIG REWRITE. */
export interface ConfigFile {
  /** Contents, one character per byte; empty when the file is gone. */
  read(): string
  /** Replaces the file, all or nothing. Throws an Error whose message tells the reason. */
  write(contents: string): void
}

interface Change {
  readonly parameter: Parameter
  /** The name given, an alias perhaps. */
  readonly name: string
  readonly before: Setting<unknown>
}

/** Characters that make a pattern of an argument of CONFIG GET. */
const PATTERN = /[*?[]/

export class ConfigRegistry {
  readonly #parameters = new Map<string, Parameter>()
  /** By every name, aliases too. */
  readonly #names = new Map<string, Parameter>()
  readonly #apply = new Map<Parameter, ApplyConfig[]>()
  readonly #followers = new Set<Follower>()
  /** Set by the server when it was started with a file. */
  file: ConfigFile | undefined
  /** Other directives that CONFIG REWRITE writes, such as `user`: each gives the words of its lines. */
  readonly rewriters = new Map<string, () => readonly string[]>()

  constructor() {
    for (const [name, definition] of Object.entries(PARAMETERS)) this.define(name, definition as ParameterDefinition)
  }

  // --- definitions ---------------------------------------------------------------------------------------------------

  /** @param name lower case */
  define<T>(name: string, definition: ParameterDefinition<T>): Parameter<T> {
    const parameter = new Parameter(name, definition)
    for (const each of [name, ...(definition.aliases ?? [])]) {
      if (this.#names.has(each)) throw new Error(`configuration parameter ${each} is defined already`)
      this.#names.set(each, parameter as Parameter)
    }
    this.#parameters.set(name, parameter as Parameter)
    return parameter
  }

  /** A parameter of a module. @param name with the module's: `ratelimit.window` */
  defineModuleParameter(name: string, parameter: ConfigParameter): void {
    this.define(name.toLowerCase(), definitionOf(parameter))
  }

  undefine(name: string): void {
    const parameter = this.#parameters.get(name.toLowerCase())
    if (parameter === undefined) return
    this.#parameters.delete(parameter.name)
    for (const each of [parameter.name, ...(parameter.definition.aliases ?? [])]) this.#names.delete(each)
    this.#apply.delete(parameter)
  }

  // --- reading -------------------------------------------------------------------------------------------------------

  /** One of the core's parameters, to be kept and read often. */
  parameter<N extends ParameterName>(name: N): Parameter<ParameterValue<N>> {
    return this.#parameters.get(name) as Parameter<ParameterValue<N>>
  }

  /** A parameter by any of its names, in any case. */
  find(name: string): Parameter | undefined {
    return this.#names.get(name.toLowerCase())
  }

  /** Every parameter, in the order of definition. */
  parameters(): IterableIterator<Parameter> {
    return this.#parameters.values()
  }

  /** What CONFIG GET shows, or undefined for an unknown name. */
  get(name: string): string | undefined {
    return this.find(name)?.text
  }

  /** A value as modules get it: text decoded as UTF-8, lists as text. Throws for an unknown name. */
  value(name: string): ConfigValue {
    const parameter = this.find(name)
    if (parameter === undefined) throw new Error(`there is no configuration parameter '${name}'`)
    const { value } = parameter
    if (typeof value === 'boolean' || typeof value === 'number') return value
    return utf8(fromLatin1(parameter.text))
  }

  /**
   * Names and texts for CONFIG GET, sorted by name. A pattern finds every name that is not hidden, aliases too; a
   * name finds its parameter even so, and comes back as it was given.
   */
  match(patterns: readonly string[]): (readonly [name: string, text: string])[] {
    const found = new Map<string, readonly [string, string]>()
    for (const pattern of patterns) {
      if (!PATTERN.test(pattern)) {
        const parameter = this.find(pattern)
        const key = pattern.toLowerCase()
        if (parameter !== undefined && !found.has(key)) found.set(key, [pattern, parameter.text])
        continue
      }
      const glob = fromLatin1(pattern)
      for (const [name, parameter] of this.#names) {
        if (parameter.definition.hidden || found.has(name)) continue
        if (globMatch(glob, fromLatin1(name), 0, name.length, true)) found.set(name, [name, parameter.text])
      }
    }
    return [...found.values()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  }

  /** Parameters that are set to something that Kvasir does not act on: for warnings at start-up. */
  unsupported(): Parameter[] {
    return [...this.#parameters.values()].filter((parameter) => !parameter.isDefault && !parameter.isSupported)
  }

  // --- changing ------------------------------------------------------------------------------------------------------

  /**
   * Has `apply` called whenever one of the parameters has changed, with the value of the first that did. One CONFIG
   * SET that changes several of them calls it once.
   * @returns a function that ends it
   */
  onChange<N extends ParameterName>(names: N | readonly N[], apply: ApplyConfig<ParameterValue<N>>): () => void {
    const parameters = (typeof names === 'string' ? [names] : names).map((name) => this.parameter(name) as Parameter)
    return this.#listen(parameters, apply as ApplyConfig)
  }

  /** As `onChange`, of a parameter of a module. Throws for an unknown name. @param name with the module's */
  onModuleChange(name: string, apply: ApplyConfig): () => void {
    const parameter = this.find(name)
    if (parameter === undefined) throw new Error(`there is no configuration parameter '${name}'`)
    return this.#listen([parameter], apply)
  }

  #listen(parameters: readonly Parameter[], apply: ApplyConfig): () => void {
    for (const parameter of parameters) {
      this.#apply.set(parameter, [...(this.#apply.get(parameter) ?? []), apply])
    }
    return () => {
      for (const parameter of parameters) {
        const others = this.#apply.get(parameter)?.filter((other) => other !== apply) ?? []
        this.#apply.set(parameter, others)
      }
    }
  }

  /**
   * Has `act` called once a change of one of the parameters stands, with the value of the first of them. Followers run
   * in the order in which they came, whatever the order in which the parameters were set; each once.
   * @returns a function that ends it
   */
  onAccepted<N extends ParameterName>(names: readonly N[], act: FollowConfig<ParameterValue<N>>): () => void {
    const parameters = names.map((name) => this.parameter(name) as Parameter)
    const follower = { parameters, act: act as FollowConfig }
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** As `onAccepted`, and calls `act` at once with the present value. */
  follow<N extends ParameterName>(name: N, act: FollowConfig<ParameterValue<N>>): void {
    this.onAccepted([name], act)
    act(this.parameter(name).value)
  }

  #accept(changed: ReadonlySet<Parameter>): void {
    for (const { parameters, act } of this.#followers) {
      if (parameters.some((parameter) => changed.has(parameter))) act(parameters[0].value)
    }
  }

  /** Changes a value from within, unchecked and without calling anybody. */
  assign<N extends ParameterName>(name: N, value: ParameterValue<N>): void {
    const parameter = this.#parameters.get(name) as Parameter
    parameter.value = value
    parameter.text = parameter.definition.kind.text(value)
  }

  /**
   * Sets all or none, as CONFIG SET.
   * @returns the error reply
   */
  set(pairs: readonly (readonly [name: string, text: string])[], options: SetOptions = {}): string | undefined {
    const wrong = this.#checkNames(pairs, options)
    if (wrong !== undefined) return wrong
    const changes: Change[] = []
    for (const [given, value] of pairs) {
      const name = given.toLowerCase()
      const parameter = this.#names.get(name) as Parameter
      const before: Setting<unknown> = { value: parameter.value, text: parameter.text }
      const reason = store(parameter, parameter.definition.kind.isList ? splitText(value) : [value], false)
      if (reason !== undefined) {
        restore(changes)
        return setFailed(name, reason)
      }
      if (parameter.text !== before.text) changes.push({ parameter, name, before })
    }
    const refusal = this.#applyAll(changes)
    if (refusal === undefined) this.#accept(new Set(changes.map(({ parameter }) => parameter)))
    return refusal
  }

  #checkNames(pairs: readonly (readonly [string, string])[], options: SetOptions): string | undefined {
    const seen = new Set<string>()
    for (const [given] of pairs) {
      const name = given.toLowerCase()
      const parameter = this.#names.get(name)
      if (parameter === undefined) return `ERR Unknown option or number of arguments for CONFIG SET - '${given}'`
      const { immutable, protected: isProtected, denyLoading } = parameter.definition
      if (!options.startup) {
        if (immutable) return setFailed(given, "can't set immutable config")
        if (isProtected && !this.#protectedAllowed(options.local)) return setFailed(given, "can't set protected config")
        if (denyLoading && options.loading) return ERRORS.loading
      }
      if (seen.has(name)) return setFailed(given, 'duplicate parameter')
      seen.add(name)
    }
    return undefined
  }

  #protectedAllowed(isLocal = false): boolean {
    const allowed = this.parameter('enable-protected-configs').value
    return allowed === 'yes' || (allowed === 'local' && isLocal)
  }

  /** Calls the apply functions, each once; when one refuses, puts everything back. */
  #applyAll(changes: readonly Change[]): string | undefined {
    const called = new Set<ApplyConfig>()
    for (const { parameter, name } of changes) {
      for (const apply of this.#apply.get(parameter) ?? []) {
        if (called.has(apply)) continue
        called.add(apply)
        const reason = apply(parameter.value, parameter.name)
        if (typeof reason !== 'string') continue
        this.#takeBack(changes, called)
        return setFailed(name, reason)
      }
    }
    return undefined
  }

  #takeBack(changes: readonly Change[], called: Set<ApplyConfig>): void {
    restore(changes)
    for (const { parameter } of changes) {
      for (const apply of this.#apply.get(parameter) ?? []) {
        if (called.delete(apply)) apply(parameter.value, parameter.name)
      }
    }
  }

  /**
   * Sets a parameter by a directive of the configuration file or the command line.
   * @returns the reason of a refusal, without the line
   */
  load(name: string, words: readonly string[]): string | undefined {
    const parameter = this.find(name)
    if (parameter === undefined) {
      const passedOver = DEPRECATED_DIRECTIVES.has(name.toLowerCase()) && words.length === 1
      return passedOver ? undefined : UNKNOWN_DIRECTIVE
    }
    const isOneText = parameter.definition.kind.isList && words.length === 1
    const split = isOneText ? (splitWords(words[0]) ?? words) : words
    const reason = store(parameter, split, parameter.loaded)
    if (reason !== undefined) return reason
    parameter.loaded = true
    for (const apply of this.#apply.get(parameter) ?? []) {
      const refusal = apply(parameter.value, parameter.name)
      if (typeof refusal === 'string') return refusal
    }
    this.#accept(new Set([parameter]))
    return undefined
  }
}

export const UNKNOWN_DIRECTIVE = 'Bad directive or wrong number of arguments'

const setFailed = (name: string, reason: string): string =>
  `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`

function restore(changes: readonly Change[]): void {
  for (const { parameter, before } of changes.toReversed()) {
    parameter.value = before.value
    parameter.text = before.text
  }
}

/** Parses and checks the words, and makes them the parameter's value. @returns the reason of a refusal */
function store(parameter: Parameter, words: readonly string[], again: boolean): string | undefined {
  const { kind, check, adjust } = parameter.definition
  if (!kind.isList && words.length !== 1) return WRONG_WORD_COUNT
  const setting = kind.parse(words, parameter.value, again)
  if (typeof setting === 'string') return setting
  const reason = check?.(setting.value)
  if (reason !== undefined) return reason
  const value = adjust === undefined ? setting.value : adjust(setting.value)
  parameter.value = value
  parameter.text = value === setting.value ? setting.text : kind.text(value)
  return undefined
}

/** As CONFIG SET splits: exactly one space between two words, while a directive is split as a line of the file. */
const splitText = (text: string): string[] => (text === '' ? [] : text.split(' '))

/** A module's parameter as one of the core's. */
function definitionOf(parameter: ConfigParameter): ParameterDefinition {
  const { immutable = false, sensitive = false } = parameter
  const options = { supported: true, immutable, sensitive }
  switch (parameter.type) {
    case 'boolean':
      return boolean(parameter.default, options) as ParameterDefinition
    case 'text':
      return text(latin1(toBytes(parameter.default)), {
        ...options,
        check: (value) => parameter.check?.(utf8(fromLatin1(value))),
      }) as ParameterDefinition
    case 'enum':
      return choice(parameter.values, parameter.default, options) as ParameterDefinition
    case 'integer': {
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = parameter
      const define = parameter.memory ? memory : integer
      return define(parameter.default, [parameter.memory ? Math.max(min, 0) : min, max], options) as ParameterDefinition
    }
  }
}
