import type { Command } from '../../engine/command.ts'
import type { CommandTable } from '../../engine/command-table.ts'

/** The commands of a table, each with its subcommands behind it. */
export function* everyCommand(table: CommandTable): Generator<Command> {
  for (const command of table.values()) {
    yield command
    if (command.subcommands !== undefined) yield* everyCommand(command.subcommands)
  }
}
