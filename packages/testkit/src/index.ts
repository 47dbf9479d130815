/**
 * Kvasir inside a test: an engine or a server of its own for each, a clock to turn, and a client that shows the very
 * bytes.
 * @packageDocumentation
 */

export { failAllocations } from './allocation-faults.ts'
export { conformance, type RegisterTest } from './conformance/conformance.ts'
export type { ConformanceSamples } from './conformance/subject.ts'
export { checkEngine } from './engine-invariants.ts'
export { type ConnectionFaults, FaultyStream } from './faulty-stream.ts'
export { fixtures, type TestFixtures } from './fixtures.ts'
export { RespClient } from './resp-client.ts'
export {
  type LogLine,
  startTestEngine,
  startTestServer,
  type TestEngine,
  type TestEngineOptions,
  type TestExtras,
  type TestServer,
  type TestServerOptions,
} from './test-server.ts'
export { seededRandom, VirtualClock } from './virtual-clock.ts'
