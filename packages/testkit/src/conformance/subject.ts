/** Subject: the module that is looked at, with calls of its commands in every state that its samples can make. */

import type { CommandDefinition, ContainerDefinition, ModuleDefinition } from '@kvasir/module-api'
import type { BytesValue, ModuleEntry } from '@kvasir/server'
import { exampleWords } from './declared-words.ts'
import { KEY, parseLine, type Words, withKey } from './request-line.ts'
import { changedKeys, Stage, type State } from './stage.ts'

export interface ConformanceSamples {
  /** For each data type, by the name that TYPE answers: requests that together make a value at the key `key`. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /**
   * For each data type that can grow: the request that adds something to the value at `key`, for i = 0, 1, 2 ... A type
   * that is not named has values of one size.
   */
  readonly growth?: Readonly<Record<string, (i: number) => string>>
  /**
   * Calls of commands. Each is tried with a value of every type at `key` and another one at `other`, and without any
   * keys. A command that is not named is called with words that its declaration takes.
   */
  readonly calls?: readonly string[]
  /** What is loaded before the module. */
  readonly modules?: readonly ModuleEntry[]
  /** By the rule and then by command, data type or module: why it need not be kept there. */
  readonly exceptions?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A call of a command. */
export interface Sample {
  readonly command: CommandDefinition
  readonly words: Words
}

/** A call in a state, and what came of it. */
export interface Trial {
  readonly command: CommandDefinition
  readonly words: Words
  readonly state: State
  readonly error: string | undefined
  /** Keys with another value, or another time to live, than before. */
  readonly changed: readonly string[]
  /** Types of the values at these keys afterwards. */
  readonly made: readonly string[]
}

const NO_KEYS: State = { type: '', lines: [] }

export class Subject {
  readonly definition: ModuleDefinition
  /** Those that run: without containers. */
  readonly commands: readonly CommandDefinition[]
  /** What TYPE answers for its types. */
  readonly types: readonly string[]
  /** One for each type with a sample. */
  readonly values: readonly State[]
  readonly given: ConformanceSamples
  readonly #module: ModuleDefinition | (() => ModuleDefinition)
  #trials: readonly Trial[] | undefined

  constructor(module: ModuleDefinition | (() => ModuleDefinition), given: ConformanceSamples) {
    this.#module = module
    this.given = given
    this.definition = this.fresh()
    this.commands = (this.definition.commands ?? []).filter(isCommand)
    this.types = (this.definition.types ?? []).map(({ name, typeName }) => typeName ?? name)
    this.values = Object.entries(given.values ?? {}).map(([type, lines]) => ({ type, lines: lines.map(parseLine) }))
  }

  get name(): string {
    return this.definition.name
  }

  /** The module, made anew where it is a function. */
  fresh(): ModuleDefinition {
    return typeof this.#module === 'function' ? this.#module() : this.#module
  }

  /** @param module in its place */
  stage(module: ModuleDefinition = this.fresh()): Stage {
    return new Stage([...(this.given.modules ?? []), module])
  }

  /** Every call in every state. Worked out once; all of it on one engine. */
  async trials(): Promise<readonly Trial[]> {
    if (this.#trials !== undefined) return this.#trials
    const stage = this.stage()
    const states = [NO_KEYS, ...this.values]
    this.#trials = states.flatMap((state) => this.#samples().map((sample) => tried(stage, sample, state)))
    await stage.engine.close()
    return this.#trials
  }

  /** Those that were not refused. */
  async successes(): Promise<readonly Trial[]> {
    return (await this.trials()).filter(({ error }) => error === undefined)
  }

  /** Calls that ask a value of a type about itself. */
  async readersOf(type: string): Promise<readonly Trial[]> {
    return (await this.successes()).filter(
      ({ command, state, changed }) => state.type === type && !isWrite(command) && changed.length === 0,
    )
  }

  /** Calls that change a value of a type. */
  async changesOf(type: string): Promise<readonly Trial[]> {
    return (await this.successes()).filter(({ state, changed }) => state.type === type && changed.length > 0)
  }

  #samples(): readonly Sample[] {
    const given = (this.given.calls ?? []).map(parseLine)
    const samples = this.commands.flatMap((command) => {
      const own = given.filter((words) => isCallOf(command, words))
      const derived = [false, true].map((whole) => [...nameWords(command), ...exampleWords(command.args, whole)])
      return [...own, ...derived].map((words) => ({ command, words }))
    })
    const unknown = given.find((words) => !this.commands.some((command) => isCallOf(command, words)))
    if (unknown !== undefined) throw new Error(`calls: the module has no command '${unknown[0]}'`)
    const seen = new Set<string>()
    return samples.filter(({ words }) => {
      const text = words.join('\0')
      return !seen.has(text) && seen.add(text)
    })
  }
}

function tried(stage: Stage, { command, words }: Sample, state: State): Trial {
  stage.setUp(state)
  const before = stage.snapshot()
  const { error } = stage.run(words)
  const changed = changedKeys(before, stage.snapshot())
  const made = changed.map((key) => String(stage.must('TYPE', key)))
  return { command, words, state, error, changed, made }
}

/** What the readers answer when the value is at this key. */
export function answers(stage: Stage, readers: readonly Trial[], key: string): readonly BytesValue[] {
  return readers.map(({ words }) => stage.run(withKey(words, KEY, key)).value)
}

function isCommand(command: CommandDefinition | ContainerDefinition): command is CommandDefinition {
  return !('container' in command)
}

export const nameWords = ({ name }: CommandDefinition): Words => name.split(' ')

export const isWrite = ({ flags }: CommandDefinition): boolean => flags.includes('write')

function isCallOf(command: CommandDefinition, words: Words): boolean {
  return nameWords(command).every((word, i) => words[i]?.toUpperCase() === word)
}
