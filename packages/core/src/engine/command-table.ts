/**
 * Command table: finds a command by the bytes of its name, in any case, without making a string of them.
 * Open addressing over at most half-full slots; lookups take the hash of the name and one comparison.
 */

import type { Command } from './command.ts'

export class CommandTable {
  readonly #byName = new Map<string, Command>()
  /** Changes whenever a command comes or goes. */
  version = 0
  #slots: (Command | undefined)[] = new Array(8)
  /** By slot: the name that the command has here, which `rename` may have changed. */
  #names: string[] = new Array(8).fill('')

  get size(): number {
    return this.#byName.size
  }

  values(): IterableIterator<Command> {
    return this.#byName.values()
  }

  /** @param name last word of the command, lower case */
  get(name: string): Command | undefined {
    return this.#byName.get(name)
  }

  add(command: Command): void {
    if (this.#byName.has(command.name)) throw new Error(`command ${command.fullName} exists already`)
    this.#byName.set(command.name, command)
    this.#rebuild()
  }

  delete(name: string): void {
    const command = this.#byName.get(name)
    if (command === undefined) return
    command.isRemoved = true
    this.#byName.delete(name)
    this.#rebuild()
  }

  /**
   * Gives a command another name in this table; it knows itself by the one that it was declared with.
   * @returns false when there is a command of the new name
   */
  rename(from: string, to: string): boolean {
    const command = this.#byName.get(from)
    if (command === undefined || this.#byName.has(to)) return false
    this.#byName.delete(from)
    this.#byName.set(to, command)
    this.#rebuild()
    return true
  }

  find(buf: Uint8Array, start: number, length: number): Command | undefined {
    let hash = length
    for (let i = start; i < start + length; i++) hash = (Math.imul(hash, 31) + (buf[i] | 32)) | 0
    const slots = this.#slots
    const names = this.#names
    const mask = slots.length - 1
    for (let i = (hash ^ (hash >>> 15)) & mask; ; i = (i + 1) & mask) {
      const command = slots[i]
      if (command === undefined || sameName(names[i], buf, start, length)) return command
    }
  }

  #rebuild(): void {
    this.version++
    let capacity = 8
    while (capacity < this.#byName.size * 2 + 2) capacity *= 2
    this.#slots = new Array(capacity).fill(undefined)
    this.#names = new Array(capacity).fill('')
    for (const [name, command] of this.#byName) {
      let hash = name.length
      for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + (name.charCodeAt(i) | 32)) | 0
      let i = (hash ^ (hash >>> 15)) & (capacity - 1)
      while (this.#slots[i] !== undefined) i = (i + 1) & (capacity - 1)
      this.#slots[i] = command
      this.#names[i] = name
    }
  }
}

function sameName(name: string, buf: Uint8Array, start: number, length: number): boolean {
  if (name.length !== length) return false
  for (let i = 0; i < length; i++) {
    const want = name.charCodeAt(i)
    const c = buf[start + i]
    if (c !== want && !(want >= 97 && want <= 122 && (c | 32) === want)) return false
  }
  return true
}
