/** Requests that are not run, and what they are answered. */

import type { RequestParser } from '@kvasir/protocol'
import { latin1 } from '../structures/bytes.ts'
import type { Command } from './command.ts'

/**
 * Whether a request is the head of one by HTTP. A web page can make its visitor's browser send such to a server on the
 * visitor's machine, with commands in the body.
 */
export function isWebRequest({ buf, argStart, argLength }: RequestParser): boolean {
  if (argLength[0] < 4 || argLength[0] > 5) return false
  const name = latin1(buf, argStart[0], argLength[0]).toLowerCase()
  return name === 'post' || name === 'host:'
}

export function unknownCommand(parser: RequestParser): string {
  const { buf, argStart, argLength, argc } = parser
  let quoted = ''
  for (let i = 1; i < argc && quoted.length < 128; i++) {
    quoted += `'${latin1(buf, argStart[i], Math.min(argLength[i], 128 - quoted.length))}' `
  }
  const name = latin1(buf, argStart[0], Math.min(argLength[0], 128))
  return `ERR unknown command '${name}', with args beginning with: ${quoted}`
}

export function unknownSubcommand(parser: RequestParser): string {
  const name = latin1(parser.buf, parser.argStart[1], Math.min(parser.argLength[1], 128))
  // It may have another name than its own.
  const container = latin1(parser.buf, parser.argStart[0], parser.argLength[0]).toUpperCase()
  return `ERR unknown subcommand '${name}'. Try ${container} HELP.`
}

export function refusedToSubscriber(command: Command): string {
  const allowed = '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET'
  return `ERR Can't execute '${command.fullName}': only ${allowed} are allowed in this context`
}
