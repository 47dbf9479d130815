/** Modules for the tests of the module host. */

import {
  arg,
  type CommandDefinition,
  type ContainerDefinition,
  type DataType,
  defineCommand,
  defineContainer,
  type ModuleDefinition,
  reply,
} from '@kvasir/module-api'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'

/** A server with the lines of its log. */
export function startLoggedEngine(): { readonly server: TestEngine; readonly log: string[] } {
  const server = startTestEngine()
  const log: string[] = []
  Object.assign(server.engine, { log: (_level: string, line: string) => log.push(line) })
  return { server, log }
}

export function command(name: string, handler: CommandDefinition['handler'] = () => 1): CommandDefinition {
  return defineCommand({
    name,
    summary: 'Does something.',
    since: '1.0.0',
    complexity: 'O(1)',
    flags: [],
    args: { word: arg.optional(arg.text()) },
    reply: reply.any(),
    handler: handler as never,
  })
}

export function container(name: string): ContainerDefinition {
  return defineContainer({ name, summary: 'Holds some.', since: '1.0.0', complexity: 'Depends.', flags: [] })
}

export function dataType(name: string, more: Partial<DataType<Box>> = {}): DataType<Box> {
  return {
    name,
    version: 1,
    save() {},
    load: () => ({ items: [] }),
    memoryBytes: ({ items }) => 100 * items.length,
    copy: ({ items }) => ({ items: [...items] }),
    digest() {},
    ...more,
  }
}

export interface Box {
  readonly items: string[]
}

export function moduleOf(more: Partial<ModuleDefinition> = {}): ModuleDefinition {
  return { name: 'm', version: '1.2.3', api: 1, ...more }
}
