/** Engines and servers for tests: started in a line, gone at the end of the block. */

import { connect } from 'node:net'
import type { LogLevel } from '@kvasir/core'
import {
  createEngine,
  createServer,
  type EmbeddedEngine,
  type EngineOptions,
  type Server,
  type ServerOptions,
} from '@kvasir/server'
import { RespClient } from './resp-client.ts'
import { seededRandom, VirtualClock } from './virtual-clock.ts'

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
}

/** What every test engine and server has besides. */
export interface TestExtras {
  /** What has been logged, from `loglevel` up. */
  readonly log: readonly LogLine[]
  /** A client of database 0, RESP2: over TCP where the server listens there, else in memory. */
  dial(): RespClient
}

export type TestEngine = EmbeddedEngine & TestExtras & { readonly clock: VirtualClock }
export type TestServer = Server & TestExtras

/**
 * An engine without network, on a clock that stands still and with random numbers from a seed.
 *
 *     await using engine = startTestEngine({ modules: [ratelimit] })
 *     engine.call('SET', 'key', 'value', 'PX', 100)
 *     engine.clock.advance(100)
 */
export function startTestEngine(options: Omit<EngineOptions, 'clock'> & { clock?: VirtualClock } = {}): TestEngine {
  const log: LogLine[] = []
  const { clock = new VirtualClock() } = options
  const engine = createEngine({
    random: seededRandom(),
    log: (level, message) => void log.push({ level, message }),
    ...options,
    clock,
  } as EngineOptions)
  return Object.assign(engine, { log, clock, dial: () => new RespClient(engine.connect()) })
}

/**
 * A server on a free port of this machine; `port: null` for none, `clock: new VirtualClock()` for a clock to turn.
 *
 *     await using server = await startTestServer()
 *     const redis = new Redis(server.address)
 */
export async function startTestServer(options: ServerOptions = {}): Promise<TestServer> {
  const log: LogLine[] = []
  const server = await createServer({
    port: 0,
    log: (level: LogLevel, message: string) => void log.push({ level, message }),
    ...options,
  })
  const dial = (): RespClient =>
    new RespClient(server.port === 0 ? server.connect() : connect(server.port, server.address.host))
  return Object.assign(server, { log, dial })
}
