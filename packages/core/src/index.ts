/**
 * The Kvasir engine: keyspace, types, commands, expiry, events and the module host. Runs in any JavaScript environment.
 * @packageDocumentation
 */

export { createEngine } from './create-engine.ts'
export type { AclStorage } from './engine/acl/acl.ts'
export { clientLine } from './engine/client-line.ts'
export type { MemoryText, ParameterDefinition } from './engine/config/definition.ts'
export type { KindName, ParameterKind, RewrittenLine, Setting } from './engine/config/kind.ts'
export { quoteWord, splitWords, trimLine } from './engine/config/line.ts'
export type { ParameterInput, ParameterName, ParameterValue } from './engine/config/parameters.ts'
export {
  type ApplyConfig,
  type ConfigFile,
  ConfigRegistry,
  type Parameter,
  type SetOptions,
  UNKNOWN_DIRECTIVE,
} from './engine/config/registry.ts'
export type { OutputBufferLimit, OutputBufferLimits, Primary, SavePoint } from './engine/config/special-kinds.ts'
export { Engine, type EngineOptions, type ShutdownRequest } from './engine/engine.ts'
export type { Clock, HostInfo, LogLevel, LogSink, Random } from './engine/interfaces.ts'
export { type ModuleLoadCode, ModuleLoadError } from './engine/module-checks.ts'
export type { LoadOptions } from './engine/module-host.ts'
export { Session } from './engine/session.ts'
export type { Transport } from './engine/transport.ts'
export { KVASIR_VERSION } from './engine/version.ts'
