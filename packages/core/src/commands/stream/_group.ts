/** The stream and the group at the arguments of XGROUP's subcommands. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { KEY_REQUIRED, nameAt, noGroupForKey, readStream, writeStream } from './_stream.ts'

export interface GroupAt {
  readonly stream: StreamObject
  readonly group: StreamGroup
}

/** The group at index 3 of the stream at index 2, for a change. @returns undefined after the error */
export function writeGroup(call: Call): GroupAt | undefined {
  const stream = writeStream(call, 2)
  if (stream === null) return undefined
  if (stream === undefined) {
    call.reply.error(KEY_REQUIRED)
    return undefined
  }
  return groupOf(call, stream)
}

/** As `writeGroup`, for reading. */
export function readGroup(call: Call): GroupAt | undefined {
  const stream = readStream(call, 2)
  if (stream === null) return undefined
  if (stream === undefined) {
    call.reply.error(ERRORS.noSuchKey)
    return undefined
  }
  return groupOf(call, stream)
}

function groupOf(call: Call, stream: StreamObject): GroupAt | undefined {
  const group = stream.groups.get(nameAt(call, 3))
  if (group !== undefined) return { stream, group }
  noGroupForKey(call, 2, 3)
  return undefined
}
