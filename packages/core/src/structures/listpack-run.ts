/**
 * Listpack run: the elements of a listpack, one behind the other in `buf[start .. end)`, without its header and end.
 * listpack.ts has their format.
 */

import { removeElements } from './element-run.ts'
import { LISTPACK_HEADER_BYTES, listpackBytesOfRun, nextInListpack, previousInListpack } from './listpack.ts'

/** Position of the element before `pos`, or -1 at the run's start. */
export function previousInRun(buf: Uint8Array, start: number, pos: number): number {
  return previousInListpack(buf, start - LISTPACK_HEADER_BYTES, pos)
}

/** Position of the element with an index, from 0 to `count`: that is `end`. Walks from the nearer side. */
export function positionInRun(buf: Uint8Array, start: number, end: number, count: number, index: number): number {
  if (index * 2 <= count) {
    let pos = start
    for (let i = 0; i < index; i++) pos = nextInListpack(buf, pos)
    return pos
  }
  let pos = end
  for (let i = count; i > index; i--) pos = previousInRun(buf, start, pos)
  return pos
}

/** As `removeElements` in element-run.ts, from a listpack. */
export function removeEqual(
  buf: Uint8Array,
  start: number,
  end: number,
  needle: Uint8Array,
  needleBytes: number,
  max: number,
  fromEnd: boolean,
): number {
  const bytesEach = listpackBytesOfRun(needle, 0, needleBytes)
  return removeElements(buf, start, end, needle, needleBytes, max, fromEnd, nextInListpack, bytesEach)
}
