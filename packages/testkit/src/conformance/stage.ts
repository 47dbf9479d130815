/** Stage: an engine with the module, brought into a state again and again, and looked at from outside. */

import { type CommandDefinition, defineModule, type KeyEvent } from '@kvasir/module-api'
import { ReplyError } from '@kvasir/protocol'
import type { BytesValue, ModuleEntry } from '@kvasir/server'
import { checkEngine } from '../engine-invariants.ts'
import { startTestEngine, type TestEngine } from '../test-server.ts'
import type { Report } from './report.ts'
import { bytesOf, KEY, lineOf, OTHER_KEY, textOf, type Words, withKey } from './request-line.ts'

/** What a value is made by. The state without a type has no keys. */
export interface State {
  /** The data type; empty for none. */
  readonly type: string
  /** Requests that make a value at the key `key`. */
  readonly lines: readonly Words[]
}

export interface Outcome {
  readonly value: BytesValue
  /** The text of an error reply. */
  readonly error: string | undefined
}

/** Every key: its payload as DUMP has it, and when it expires. */
export type Snapshot = ReadonlyMap<string, string>

/** What is looked at of COMMAND INFO. */
export interface StatedCommand {
  readonly arity: number
  /** With their `@`. */
  readonly categories: readonly string[]
  /** Of each key spec: `RO`, `RW`, `OW`, `RM`; undefined for words that are no keys. */
  readonly accesses: readonly (string | undefined)[]
}

export interface HeardEvent {
  readonly event: string
  readonly key: string
}

/** For what was put off, as the freeing of large values is. */
const SETTLE_MS = 5000

export class Stage {
  readonly engine: TestEngine
  #events: HeardEvent[] = []

  constructor(modules: readonly ModuleEntry[]) {
    const listener = defineModule({
      name: 'conformance-listener',
      version: '1.0.0',
      api: 1,
      load: (ctx) => void ctx.onKeyEvent({}, (event) => this.#hear(event)),
    })
    this.engine = startTestEngine({ modules: [...modules, listener], 'enable-debug-command': 'yes' })
  }

  #hear({ class: eventClass, event, key }: KeyEvent): void {
    if (eventClass !== 'miss') this.#events.push({ event, key: textOf(key) })
  }

  /** Events since the last call of this, without those of keys that were looked for in vain. */
  takeEvents(): readonly HeardEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  run(words: Words): Outcome {
    try {
      const [name = '', ...args] = words
      return { value: this.engine.callBytes(name, ...args.map(bytesOf)), error: undefined }
    } catch (error) {
      if (error instanceof ReplyError) return { value: error, error: error.message }
      throw error
    }
  }

  /** Runs what has to work. Throws when it does not. */
  must(...words: Words): BytesValue {
    const { value, error } = this.run(words)
    if (error !== undefined) throw new Error(`'${lineOf(words)}' was answered with: ${error}`)
    return value
  }

  /** Values at `key` and at `other`, or no keys. */
  setUp(state: State): void {
    this.must('FLUSHALL')
    this.make(state)
    this.#events = []
  }

  /** As `setUp`, beside what is there. */
  make({ lines }: State): void {
    for (const key of [KEY, OTHER_KEY]) for (const words of lines) this.must(...withKey(words, KEY, key))
  }

  /** The payload of DUMP, one character a byte; undefined without the key. */
  payload(key: string): string | undefined {
    const value = this.must('DUMP', key)
    return value instanceof Uint8Array ? textOf(value) : undefined
  }

  digest(key: string): string {
    return shownValue((this.must('DEBUG', 'DIGEST-VALUE', key) as BytesValue[])[0] ?? null)
  }

  memoryBytes(key: string): number {
    return Number(this.must('MEMORY', 'USAGE', key))
  }

  /** What the whole engine counts as used, once it has had the time to free what it has put off. */
  usedBytes(): number {
    this.engine.clock.advance(SETTLE_MS)
    return this.engine.engine.usedBytes()
  }

  snapshot(): Snapshot {
    const keys = (this.must('KEYS', '*') as Uint8Array[]).map(textOf).sort()
    return new Map(keys.map((key) => [key, `${this.payload(key)} ${this.must('PEXPIRETIME', key)}`]))
  }

  /** The keys that a call names by its declaration, with their flags such as `RW` and `access`, of all its places. */
  declaredKeys(words: Words): Map<string, readonly string[]> {
    const { value, error } = this.run(['COMMAND', 'GETKEYSANDFLAGS', ...words])
    if (error !== undefined) return new Map()
    const declared = new Map<string, readonly string[]>()
    for (const [name, flags] of value as unknown as readonly (readonly [Uint8Array, Iterable<BytesValue>])[]) {
      const key = textOf(name)
      declared.set(key, [...(declared.get(key) ?? []), ...[...flags].map(shownValue)])
    }
    return declared
  }

  /** What COMMAND INFO says. */
  commandInfo({ name }: CommandDefinition): StatedCommand {
    const [info = []] = this.must('COMMAND', 'INFO', name.toLowerCase().replace(' ', '|')) as BytesValue[][]
    const list = (at: number): readonly BytesValue[] => [...((info[at] ?? []) as Iterable<BytesValue>)]
    return { arity: Number(info[1]), categories: list(6).map(shownValue), accesses: list(8).map(accessOf) }
  }

  /** Ends the engine; complains when a function of the module threw, or when the engine is not in order. */
  async end(module: string, report: Report): Promise<void> {
    const threw = this.engine.log.filter(({ message }) => / threw: /.test(message))
    for (const { message } of threw) report.add(module, message.split('\n').slice(0, 2).join(' '))
    try {
      if (threw.length === 0) checkEngine(this.engine.engine)
    } catch (error) {
      report.add(module, `the engine is not in order afterwards: ${(error as Error).message}`)
    }
    await this.engine.close()
  }
}

/** Keys that are not the same in both. */
export function changedKeys(before: Snapshot, after: Snapshot): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key))
}

/** A reply as text, the same for equal ones. */
export function shownValue(value: BytesValue): string {
  if (value instanceof Uint8Array) return textOf(value)
  if (value instanceof Error) return `(error) ${value.message}`
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${shownValue(key)}: ${shownValue(item)}`).join(', ')}}`
  }
  if (Array.isArray(value) || value instanceof Set) return `[${[...value].map(shownValue).join(', ')}]`
  return String(value)
}

function accessOf(spec: BytesValue): string | undefined {
  const entries = [...(spec as ReadonlyMap<BytesValue, BytesValue>)]
  const flags = entries.find(([key]) => shownValue(key) === 'flags')?.[1] ?? []
  return [...(flags as Iterable<BytesValue>)].map(shownValue).find((flag) => /^(RO|RW|OW|RM)$/.test(flag))
}
