/** The keys that one call of a command names: for COMMAND GETKEYS, permissions and cluster slots. */

import type { CommandWords, FoundKey } from '@kvasir/module-api'
import { equalsToken } from '../structures/bytes.ts'
import { parseSafeInteger } from '../structures/decimal.ts'
import type { Command } from './command.ts'
import { findAllKeys } from './key-specs.ts'

/** Where a request's words lie: a call, or one that waits. */
export interface RequestPlaces {
  readonly buf: Uint8Array
  readonly starts: Int32Array
  readonly lengths: Int32Array
  readonly argc: number
}

/** The words of a request, or of a command that stands in its arguments from `offset` on. */
export class RequestWords implements CommandWords {
  buf: Uint8Array
  argc: number
  #starts: Int32Array
  #lengths: Int32Array
  readonly #offset: number

  constructor({ buf, starts, lengths, argc }: RequestPlaces, offset = 0) {
    this.buf = buf
    this.#starts = starts
    this.#lengths = lengths
    this.#offset = offset
    this.argc = argc - offset
  }

  /** The words of another request, for who looks at many. */
  set(buf: Uint8Array, starts: Int32Array, lengths: Int32Array, argc: number): void {
    this.buf = buf
    this.#starts = starts
    this.#lengths = lengths
    this.argc = argc - this.#offset
  }

  number(index: number): number {
    return index < this.argc ? parseSafeInteger(this.buf, this.start(index), this.length(index)) : Number.NaN
  }

  is(index: number, token: string): boolean {
    return index < this.argc && equalsToken(this.buf, this.start(index), this.length(index), token)
  }

  /** Where a word begins in `buf`. */
  start(index: number): number {
    return this.#starts[this.#offset + index]
  }

  length(index: number): number {
    return index < this.argc ? this.#lengths[this.#offset + index] : 0
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
