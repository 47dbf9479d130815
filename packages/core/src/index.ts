/**
 * The Kvasir engine: keyspace, types, commands, expiry, events and the module host. Runs in any JavaScript environment.
 * @packageDocumentation
 */

export { createEngine } from './create-engine.ts'
export { Engine, type EngineOptions, type ShutdownRequest } from './engine/engine.ts'
export type { Clock, HostInfo, LogLevel, LogSink, Random } from './engine/interfaces.ts'
export { ModuleLoadError, type ModuleLoadCode, type LoadOptions } from './engine/module-host.ts'
export { Session, type Transport } from './engine/session.ts'
