/** XDELEX and XACKDEL: deleting with a look at the consumer groups that refer to an entry. */

import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { compareIds, type StreamId } from '../../structures/stream-id.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { readIds } from './_stream.ts'

/** What each ID is answered with. */
export const NO_SUCH_ENTRY = -1
export const DELETED = 1
export const STILL_REFERRED_TO = 2

export type References = 'keepref' | 'delref' | 'acked'

export const referenceArguments = {
  condition: arg.optional(
    arg.oneOf({ keepref: arg.token('KEEPREF'), delref: arg.token('DELREF'), acked: arg.token('ACKED') }),
  ),
  ids: arg.after('IDS', arg.block({ numids: arg.integer(), id: arg.repeated(arg.string()) })),
}

export const referencesReply = reply.list(
  reply.oneOf([
    reply.integer('-1: there is no such entry'),
    reply.integer('1: the entry is deleted'),
    reply.integer('2: with ACKED: not deleted, because a group has not read or not acknowledged it'),
  ]),
)

/**
 * Reads `[KEEPREF | DELREF | ACKED] IDS numids id ...`, in any order, from `index` on.
 * @returns undefined after the error
 */
export function readReferences(
  call: Call,
  index: number,
): { readonly references: References; readonly ids: readonly StreamId[] } | undefined {
  let references: References | undefined
  let ids: readonly StreamId[] | undefined
  for (let i = index; i < call.argc; ) {
    const found = (['keepref', 'delref', 'acked'] as const).find((name) => call.argIs(i, name))
    if (found !== undefined && references === undefined) {
      references = found
      i++
    } else if (call.argIs(i, 'ids') && ids === undefined && i + 1 < call.argc) {
      const count = call.argInteger(i + 1)
      if (!(count > 0)) return call.refuse('ERR Number of IDs must be a positive integer')
      if (count > call.argc - i - 2) {
        return call.refuse('ERR The `numids` parameter must match the number of arguments')
      }
      ids = readIds(call, i + 2, i + 2 + count)
      if (ids === undefined) return undefined
      i += 2 + count
    } else return call.syntaxError()
  }
  return ids === undefined ? call.syntaxError() : { references: references ?? 'keepref', ids }
}

/** Deletes an entry as far as its references allow, and answers what became of it. */
export function deleteReferred(stream: StreamObject, id: StreamId, references: References): number {
  if (references === 'acked' && stream.has(id) && !isDoneWith(stream, id)) return STILL_REFERRED_TO
  const isDeleted = stream.delete(id)
  if (references === 'delref') for (const group of stream.groups.values()) group.remove(id)
  return isDeleted ? DELETED : NO_SUCH_ENTRY
}

/** Whether every group has read an entry and acknowledged it. */
function isDoneWith(stream: StreamObject, id: StreamId): boolean {
  for (const group of stream.groups.values()) {
    if (compareIds(group.lastId, id) < 0 || group.find(id) !== 0) return false
  }
  return true
}
