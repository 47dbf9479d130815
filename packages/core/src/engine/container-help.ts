/**
 * HELP of containers: made from the declarations of the subcommands, so that no command writes its help by hand.
 *
 *     CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
 *     KILL (<ip:port>|...)
 *         Ends connections.
 *     HELP
 *         Print this help.
 */

import { type CommandDefinition, type ContainerDefinition, reply } from '@kvasir/module-api'
import { type ArgumentDoc, argumentDocs } from './argument-docs.ts'
import type { Call } from './call.ts'
import type { Command } from './command.ts'

/** The declaration of a container's HELP. */
export function helpDefinition(container: ContainerDefinition): CommandDefinition {
  const { name, group, help } = container
  const definition: Omit<CommandDefinition, 'raw'> & { raw(call: Call): void } = {
    name: `${name} HELP`,
    summary: `Tells of the subcommands of ${name}.`,
    since: help?.since ?? container.since,
    ...(group === undefined ? {} : { group }),
    complexity: 'O(1)',
    flags: container.flags.includes('sentinel') ? ['loading', 'stale', 'sentinel'] : ['loading', 'stale'],
    acl: [...(container.acl ?? []), ...(help?.acl ?? [])],
    args: {},
    reply: reply.list(reply.simple()),
    raw: writeHelp,
  }
  return definition as unknown as CommandDefinition
}

function writeHelp(call: Call): void {
  const lines = helpLines(call.command.parent as Command)
  call.reply.array(lines.length)
  for (const line of lines) call.reply.simple(line)
}

export function helpLines(container: Command): readonly string[] {
  const lines = [`${container.name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`]
  const { definition } = container
  if ('container' in definition && definition.raw !== undefined)
    lines.push('(no subcommand)', indent(definition.summary))
  for (const command of container.subcommands?.values() ?? []) {
    if (command.name === 'help') continue
    lines.push([command.name.toUpperCase(), ...usage(command)].join(' '), indent(command.definition.summary))
  }
  lines.push('HELP', indent('Print this help.'))
  return lines
}

const indent = (text: string): string => `    ${text}`

function usage(command: Command): string[] {
  const { definition } = command
  return 'container' in definition ? [] : argumentDocs(definition.args, command.keySpecs).map(usageOf)
}

/** `[ID <client-id> [ID <client-id> ...]]` and the like. */
function usageOf(doc: ArgumentDoc): string {
  const value = valueUsage(doc)
  const once = [doc.token, value].filter((part) => part !== undefined && part !== '').join(' ')
  const again = doc.multiple ? ` [${doc.multipleToken ? once : value} ...]` : ''
  return doc.optional ? `[${once}${again}]` : `${once}${again}`
}

function valueUsage(doc: ArgumentDoc): string {
  switch (doc.type) {
    case 'pure-token':
      return ''
    case 'oneof': {
      // An optional one stands in brackets already.
      const alternatives = doc.arguments.map((each) => usageOf({ ...each, optional: false })).join('|')
      return doc.optional && doc.token === undefined ? alternatives : `(${alternatives})`
    }
    case 'block':
      return doc.arguments.map(usageOf).join(' ')
    default:
      return `<${doc.display}>`
  }
}
