/**
 * The contract between Kvasir and its modules.
 * @packageDocumentation
 */

export type {
  Argument,
  ArgumentMap,
  ArgumentSpec,
  ArgumentType,
  ArgumentValues,
  CountOptions,
  KeyAccess,
  KeyFlag,
  KeyOptions,
  NumberOptions,
  OneOfValue,
  PatternOptions,
} from './argument.ts'
export { ARGUMENT_TYPES, arg, KEY_ACCESSES, KEY_FLAGS } from './argument.ts'
export type {
  CommandDefinition,
  CommandFlag,
  CommandGroup,
  CommandInfo,
  CommandWords,
  ContainerDefinition,
  FoundKey,
  KeySpec,
} from './command.ts'
export { COMMAND_FLAGS, COMMAND_GROUPS, defineCommand, defineContainer } from './command.ts'
export type {
  BooleanParameter,
  ConfigBase,
  ConfigParameter,
  ConfigValue,
  EnumParameter,
  IntegerParameter,
  TextParameter,
} from './config.ts'
export { CONFIG_TYPES } from './config.ts'
export type {
  Client,
  CommandArgument,
  Context,
  Key,
  Log,
  LogLevel,
  ModuleContext,
  RawCall,
  RawReply,
} from './context.ts'
export { WrongTypeError } from './context.ts'
export type { DataType, PayloadReader, PayloadWriter } from './data-type.ts'
export { defineDataType, PayloadError } from './data-type.ts'
export type { EngineEvent, EventClass, EventSubscription, KeyEvent, PendingChange } from './event.ts'
export { EVENT_CLASSES } from './event.ts'
export type { ModuleInterface, ProvidedInterface } from './interface.ts'
export { defineInterface, provide } from './interface.ts'
export type { ModuleDefinition } from './module.ts'
export { API_LEVEL, defineModule } from './module.ts'
export type { ReplySchema, ReplyType, ReplyValue } from './reply.ts'
export { REPLY_TYPES, ReplyDouble, ReplyError, ReplyStatus, reply } from './reply.ts'
