/**
 * Command catalog: the commands as ACL rules name them, whatever `rename-command` did to the table that requests are
 * looked up in. Each has a number, by which a selector's bitset knows it; a name keeps its number, so that a module
 * that comes back finds its old one.
 */

import type { Command } from '../command.ts'

export class CommandCatalog {
  readonly #commands = new Map<string, Command>()
  readonly #numbers = new Map<string, number>()
  /** Changes whenever a command comes or goes. */
  version = 0

  /** How many numbers were given. */
  get numbersCount(): number {
    return this.#numbers.size
  }

  add(command: Command): void {
    const { fullName } = command
    const number = this.#numbers.get(fullName) ?? this.#numbers.size
    this.#numbers.set(fullName, number)
    this.#commands.set(fullName, command)
    command.number = number
    this.version++
  }

  delete(command: Command): void {
    this.#commands.delete(command.fullName)
    this.version++
  }

  /** @param fullName lower case; a subcommand as `client|setname` */
  get(fullName: string): Command | undefined {
    return this.#commands.get(fullName)
  }

  /** Subcommands too. */
  values(): IterableIterator<Command> {
    return this.#commands.values()
  }
}
