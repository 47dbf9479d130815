/**
 * Everything that the server is configured with, from the command line on:
 *
 *     command line -> file (text or JavaScript) -> standard input -> directives of the command line
 *
 * Later directives win over earlier ones. Nothing is applied here; see startup-directives.ts.
 */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModuleDefinition } from '@kvasir/module-api'
import type { CommandLine } from './command-line.ts'
import {
  type ConfigFailure,
  type Directive,
  type Reading,
  readDirectives,
  readText,
  type Segment,
} from './config-file.ts'
import { type ConvertedConfig, convertConfig, type KvasirConfig } from './define-config.ts'

export interface Configuration {
  readonly reading: Reading
  /** Modules of a configuration in JavaScript, to be loaded before those of `loadmodule` lines. */
  readonly modules: readonly (ModuleDefinition | readonly [specifier: string, ...args: readonly string[]])[]
  /** The configuration file, absolute; undefined when there is none that CONFIG REWRITE could write. */
  readonly file?: string
}

export interface ConfigurationHost {
  readonly directory: string
  /** All of standard input, one character per byte. */
  readStandardInput(): string
}

const JAVASCRIPT = /\.[cm]?[jt]s$/

/** The process's own directory and standard input. */
export function processHost(): ConfigurationHost {
  return {
    directory: process.cwd(),
    readStandardInput() {
      const text = readText(0)
      return typeof text === 'string' ? text : ''
    },
  }
}

/** Reads all that the command line names. A configuration in JavaScript runs; what it throws, this throws. */
export async function readConfiguration(
  line: CommandLine & { readonly action: 'run' },
  host: ConfigurationHost = processHost(),
): Promise<Configuration> {
  const segments: Segment[] = []
  let converted: ConvertedConfig = { directives: [], modules: [] }
  const path = line.file === undefined ? undefined : resolve(host.directory, line.file)
  const isJavaScript = path !== undefined && JAVASCRIPT.test(path)
  if (path !== undefined && isJavaScript) converted = await importConfig(path)
  else if (path !== undefined) {
    const text = readText(path)
    if (typeof text !== 'string') return failed({ kind: 'open', path, reason: text.reason })
    segments.push({ source: path, text })
  }
  if (line.readsStandardInput) segments.push({ source: 'standard input', text: host.readStandardInput() })
  if (line.directives !== undefined) segments.push(line.directives)
  const read = readDirectives(segments, host.directory)
  const directives: readonly Directive[] = [...converted.directives, ...read.directives]
  return {
    reading: { ...read, directives },
    modules: converted.modules,
    ...(path === undefined || isJavaScript ? {} : { file: path }),
  }
}

const failed = (failure: ConfigFailure): Configuration => ({ reading: { directives: [], failure }, modules: [] })

async function importConfig(path: string): Promise<ConvertedConfig> {
  const { default: config } = (await import(pathToFileURL(path).href)) as { default?: KvasirConfig }
  if (config === null || typeof config !== 'object') {
    throw new Error(`${path} has no configuration as its default export: export default defineConfig({ ... })`)
  }
  return convertConfig(config, path)
}
