/**
 * Checks of a module's declaration alone, before it is compared with what is loaded. A declaration from plain
 * JavaScript may be of any shape; every complaint names the place and says what belongs there.
 */

import {
  API_LEVEL,
  ARGUMENT_TYPES,
  type ArgumentSpec,
  COMMAND_FLAGS,
  COMMAND_GROUPS,
  CONFIG_TYPES,
  type CommandDefinition,
  type ConfigParameter,
  type ContainerDefinition,
  type DataType,
  KEY_ACCESSES,
  KEY_FLAGS,
  type KeySpec,
  type ModuleDefinition,
  type ModuleInterface,
  REPLY_TYPES,
  type ReplySchema,
} from '@kvasir/module-api'
import { ACL_CATEGORIES } from './command.ts'
import { keySpecsOf } from './key-specs.ts'

/** Every way in which loading can fail. */
export type ModuleLoadCode =
  | 'KV_MODULE_NOT_FOUND'
  | 'KV_MODULE_DECLARATION'
  | 'KV_MODULE_API_LEVEL'
  | 'KV_MODULE_PROPOSAL'
  | 'KV_MODULE_NAME_CLASH'
  | 'KV_MODULE_DEPENDENCY'
  | 'KV_MODULE_CONFIG'
  | 'KV_MODULE_LOAD'
  | 'KV_MODULE_UNLOAD'

/** A module could not be loaded or unloaded; the message says why and what to do. */
export class ModuleLoadError extends Error {
  readonly code: ModuleLoadCode

  constructor(code: ModuleLoadCode, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

/** Names of Kvasir's own parts. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['core', 'server'])

/** Proposed parts of the API that this engine has; none at present. */
const PROPOSALS: ReadonlySet<string> = new Set()
const MODULE_NAME = /^[a-z][a-z0-9-]{0,63}$/
const SEMVER = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/
const INTERFACE_NAME = /^[a-z][a-z0-9-]*\.[a-z0-9.-]+$/
const TYPE_NAME = /^[A-Za-z0-9_-]{9}$/
const COMMAND_NAME = /^[A-Z][A-Z0-9._-]*( [A-Z][A-Z0-9._-]*)?$/
/** Of parameters and of ACL categories. */
const WORD = /^[a-z][a-z0-9_-]*$/

/** Throws ModuleLoadError. */
export function checkDeclaration(definition: ModuleDefinition): void {
  const name = typeof definition?.name === 'string' ? definition.name : '?'
  try {
    new DeclarationCheck(name).module(definition)
  } catch (error) {
    if (error instanceof ModuleLoadError) throw error
    throw new ModuleLoadError('KV_MODULE_DECLARATION', `the declaration is not what defineModule takes: ${error}`)
  }
  checkApiLevel(definition)
  checkProposals(definition)
}

/** Orders two semantic versions by their numbers; a pre-release counts as its release. */
export function compareVersions(a: string, b: string): number {
  const left = SEMVER.exec(a) ?? []
  const right = SEMVER.exec(b) ?? []
  for (let i = 1; i <= 3; i++) {
    const difference = Number(left[i] ?? 0) - Number(right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

class DeclarationCheck {
  readonly #name: string
  /** Those of Redis, and those that the module declares. */
  readonly #categories = new Set(ACL_CATEGORIES)

  constructor(name: string) {
    this.#name = name
  }

  #wrong(what: string): never {
    throw new ModuleLoadError('KV_MODULE_DECLARATION', `module '${this.#name}': ${what}`)
  }

  /** `what` names the place and its value. */
  #oneOf(names: readonly string[], value: unknown, what: string): void {
    if (!names.includes(value as string)) this.#wrong(`${what} '${String(value)}' is none of ${names.join(', ')}`)
  }

  module(definition: ModuleDefinition): void {
    if (definition === null || typeof definition !== 'object') {
      this.#wrong("the package's default export is no module: export default defineModule({ ... })")
    }
    const { version, commands = [], types = [] } = definition
    if (!MODULE_NAME.test(this.#name)) {
      this.#wrong('name must be lower-case letters, digits and "-", beginning with a letter')
    }
    if (!SEMVER.test(version ?? '')) this.#wrong('version must be a semantic version such as 1.2.0')
    for (const hook of ['load', 'unload'] as const) {
      if (definition[hook] !== undefined && typeof definition[hook] !== 'function') {
        this.#wrong(`${hook} must be a function`)
      }
    }
    this.#requirements(definition.requires ?? {})
    this.#interfaces(definition)
    this.#aclCategories(definition.aclCategories ?? [])
    const names = new Set<string>()
    for (const command of commands) {
      this.#command(command)
      if (names.has(command.name)) this.#wrong(`command ${command.name} is declared twice`)
      names.add(command.name)
    }
    for (const type of types) this.#dataType(type)
    for (const [name, parameter] of Object.entries(definition.config ?? {})) this.#parameter(name, parameter)
    for (const [name, section] of Object.entries(definition.info ?? {})) {
      if (typeof section !== 'function') this.#wrong(`INFO section ${name} must be a function that returns its fields`)
    }
  }

  #requirements(requires: Readonly<Record<string, string>>): void {
    for (const [name, least] of Object.entries(requires)) {
      if (!MODULE_NAME.test(name)) this.#wrong(`requires: '${name}' is no name of a module`)
      if (!SEMVER.test(least ?? '')) {
        this.#wrong(`requires ${name}: '${least}' is no version such as 1.2.0, the least that will do`)
      }
    }
  }

  #interfaces({ provides = [], uses = [] }: ModuleDefinition): void {
    for (const wanted of uses) this.#interface('uses', wanted)
    const names = new Set<string>()
    for (const { interface: offered, create } of provides) {
      this.#interface('provides', offered)
      if (!offered.name.startsWith(`${this.#name}.`)) {
        this.#wrong(`provides: the name of interface '${offered.name}' must begin with '${this.#name}.'`)
      }
      if (typeof create !== 'function') this.#wrong(`provides ${offered.name}: make it by provide(interface, create)`)
      const key = `${offered.name}@${offered.version}`
      if (names.has(key)) this.#wrong(`the interface ${key} is provided twice`)
      names.add(key)
    }
  }

  #interface(place: string, { name, version }: ModuleInterface<unknown>): void {
    if (!INTERFACE_NAME.test(name)) this.#wrong(`${place}: '${name}' is no name of an interface such as json.documents`)
    if (!(Number.isSafeInteger(version) && version > 0)) {
      this.#wrong(`${place} ${name}: the version '${version}' must be a whole number from 1`)
    }
  }

  #aclCategories(categories: readonly string[]): void {
    for (const category of categories) {
      if (!WORD.test(category)) this.#wrong(`ACL category '${category}' must be lower-case letters, digits and "-"`)
      if (this.#categories.has(category)) this.#wrong(`ACL category '${category}' exists already: just name it in acl`)
      this.#categories.add(category)
    }
  }

  #command(command: CommandDefinition | ContainerDefinition): void {
    const { name } = command
    if (!COMMAND_NAME.test(name ?? '')) {
      this.#wrong(`command '${name}': the name must be capitals, digits and . _ -, at most two words`)
    }
    if (!command.summary) this.#wrong(`command ${name} lacks a summary`)
    if (!command.since) this.#wrong(`command ${name} lacks since: the version that introduced it`)
    if (!command.complexity) this.#wrong(`command ${name} lacks its complexity, such as O(1)`)
    if (!Array.isArray(command.flags)) this.#wrong(`command ${name} lacks flags: give a list, which may be empty`)
    for (const flag of command.flags) this.#oneOf(COMMAND_FLAGS, flag, `command ${name}: flag`)
    if (command.group !== undefined) this.#oneOf(COMMAND_GROUPS, command.group, `command ${name}: group`)
    for (const category of command.acl ?? []) {
      if (!this.#categories.has(category)) {
        this.#wrong(
          `command ${name}: ACL category '${category}' is not declared: list it in the module's aclCategories`,
        )
      }
    }
    for (const part of ['handler', 'raw'] as const) {
      const run = (command as Partial<CommandDefinition>)[part]
      if (run !== undefined && typeof run !== 'function') this.#wrong(`command ${name}: ${part} must be a function`)
    }
    for (const spec of command.keySpecs ?? []) this.#keySpec(name, spec)
    if (command.reply !== undefined) this.#reply(`command ${name}: reply`, command.reply)
    if (!('container' in command)) this.#handled(command)
  }

  /** What a container may do without. */
  #handled(command: CommandDefinition): void {
    const { name, args, flags, handler, raw } = command
    if (args === null || typeof args !== 'object') {
      this.#wrong(`command ${name} lacks args: give an object, which may be empty`)
    }
    if (handler === undefined && raw === undefined) this.#wrong(`command ${name} lacks a handler`)
    if (handler !== undefined && raw !== undefined) this.#wrong(`command ${name} has both handler and raw: keep one`)
    if (flags.includes('write') && flags.includes('readonly')) this.#wrong(`command ${name} is both write and readonly`)
    if (command.reply === undefined) {
      this.#wrong(`command ${name} lacks its reply: the shape of what it answers, such as reply.integer()`)
    }
    for (const [key, spec] of Object.entries(args)) this.#argument(`command ${name}: argument ${key}`, spec)
    this.#keysFound(command)
  }

  /** A key that nobody finds in a request is one that no user needs permission for. */
  #keysFound({ name, args, keySpecs, findKeys }: CommandDefinition): void {
    if (keySpecs !== undefined || findKeys !== undefined) return
    if (keySpecsOf(args, name.split(' ').length).length < keyCount(Object.values(args))) {
      this.#wrong(
        `command ${name}: where its keys stand does not follow from its arguments: ` +
          'put them in front of what is optional, or tell it by keySpecs or findKeys',
      )
    }
  }

  #argument(place: string, spec: ArgumentSpec): void {
    if (spec === null || typeof spec !== 'object') this.#wrong(`${place} must be made by a function of arg`)
    this.#oneOf(ARGUMENT_TYPES, spec.type, `${place}: type`)
    if (spec.type === 'key') this.#oneOf(KEY_ACCESSES, spec.access, `${place}: access`)
    for (const flag of spec.keyFlags ?? []) this.#oneOf(KEY_FLAGS, flag, `${place}: key flag`)
    for (const limit of ['min', 'max'] as const) {
      const value: unknown = spec[limit]
      if (value !== undefined && typeof value !== 'number') this.#wrong(`${place}: ${limit} must be a number`)
    }
    if (spec.token !== undefined && typeof spec.token !== 'string') this.#wrong(`${place}: the token must be a text`)
    if (spec.type === 'pure-token' && spec.token === undefined) this.#wrong(`${place} lacks its token`)
    const inner = Object.entries(spec.arguments ?? {})
    if ((spec.type === 'block' || spec.type === 'oneof') && inner.length === 0) this.#wrong(`${place} has no arguments`)
    for (const [key, each] of inner) this.#argument(`${place}.${key}`, each)
  }

  #keySpec(command: string, spec: KeySpec): void {
    const place = `command ${command}: key spec`
    if (spec.access !== undefined) this.#oneOf(KEY_ACCESSES, spec.access, `${place}: access`)
    for (const flag of spec.flags) this.#oneOf(KEY_FLAGS, flag, `${place}: flag`)
    this.#oneOf(['index', 'keyword', 'unknown'], spec.beginSearch.type, `${place}: beginSearch`)
    this.#oneOf(['range', 'keynum', 'unknown'], spec.findKeys.type, `${place}: findKeys`)
  }

  #reply(place: string, shape: ReplySchema): void {
    if (shape === null || typeof shape !== 'object') this.#wrong(`${place} must be made by a function of reply`)
    this.#oneOf(REPLY_TYPES, shape.type, `${place}: type`)
    shape.items?.forEach((item, i) => {
      this.#reply(`${place}[${i}]`, item)
    })
    if (shape.each !== undefined) this.#reply(`${place}[]`, shape.each)
  }

  #dataType(type: DataType<unknown>): void {
    const place = `data type '${type.name}'`
    if (!TYPE_NAME.test(type.name)) this.#wrong(`${place}: the name must have nine characters of A-Z a-z 0-9 _ -`)
    if (!(type.version >= 0 && type.version <= 1023)) this.#wrong(`${place}: version must be 0 to 1023`)
    for (const method of ['save', 'load', 'copy', 'digest', 'memoryBytes'] as const) {
      if (typeof type[method] !== 'function') this.#wrong(`${place} lacks ${method}()`)
    }
  }

  #parameter(name: string, parameter: ConfigParameter): void {
    const place = `parameter ${name}`
    if (!WORD.test(name)) this.#wrong(`${place}: the name must be lower-case letters, digits and "-"`)
    if (parameter === null || typeof parameter !== 'object') this.#wrong(`${place} must be an object with its type`)
    this.#oneOf(CONFIG_TYPES, parameter.type, `${place}: type`)
    if (!parameter.summary) this.#wrong(`${place} lacks a summary`)
    const { type, default: value } = parameter
    const isFitting =
      type === 'integer' ? Number.isSafeInteger(value) : typeof value === (type === 'boolean' ? 'boolean' : 'string')
    if (!isFitting) this.#wrong(`${place}: its default '${value}' is no ${type}`)
    if (type === 'enum' && !parameter.values.includes(parameter.default)) {
      this.#wrong(`${place}: its default '${value}' is none of ${parameter.values.join(', ')}`)
    }
    if (type === 'text' && parameter.check?.(parameter.default) !== undefined) {
      this.#wrong(`${place}: its default '${value}' does not pass its own check`)
    }
    if (type !== 'integer') return
    const { min = -Infinity, max = Infinity } = parameter
    if (!(parameter.default >= min && parameter.default <= max)) {
      this.#wrong(`${place}: its default ${value} is not between ${min} and ${max}`)
    }
  }
}

function checkApiLevel(definition: ModuleDefinition): void {
  if (definition.api === API_LEVEL) return
  const advice =
    typeof definition.api === 'number' && definition.api > API_LEVEL
      ? 'update the server'
      : 'update the module, or build it for a level that this server has'
  throw new ModuleLoadError(
    'KV_MODULE_API_LEVEL',
    `module '${definition.name}' wants API level ${definition.api}, this server has ${API_LEVEL}: ${advice}`,
  )
}

function checkProposals(definition: ModuleDefinition): void {
  for (const proposal of definition.proposals ?? []) {
    if (PROPOSALS.has(proposal)) continue
    throw new ModuleLoadError(
      'KV_MODULE_PROPOSAL',
      `module '${definition.name}' asks for the proposal '${proposal}', which this server does not have: ` +
        'proposals change between releases; use the release that the module names',
    )
  }
}

/** Arguments that are keys, in blocks and alternatives too. */
function keyCount(args: readonly ArgumentSpec[]): number {
  return args.reduce((count, spec) => {
    return count + (spec.type === 'key' ? 1 : keyCount(Object.values(spec.arguments ?? {})))
  }, 0)
}
