/** What SLOWLOG and COMMANDLOG have in common: which log is meant, and how entries are shown. */

import type { Call } from '../../engine/call.ts'
import type { CommandLog } from '../../engine/observation/command-log.ts'

const COUNT_MAX = 2n ** 63n - 1n

/** The log that an argument names. @returns undefined after the error */
export function logOf(call: Call, index: number): CommandLog | undefined {
  const { slow, largeRequests, largeReplies } = call.engine.observer
  if (call.argIs(index, 'slow')) return slow
  if (call.argIs(index, 'large-request')) return largeRequests
  if (call.argIs(index, 'large-reply')) return largeReplies
  return call.refuse('ERR type should be one of the following: slow, large-request, large-reply')
}

/** How many entries an argument asks for; -1 is all. @returns undefined after the error */
export function entryCount(call: Call, index: number): number | undefined {
  const count = call.argInt64(index)
  if (count === undefined || count < -1n) return call.refuse('ERR count should be greater than or equal to -1')
  return Number(count === -1n ? COUNT_MAX : count)
}

export function writeEntries({ reply }: Call, log: CommandLog, count: number): void {
  const entries = log.newest(count)
  reply.array(entries.length)
  for (const { id, atSeconds, amount, words, address, clientName } of entries) {
    reply.array(6)
    reply.integer(id)
    reply.integer(atSeconds)
    reply.integer(amount)
    reply.array(words.length)
    for (const word of words) reply.bulk(word)
    reply.bulkString(address)
    reply.bulkString(clientName)
  }
}
