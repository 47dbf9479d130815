/**
 * Applies directives to the configuration in their order, and collects those that are no parameters: modules and their
 * parameters, users, renamed commands. The first mistake ends it.
 *
 * Source of the error texts: observed behaviour of Valkey 9.1.
 */

import { type ConfigRegistry, UNKNOWN_DIRECTIVE } from '@kvasir/core'
import type { ConfigFailure, Directive, Reading } from './config-file.ts'

/** A `loadmodule`: the module's name and its arguments. */
export type ModuleLine = readonly [specifier: string, ...args: readonly string[]]

/** What the configuration asks for besides parameters; all words have one character per byte. */
export interface StartupPlan {
  readonly modules: ModuleLine[]
  /** Names and rules, in their order; a name occurs once. */
  readonly users: (readonly [name: string, ...rules: readonly string[]])[]
  /** Parameters of modules, which are known once these are loaded. */
  readonly moduleParameters: Directive[]
}

export interface DirectiveChecks {
  /** @returns the reason why a user cannot be so */
  user?(name: string, rules: readonly string[]): string | undefined
  /** Gives a command another name, or with '' none. @returns the reason why not */
  renameCommand?(from: string, to: string): string | undefined
}

/** Everything that is read into `config`, up to the first failure, which may be the reading's own. */
export function applyDirectives(
  reading: Reading,
  config: ConfigRegistry,
  checks: DirectiveChecks = {},
): { readonly plan: StartupPlan; readonly failure?: ConfigFailure } {
  const plan: StartupPlan = { modules: [], users: [], moduleParameters: [] }
  for (const directive of reading.directives) {
    const reason = applyDirective(directive, config, plan, checks)
    if (reason !== undefined) return { plan, failure: failureOf(directive, config, reason) }
  }
  if (reading.failure !== undefined) return { plan, failure: reading.failure }
  if (config.parameter('cluster-enabled').value && config.parameter('replicaof').value !== undefined) {
    return { plan, failure: { kind: 'whole', reason: 'replicaof directive not allowed in cluster mode' } }
  }
  return { plan }
}

function applyDirective(
  directive: Directive,
  config: ConfigRegistry,
  plan: StartupPlan,
  checks: DirectiveChecks,
): string | undefined {
  const { name, words } = directive
  const [first, ...rest] = words
  switch (name) {
    case 'loadmodule':
      if (first === undefined) return UNKNOWN_DIRECTIVE
      plan.modules.push([first, ...rest])
      return undefined
    case 'user':
      return first === undefined ? UNKNOWN_DIRECTIVE : addUser(first, rest, plan, checks)
    case 'rename-command':
      if (first === undefined || rest.length !== 1) return UNKNOWN_DIRECTIVE
      return checks.renameCommand?.(first, rest[0] as string)
    case 'sentinel':
      return 'sentinel directive while not in sentinel mode'
  }
  if (config.find(name) === undefined && name.includes('.')) {
    if (words.length === 0) return 'Module config specified without value'
    plan.moduleParameters.push(directive)
    return undefined
  }
  return config.load(name, words)
}

function addUser(
  name: string,
  rules: readonly string[],
  plan: StartupPlan,
  checks: DirectiveChecks,
): string | undefined {
  const failed = (reason: string): string => `Error in user declaration '${name}': ${reason}`
  if (plan.users.some(([other]) => other === name)) {
    return failed('Duplicate user found. A user can only be defined once in config files')
  }
  const reason = checks.user?.(name, rules)
  if (reason !== undefined) return failed(reason)
  plan.users.push([name, ...rules])
  return undefined
}

/** Sets the modules' parameters, once the modules are loaded. */
export function applyModuleParameters(plan: StartupPlan, config: ConfigRegistry): ConfigFailure | undefined {
  for (const directive of plan.moduleParameters) {
    const { name, words } = directive
    const module = name.split('.', 1)[0]
    const unused = `there is no such parameter: a loadmodule line for '${module}' is missing, or the name differs`
    const reason = config.find(name) === undefined ? unused : config.load(name, words)
    if (reason !== undefined) return failureOf(directive, config, reason)
  }
  return undefined
}

/** Shows the line, but no secrets; those of a module that is not there are not known. */
function failureOf({ name, origin }: Directive, config: ConfigRegistry, reason: string): ConfigFailure {
  const parameter = config.find(name)
  const isSecret = parameter === undefined ? name.includes('.') : parameter.definition.sensitive === true
  return { kind: 'directive', origin: isSecret ? { ...origin, text: `${name} (redacted)` } : origin, reason }
}

/** A line for the log about each parameter that is set and that Kvasir does not act on. */
export function unsupportedWarnings(config: ConfigRegistry): string[] {
  return config.unsupported().map(({ name, text, definition }) => {
    const value = definition.sensitive ? '' : ` to '${text}'`
    return `The configuration sets ${name}${value}, which Kvasir keeps and shows but does not act on yet.`
  })
}
