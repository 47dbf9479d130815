/**
 * The private fast path of core's own commands, and all of it: their raw handlers get the engine's `Call` instead of
 * the API's `RawCall`, so that they reach the keyspace without a copy. Everything else about them is what any module
 * has.
 */

import { type CommandDefinition, type ContainerDefinition, defineCommand, defineContainer } from '@kvasir/module-api'
import type { Call } from './call.ts'

export interface CoreCommandDefinition extends Omit<CommandDefinition, 'raw' | 'handler'> {
  raw(call: Call): void
}

export function defineCoreCommand(definition: CoreCommandDefinition): CommandDefinition {
  return defineCommand(definition as unknown as CommandDefinition)
}

export interface CoreContainerDefinition extends Omit<ContainerDefinition, 'container' | 'raw'> {
  raw?(call: Call): void
}

/** A container that does something without a subcommand; others use `defineContainer`. */
export function defineCoreContainer(definition: CoreContainerDefinition): ContainerDefinition {
  return defineContainer(definition as unknown as ContainerDefinition)
}
