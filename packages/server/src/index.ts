/**
 * Kvasir for Node.js: a server, or an engine inside your process.
 * @packageDocumentation
 */

export { Client, type ClientOptions, type Value } from './client.ts'
export { defineConfig, type KvasirConfig, type ModuleEntry } from './define-config.ts'
export {
  type BytesValue,
  ConfigError,
  createEngine,
  EmbeddedEngine,
  type EngineOptions,
  type Surroundings,
} from './embedded-engine.ts'
export { ListenError } from './listener.ts'
export type { MemoryStream } from './memory-transport.ts'
export { createServer, Server, type ServerAddress, type ServerOptions } from './server.ts'
