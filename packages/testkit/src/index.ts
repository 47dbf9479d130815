/**
 * Kvasir inside a test: an engine or a server of its own for each, a clock to turn, and a client that shows the very
 * bytes.
 * @packageDocumentation
 */

export { conformance, type RegisterTest } from './conformance/conformance.ts'
export type { ConformanceSamples } from './conformance/subject.ts'
export { checkEngine } from './engine-invariants.ts'
export { RespClient } from './resp-client.ts'
export {
  type LogLine,
  startTestEngine,
  startTestServer,
  type TestEngine,
  type TestExtras,
  type TestServer,
} from './test-server.ts'
export { seededRandom, VirtualClock } from './virtual-clock.ts'
