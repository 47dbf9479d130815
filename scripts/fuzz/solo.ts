/**
 * Solo: a sequence on one engine in this process, without another server to compare with. The engine may not throw,
 * its values and its memory must be in order, reading commands must agree with each other, and without keys it must
 * hold what it held at first.
 */

import { AUDIT, SLEEP, type Step, type Words } from './command-spec.ts'
import { keysOf } from './dataset.ts'
import { type Arena, type Difference, LEAVE, walk } from './duel.ts'
import { specOf } from './families.ts'
import { agreement } from './self-check.ts'
import type { EngineTarget } from './target.ts'

const BATCH_COUNT_MAX = 200

export class Solo implements Arena {
  commandCount = 0
  readonly #ours: EngineTarget
  readonly #reset: readonly Words[]
  #pending: Words[] = []
  #protocol: 2 | 3 = 2

  constructor(ours: EngineTarget, reset: readonly Words[]) {
    this.#ours = ours
    this.#reset = reset
  }

  async reset(): Promise<void> {
    await this.#ours.send(3, LEAVE)
    await this.#ours.send(2, [...LEAVE, ...this.#reset, ['FLUSHALL']])
    this.#ours.warnings.length = 0
  }

  async run(steps: readonly Step[]): Promise<Difference | undefined> {
    this.#pending = []
    for (const [at, { words, protocol }] of steps.entries()) {
      const spec = specOf(words)
      const alone = words[0]?.startsWith('#') || spec?.cursorAt !== undefined
      if (alone || protocol !== this.#protocol || this.#pending.length >= BATCH_COUNT_MAX) {
        const found = await this.#flush(at - 1, steps)
        if (found !== undefined) return found
        this.#protocol = protocol
      }
      if (!alone) this.#pending.push(words)
      const found = alone ? await this.#special(words, spec?.cursorAt) : undefined
      if (found !== undefined) return { at, ...found }
    }
    const at = steps.length - 1
    const found = await this.#flush(at, steps)
    if (found !== undefined) return found
    try {
      await this.#deleteAll()
      return undefined
    } catch (error) {
      return { at, words: ['#audit', 'without keys'], ours: text(error), peer: 'nothing' }
    }
  }

  async #flush(at: number, steps: readonly Step[]): Promise<Difference | undefined> {
    const pending = this.#pending
    if (pending.length === 0) return undefined
    this.#pending = []
    this.commandCount += pending.length
    try {
      const replies = await this.#ours.send(this.#protocol, pending)
      const [warning] = this.#ours.warnings
      if (warning === undefined) return undefined
      const last = replies.findIndex((reply) => reply.startsWith('-ERR internal'))
      return { at, words: pending[last] ?? pending.at(-1) ?? [], ours: warning, peer: 'no exception' }
    } catch (error) {
      return { at, words: steps[at]?.words ?? [], ours: text(error), peer: 'a reply' }
    }
  }

  async #special(words: Words, cursorAt: number | undefined): Promise<Omit<Difference, 'at'> | undefined> {
    try {
      if (words[0] === SLEEP) await this.#ours.sleep(Number(words[1]))
      else if (words[0] === AUDIT) return await this.#audit()
      else if (cursorAt !== undefined) {
        const { rounds, count } = await walk(this.#ours, this.#protocol, words, cursorAt)
        this.commandCount += rounds
        if (count < 0) return { words, ours: 'the cursor does not end', peer: '' }
      }
      return undefined
    } catch (error) {
      return { words, ours: text(error), peer: 'no exception' }
    }
  }

  async #audit(): Promise<Omit<Difference, 'at'> | undefined> {
    for (const db of ['0', '1']) {
      await this.#ours.send(2, [['SELECT', db]])
      const found = await agreement(this.#ours)
      await this.#ours.send(2, [['SELECT', '0']])
      if (found !== undefined) return found
    }
    this.#ours.check()
    return undefined
  }

  /** Deletes every key on its own, by which nothing may be left over. Throws with what is wrong. */
  async #deleteAll(): Promise<void> {
    for (const db of ['1', '0']) {
      await this.#ours.send(2, [['SELECT', db]])
      const keys = await keysOf(this.#ours)
      const deletes = keys.map((key) => ['DEL', key])
      if (deletes.length > 0) await this.#ours.send(2, deletes)
    }
    this.#ours.check()
  }
}

const text = (error: unknown): string => (error instanceof Error ? `${error.message}` : String(error))
