/** Engines and servers for tests: started in a line, gone at the end of the block. */

import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { LogLevel } from '@kvasir/core'
import {
  createEngine,
  createServer,
  type EmbeddedEngine,
  type EngineOptions,
  type Server,
  type ServerOptions,
} from '@kvasir/server'
import { type ConnectionFaults, FaultyStream } from './faulty-stream.ts'
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
  dial(faults?: ConnectionFaults): RespClient
}

interface Seeded {
  /** Of the engine's random numbers; 1, if absent. */
  readonly seed?: number
}

export type TestEngineOptions = Omit<EngineOptions, 'clock'> & Seeded & { readonly clock?: VirtualClock }
export type TestServerOptions = ServerOptions & Seeded

export type TestEngine = EmbeddedEngine & TestExtras & { readonly clock: VirtualClock }
export type TestServer = Server & TestExtras

/**
 * An engine without network, on a clock that stands still and with random numbers from a seed.
 *
 *     await using engine = startTestEngine({ modules: [ratelimit] })
 *     engine.call('SET', 'key', 'value', 'PX', 100)
 *     engine.clock.advance(100)
 */
export function startTestEngine(options: TestEngineOptions = {}): TestEngine {
  const log: LogLine[] = []
  const { clock = new VirtualClock(), seed, ...others } = options
  const engine = createEngine({
    random: seededRandom(seed),
    log: (level, message) => void log.push({ level, message }),
    ...others,
    clock,
  } as EngineOptions)
  const dial = (faults?: ConnectionFaults): RespClient => clientOn(engine.connect(), faults)
  return Object.assign(engine, { log, clock, dial })
}

/**
 * A server on a free port of this machine; `port: null` for none, `clock: new VirtualClock()` for a clock to turn.
 *
 *     await using server = await startTestServer()
 *     const redis = new Redis(server.address)
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const log: LogLine[] = []
  const { seed, ...others } = options
  const server = await createServer({
    port: 0,
    ...(seed === undefined ? {} : { random: seededRandom(seed) }),
    log: (level: LogLevel, message: string) => void log.push({ level, message }),
    ...others,
  })
  const dial = (faults?: ConnectionFaults): RespClient =>
    clientOn(server.port === 0 ? server.connect() : connect(server.port, server.address.host), faults)
  return Object.assign(server, { log, dial })
}

function clientOn(stream: Duplex, faults: ConnectionFaults | undefined): RespClient {
  return new RespClient(faults === undefined ? stream : new FaultyStream(stream, faults))
}
