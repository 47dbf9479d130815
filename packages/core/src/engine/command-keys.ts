/** The keys that one call of a command names: for COMMAND GETKEYS, permissions and cluster slots. */

import type { CommandWords, FoundKey } from '@kvasir/module-api'
import type { Call } from './call.ts'
import type { Command } from './command.ts'
import { findAllKeys } from './key-specs.ts'

/** The words of a call, or of a command that stands in its arguments from `offset` on. */
export class CallWords implements CommandWords {
  readonly argc: number
  readonly #call: Call
  readonly #offset: number

  constructor(call: Call, offset = 0) {
    this.#call = call
    this.#offset = offset
    this.argc = call.argc - offset
  }

  number(index: number): number {
    return index < this.argc ? this.#call.argInteger(this.#offset + index) : Number.NaN
  }

  is(index: number, token: string): boolean {
    return index < this.argc && this.#call.argIs(this.#offset + index, token)
  }

  length(index: number): number {
    return index < this.argc ? this.#call.lengths[this.#offset + index] : 0
  }
}

/** Whether calls of the command can name keys; channels are none. */
export function namesKeys(command: Command): boolean {
  return command.keySpecs.some(({ flags }) => !flags.includes('not_key'))
}

/** @returns the keys, or undefined when the words do not fit the command */
export function keysOf(command: Command, words: CommandWords): readonly FoundKey[] | undefined {
  const { findKeys } = command.definition
  return findKeys === undefined ? findAllKeys(command.keySpecs, words) : findKeys(words)
}
