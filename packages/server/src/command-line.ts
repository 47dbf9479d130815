/**
 * The command line, as redis-server's:
 *
 *     kvasir [configuration file] [--directive word ...]... [-]
 *
 * - The first argument is a file when it does not begin with `-`.
 * - `--name` begins a directive; what follows are its words, up to the next argument that begins with `--`. The first
 * word may
 *   begin with `--` itself (`--requirepass --secret`), except behind `--save`, which then means `--save ""`.
 *   An argument may also be a whole line: `'--port 7777'`.
 * - `-` as the last argument reads more of the configuration from standard input.
 *
 * Directives become lines of text, each word quoted, behind those of the file and of standard input.
 * Source: `valkey-server --help` and observed behaviour of Valkey 9.1.
 */

import { quoteWord, splitWords } from '@kvasir/core'
import type { Segment } from './config-file.ts'

export type CommandLine =
  | { readonly action: 'version' | 'help' }
  /** Something that the peers have and Kvasir has not. */
  | { readonly action: 'refuse'; readonly reason: string }
  | {
      readonly action: 'run'
      /** As it was given. */
      readonly file?: string
      readonly readsStandardInput: boolean
      /** The directives as text; undefined when there are none. */
      readonly directives?: Segment
    }

const NOT_OFFERED: Readonly<Record<string, string>> = {
  '--test-memory':
    'Kvasir does not test the memory of the machine: use a tool made for that, such as memtest86+ or memtester.',
  '--check-system': 'Kvasir does not check the settings of the system: none are needed, since it does not fork.',
  '--sentinel': 'Kvasir has no Sentinel mode.',
}

/** @param args without the program's own name */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const [first] = args
  if (first === '-v' || first === '--version') return { action: 'version' }
  if (first === '-h' || first === '--help') return { action: 'help' }
  const reason = NOT_OFFERED[args.includes('--sentinel') ? '--sentinel' : (first ?? '')]
  if (reason !== undefined) return { action: 'refuse', reason }
  const file = first === undefined || first.startsWith('-') ? undefined : first
  const readsStandardInput = args.at(-1) === '-'
  const rest = args.slice(file === undefined ? 0 : 1, readsStandardInput ? -1 : undefined)
  const text = directiveText(rest)
  return {
    action: 'run',
    ...(file === undefined ? {} : { file }),
    readsStandardInput,
    ...(rest.length === 0 ? {} : { directives: { source: 'command line', text: `\n${text}` } }),
  }
}

/** Arguments as lines of a configuration file, one character per byte. */
function directiveText(args: readonly string[]): string {
  const lines: string[] = []
  let isFirstWord = false
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith('--') && !isFirstWord) {
      lines.push(bytesOf(arg.slice(2)))
      isFirstWord = splitWords(arg)?.length === 1 && !savesNothing(arg, args[index + 1])
    } else {
      lines.push(`${lines.pop() ?? ''} ${quoteWord(bytesOf(arg))}`.trimStart())
      isFirstWord = false
    }
  }
  return lines.join('\n')
}

const savesNothing = (arg: string, next: string | undefined): boolean =>
  arg.toLowerCase() === '--save' && (next?.startsWith('--') ?? false)

const bytesOf = (arg: string): string => Buffer.from(arg, 'utf8').toString('latin1')

/** `Kvasir server v=0.1.0 sha=00000000:0 malloc=v8 bits=64 build=node-24.11.0`, a line of the peers' form. */
export function versionText(version: string): string {
  return `Kvasir server v=${version} sha=00000000:0 malloc=v8 bits=64 build=node-${process.versions.node}`
}

export const HELP_TEXT = `Usage: kvasir [/path/to/kvasir.conf] [options] [-]
       kvasir - (read config from stdin)
       kvasir -v or --version
       kvasir -h or --help

Examples:
       kvasir (run the server with default conf)
       echo 'maxmemory 128mb' | kvasir -
       kvasir /etc/kvasir/6379.conf
       kvasir kvasir.config.mjs
       kvasir --port 7777
       kvasir --port 7777 --maxmemory 2gb --maxmemory-policy allkeys-lru
       kvasir /etc/kvasir/6379.conf --loglevel verbose -
       kvasir --loadmodule @kvasir/json
`
