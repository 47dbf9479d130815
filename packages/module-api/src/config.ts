/** Configuration parameters of modules: `CONFIG GET module.name`, and `module.name value` in the configuration file. */

export interface ConfigBase {
  readonly summary: string
  /** Only at start-up. */
  readonly immutable?: boolean
  /**
   * A secret, such as a token: its values are `(redacted)` in MONITOR, in the command logs and in what is logged.
   * CONFIG GET shows them, and CONFIG REWRITE writes them.
   */
  readonly sensitive?: boolean
}

export interface IntegerParameter extends ConfigBase {
  readonly type: 'integer'
  readonly default: number
  readonly min?: number
  readonly max?: number
  /** Accepts `64mb` and the like. */
  readonly memory?: boolean
}

export interface BooleanParameter extends ConfigBase {
  readonly type: 'boolean'
  readonly default: boolean
}

export interface TextParameter extends ConfigBase {
  readonly type: 'text'
  readonly default: string
  /** Says what is wrong with a value, for the error of CONFIG SET or of the start; undefined when nothing is. */
  check?(value: string): string | undefined
}

export interface EnumParameter extends ConfigBase {
  readonly type: 'enum'
  readonly values: readonly string[]
  readonly default: string
}

/** The types that there are. */
export const CONFIG_TYPES = ['integer', 'boolean', 'text', 'enum'] as const
export type ConfigParameter = IntegerParameter | BooleanParameter | TextParameter | EnumParameter
export type ConfigValue = number | boolean | string
