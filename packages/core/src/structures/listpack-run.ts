/**
 * Listpack run: listpack elements one behind the other in `buf[start .. end)`, without the listpack's header and end:
 * what a node of a long list holds, and the inside of a listpack. listpack.ts has the format of the elements.
 *
 * A needle is one element as `ListpackElements` writes it. Equal elements are equal bytes, so nothing is decoded.
 */

import { isElementEqual } from './element.ts'
import { LISTPACK_HEADER_BYTES, nextInListpack, previousInListpack } from './listpack.ts'

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

/** Elements that `removeEqual` took out. */
export const removal = { count: 0 }

/**
 * Takes out the elements that are equal to the needle, at most `max` of them, the first or the last ones. What is left
 * moves towards the start. `removal.count` says how many there were.
 * @returns where the run ends now
 */
export function removeEqual(
  buf: Uint8Array,
  start: number,
  end: number,
  needle: Uint8Array,
  needleBytes: number,
  max: number,
  fromEnd: boolean,
): number {
  const found: number[] = []
  if (fromEnd) {
    for (let pos = previousInRun(buf, start, end); pos >= 0 && found.length < max; ) {
      if (isElementEqual(buf, pos, needle, needleBytes)) found.push(pos)
      pos = previousInRun(buf, start, pos)
    }
    found.reverse()
  } else {
    for (let pos = start; pos < end && found.length < max; pos = nextInListpack(buf, pos)) {
      if (isElementEqual(buf, pos, needle, needleBytes)) found.push(pos)
    }
  }
  removal.count = found.length
  if (found.length === 0) return end
  let to = found[0]
  for (let i = 0; i < found.length; i++) {
    const from = found[i] + needleBytes
    const until = i + 1 < found.length ? found[i + 1] : end
    buf.copyWithin(to, from, until)
    to += until - from
  }
  return to
}
