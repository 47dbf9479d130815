/**
 * A configuration in JavaScript or TypeScript: `kvasir kvasir.config.mjs`.
 *
 *     import { defineConfig } from '@kvasir/server'
 *     import json from '@kvasir/json'
 *
 *     export default defineConfig({
 *       port: 6379,
 *       maxmemory: '2gb',
 *       save: [[3600, 1]],
 *       modules: [json, ['@scope/name', 'argument']],
 *     })
 *
 * The names and the types of the values are those of the core's table of parameters. Every value becomes a directive,
 * so that all is checked as in a configuration file.
 */

import { type ParameterInput, type ParameterName, quoteWord } from '@kvasir/core'
import type { ModuleDefinition } from '@kvasir/module-api'
import type { Directive } from './config-file.ts'

/** A module itself, or what a `loadmodule` line would say: its package and its arguments. */
export type ModuleEntry = ModuleDefinition | string | readonly [specifier: string, ...args: readonly string[]]

export type KvasirConfig = {
  readonly [N in ParameterName]?: ParameterInput<N>
} & {
  /** Parameters of modules: `'ratelimit.window': 60`. */
  readonly [name: `${string}.${string}`]: string | number | boolean
} & {
  /** Loaded in this order. */
  readonly modules?: readonly ModuleEntry[]
  /** ACL users, each as in a `user` line: `'alice on >secret ~cache:* +@read'`. */
  readonly users?: readonly string[]
  /** Commands by their new names; '' for none. */
  readonly renameCommands?: Readonly<Record<string, string>>
}

/** Types a configuration; a configuration file's default export. */
export function defineConfig(config: KvasirConfig): KvasirConfig {
  return config
}

export interface ConvertedConfig {
  readonly directives: readonly Directive[]
  readonly modules: readonly (ModuleDefinition | readonly [specifier: string, ...args: readonly string[]])[]
}

/** A configuration as directives. @param source its path, for errors, in which its values are counted as lines */
export function convertConfig(config: KvasirConfig, source: string): ConvertedConfig {
  const {
    modules = [],
    users = [],
    renameCommands = {},
    ...parameters
  } = config as KvasirConfig & Record<string, unknown>
  const directives: Directive[] = []
  const add = (name: string, words: readonly string[]): void => {
    const text = [name, ...words.map(quoteWord)].join(' ')
    directives.push({ name: name.toLowerCase(), words, origin: { source, line: directives.length + 1, text } })
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null) add(name, wordsOf(value))
  }
  for (const [from, to] of Object.entries(renameCommands)) add('rename-command', [bytesOf(from), bytesOf(to)])
  for (const user of users) add('user', bytesOf(user).split(' ').filter(Boolean))
  return { directives, modules: modules.map((entry) => (typeof entry === 'string' ? [entry] : entry)) }
}

/** The words that a value stands for; an empty list is one empty word, as in `save ""`. */
function wordsOf(value: unknown): string[] {
  const words = flatWords(value)
  return words.length === 0 ? [''] : words
}

function flatWords(value: unknown): string[] {
  if (typeof value === 'boolean') return [value ? 'yes' : 'no']
  if (Array.isArray(value)) return value.flatMap(flatWords)
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, part]) => [name, ...flatWords(part)])
  }
  return [bytesOf(String(value))]
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
