/** A server with modules to load, for the tests of MODULE's subcommands. */

import { API_LEVEL, defineCommand, defineModule, type ModuleDefinition, reply } from '@kvasir/module-api'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

export const LOAD_FAILED = '(error) ERR Error loading the extension. Please check the server logs.'

export interface ModuleServer extends TestEngine {
  readonly run: (line: string) => string
  readonly log: string[]
  /** What the module `counter` saw each time it was loaded. */
  readonly seen: { args: readonly string[]; limit: unknown }[]
}

export function startModuleServer(): ModuleServer {
  const seen: ModuleServer['seen'] = []
  const log: string[] = []
  const counter = defineModule({
    name: 'counter',
    version: '2.10.3',
    api: API_LEVEL,
    config: { limit: { type: 'integer', summary: 'A limit.', default: 7 } },
    commands: [
      defineCommand({
        name: 'COUNTER.GET',
        summary: 'Answers 1.',
        since: '1.0.0',
        complexity: 'O(1)',
        flags: ['fast'],
        args: {},
        reply: reply.integer(),
        handler: () => 1,
      }),
    ],
    load: (ctx) => {
      seen.push({ args: ctx.args, limit: ctx.config('limit') })
    },
  })
  const dependent = defineModule({
    name: 'dependent',
    version: '1.0.0',
    api: API_LEVEL,
    requires: { counter: '2.0.0' },
  })
  const typed = defineModule({
    name: 'typed',
    version: '1.0.0',
    api: API_LEVEL,
    types: [
      {
        name: 'typed-one',
        version: 0,
        save() {},
        load: () => 0,
        memoryBytes: () => 8,
        copy: (value) => value,
        digest() {},
      },
    ],
  })
  const modules: Readonly<Record<string, ModuleDefinition>> = { '/m/counter.js': counter, dependent, typed }
  const server = startTestEngine()
  const { engine, client } = server
  Object.assign(engine, { log: (_level: string, line: string) => log.push(line) })
  engine.config.set([['enable-module-command', 'yes']], { startup: true })
  engine.modules.resolve = (specifier) => {
    const found = modules[specifier]
    if (found === undefined) throw new Error(`there is no ${specifier}`)
    return found
  }
  return { ...server, run: (line) => client.run(line), log, seen }
}
