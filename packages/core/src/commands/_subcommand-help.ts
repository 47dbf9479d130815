/** The HELP subcommands: one form for all containers, which is Redis's. */

import type { Call } from '../engine/call.ts'

/** Each text may have several lines. HELP itself comes last and need not be given. */
export function writeHelp(
  call: Call,
  container: string,
  entries: readonly (readonly [usage: string, text: string])[],
): void {
  const lines = [`${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`]
  for (const [usage, text] of [...entries, ['HELP', 'Print this help.'] as const]) {
    lines.push(usage, ...text.split('\n').map((line) => `    ${line}`))
  }
  call.reply.array(lines.length)
  for (const line of lines) call.reply.simple(line)
}
