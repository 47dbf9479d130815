/** How far consumer groups are behind: what can be told from counters, without a walk through the stream. */

import { addInt64, type Int64, subtractInt64 } from '../../structures/int64.ts'
import { compareIds, isZeroId, type StreamId } from '../../structures/stream-id.ts'
import { ENTRIES_READ_UNKNOWN, type StreamGroup } from '../../types/stream-group.ts'
import type { StreamObject } from '../../types/stream-object.ts'

/** Whether entries behind an ID may have been deleted. */
export function hasGapBehind(stream: StreamObject, id: StreamId): boolean {
  const { maxDeletedId } = stream
  if (stream.length === 0 || isZeroId(maxDeletedId)) return false
  return compareIds(id, maxDeletedId) <= 0
}

/** How many entries were added up to an ID; ENTRIES_READ_UNKNOWN when deletions hide it. */
export function entriesUpTo(stream: StreamObject, id: StreamId): Int64 {
  const { entriesAdded, length, lastId, maxDeletedId } = stream
  if (entriesAdded === 0) return 0
  if (length === 0 && compareIds(id, lastId) < 1) return entriesAdded
  if (!isZeroId(id) && compareIds(id, maxDeletedId) < 0) return ENTRIES_READ_UNKNOWN
  const toLast = compareIds(id, lastId)
  if (toLast === 0) return entriesAdded
  if (toLast > 0) return ENTRIES_READ_UNKNOWN
  const { firstId } = stream
  if (isZeroId(maxDeletedId) || compareIds(maxDeletedId, firstId) < 0) {
    const toFirst = compareIds(id, firstId)
    if (toFirst < 0) return subtractInt64(entriesAdded, length)
    if (toFirst === 0) return subtractInt64(entriesAdded, length - 1)
  }
  return ENTRIES_READ_UNKNOWN
}

/** How many entries a group has not been given yet, or undefined when that cannot be told. */
export function lagOf(stream: StreamObject, group: StreamGroup): Int64 | undefined {
  if (stream.entriesAdded === 0) return 0
  if (group.entriesRead !== ENTRIES_READ_UNKNOWN && !hasGapBehind(stream, group.lastId)) {
    return subtractInt64(stream.entriesAdded, group.entriesRead)
  }
  const read = entriesUpTo(stream, group.lastId)
  return read === ENTRIES_READ_UNKNOWN ? undefined : subtractInt64(stream.entriesAdded, read)
}

/** Notes that a group was given the entry with this ID. */
export function noteDelivery(stream: StreamObject, group: StreamGroup, id: StreamId): void {
  if (compareIds(id, group.lastId) <= 0) return
  const { lastId, entriesRead } = group
  const isKnown = entriesRead !== ENTRIES_READ_UNKNOWN && compareIds(lastId, stream.firstId) >= 0
  if (isKnown && !hasGapBehind(stream, lastId)) group.entriesRead = addInt64(group.entriesRead, 1)
  else if (stream.entriesAdded !== 0) group.entriesRead = entriesUpTo(stream, id)
  group.lastId = id
}
