/** What SORT does with the key of STORE. */

import type { Call } from '../../engine/call.ts'
import type { Database } from '../../keyspace/database.ts'
import { ListValue } from '../../keyspace/list-value.ts'
import { encodedListpack, LISTPACK_EMPTY_BYTES } from '../../structures/listpack.ts'
import { exceedsListpack } from '../../types/list-limits.ts'
import { changed } from '../list/_list.ts'
import type { ByteStrings } from './_sort-bytes.ts'

/** What Valkey reckons for an element beside its bytes, when it looks whether a node has room for it. */
const ELEMENT_OVERHEAD_BYTES = 8

/**
 * Puts a list at the key at `index` instead of what is there, with empty strings for what is missing, and answers how
 * long it is. A list without elements deletes the key.
 */
export function storeResult(call: Call, result: ByteStrings, index: number): void {
  const { db, buf, starts, lengths } = call
  const { count } = result
  const old = call.lookupWrite(index)
  if (count === 0) {
    if (old !== 0) call.deleteKey(old, index)
    return call.reply.integer(0)
  }
  if (old !== 0) {
    db.removeFound(old)
    db.find(buf, starts[index], lengths[index])
  }
  const list = new ListValue(db, 0, buf, starts[index], lengths[index])
  if (!fitsOneNode(db, result)) list.grow(Number.POSITIVE_INFINITY, count)
  for (let i = 0; i < count; i++) list.pushTail(result.bytes, result.start(i), result.length(i))
  if (old === 0) call.created(index)
  changed(call, 'sortstore', index, count)
  call.reply.integer(count)
}

/**
 * Whether Redis calls the list a listpack. Not as RPUSH finds that out: SORT makes a quicklist, element by element, and
 * only when one node held them all does it become a listpack.
 */
function fitsOneNode(db: Database, result: ByteStrings): boolean {
  const { limits } = db.owner
  let sizeBytes = LISTPACK_EMPTY_BYTES
  for (let i = 0; i < result.count; i++) {
    const length = result.length(i)
    const overhead = i === 0 ? 0 : ELEMENT_OVERHEAD_BYTES
    if (exceedsListpack(limits, sizeBytes + length + overhead, i + 1)) return false
    encodedListpack.clear()
    encodedListpack.add(result.bytes, result.start(i), length)
    sizeBytes += encodedListpack.length
  }
  return !exceedsListpack(limits, sizeBytes, result.count)
}
