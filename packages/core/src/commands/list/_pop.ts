/** LPOP, RPOP, LMPOP and their blocking forms. */

import type { Call } from '../../engine/call.ts'
import { ERRORS, wrongArity } from '../../engine/errors.ts'
import type { ListValue } from '../../keyspace/list-value.ts'
import { element } from '../../structures/element.ts'
import { removed, writeList } from './_list.ts'

/** LPOP and RPOP. */
export function pop(call: Call, fromHead: boolean): void {
  if (call.argc > 3) return call.reply.error(wrongArity(call.command.fullName))
  const hasCount = call.argc === 3
  const count = hasCount ? readPositive(call, 2) : 1
  if (Number.isNaN(count)) return
  const list = writeList(call, 1)
  if (list === undefined) return
  if (list.length === 0) return hasCount ? call.reply.nullArray() : call.reply.nil()
  if (hasCount) return popSome(call, list, 1, fromHead, count)
  popOne(call, list, 1, fromHead)
}

/** A count of at least 0. @returns NaN after the error */
function readPositive(call: Call, index: number): number {
  const value = call.argInt64(index)
  if (value !== undefined && value >= 0n) return Number(value)
  call.reply.error(ERRORS.notPositive)
  return Number.NaN
}

/** Answers with one element and removes it; there is one. */
export function popOne(call: Call, list: ListValue, keyIndex: number, fromHead: boolean): void {
  const index = fromHead ? 0 : list.length - 1
  list.read(index)
  call.reply.bulk(element.buf, element.start, element.length)
  list.removeRange(index, 1)
  removed(call, list, fromHead ? 'lpop' : 'rpop', keyIndex, 1)
}

/** Answers with an array of up to `count` elements and removes them. */
export function popSome(call: Call, list: ListValue, keyIndex: number, fromHead: boolean, count: number): void {
  const { reply: out } = call
  const { length } = list
  const taken = Math.min(count, length)
  const reply = (buf: Uint8Array, start: number, bytes: number): void => out.bulk(buf, start, bytes)
  out.array(taken)
  if (taken === 0) return
  if (fromHead) list.forRange(0, taken, reply)
  else list.forRangeBackwards(length - 1, taken, reply)
  list.removeRange(fromHead ? 0 : length - taken, taken)
  removed(call, list, fromHead ? 'lpop' : 'rpop', keyIndex, taken)
}
