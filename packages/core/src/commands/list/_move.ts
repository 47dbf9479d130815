/** LMOVE, RPOPLPUSH and their blocking forms. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import type { ListValue } from '../../keyspace/list-value.ts'
import { element } from '../../structures/element.ts'
import { changed, deleted, listAt, writeList } from './_list.ts'

/**
 * Moves an element from one end of the list at argument 1 to an end of that at argument 2, and answers with it.
 * @returns false, without an answer, when the source does not exist
 */
export function move(call: Call, fromHead: boolean, toHead: boolean): boolean {
  const source = writeList(call, 1)
  if (source === undefined) return true
  if (source.length === 0) return false
  // The destination is looked at first: its type may be wrong, and then nothing changes.
  if (call.lookupWriteAs(2, TYPE_LIST) === WRONG_TYPE) return true
  const list = listAt(call, 1, call.lookupAgain(1))
  if (list === undefined || list.length === 0) return false
  const isSame = call.sameArguments(1, 2)
  const index = fromHead ? 0 : list.length - 1
  list.read(index)
  const moved = element.buf.slice(element.start, element.start + element.length)
  list.removeRange(index, 1)
  const isEmptied = list.length === 0 && !isSame
  if (isSame) {
    pushOne(list, moved, toHead)
    list.shrink()
    changed(call, toHead ? 'lpush' : 'rpush', 2, 0)
  } else {
    if (isEmptied) call.removeEmptied(1)
    else list.shrink()
    pushMoved(call, moved, toHead)
  }
  // As in Redis, that the element came is told before that it went, and both together count as one change.
  changed(call, fromHead ? 'lpop' : 'rpop', 1, 1)
  if (isEmptied) deleted(call, 1)
  call.reply.bulk(moved)
  return true
}

/** Puts the moved element into the list at argument 2, with the events of both ends. */
function pushMoved(call: Call, moved: Uint8Array, toHead: boolean): void {
  const address = call.lookupAgain(2)
  const list = listAt(call, 2, address) as ListValue
  pushOne(list, moved, toHead)
  if (address === 0) call.created(2)
  changed(call, toHead ? 'lpush' : 'rpush', 2, 0)
}

function pushOne(list: ListValue, moved: Uint8Array, toHead: boolean): void {
  list.grow(moved.length, 1)
  if (toHead) list.pushHead(moved, 0, moved.length)
  else list.pushTail(moved, 0, moved.length)
}
