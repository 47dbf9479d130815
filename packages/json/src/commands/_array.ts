/** Elements put into arrays and taken out of them, as edits. */

import type { Edit } from '../document.ts'
import { contentStart, countAt, elementAt, nodeEnd } from '../node.ts'
import type { Values } from './_document.ts'

const NO_BYTES = new Uint8Array(0)

/** Values in front of the element at a place; at the array's count: behind the last. */
export function insertion(buf: Uint8Array, at: number, place: number, count: number, values: Values): Edit {
  const start = place === countAt(buf, at) ? nodeEnd(buf, at) : elementAt(buf, at, place)
  return { owner: at, start, end: start, bytes: values.nodes, countDelta: count, depth: values.depth }
}

/** All elements but those from `start` to `stop`, `stop` included; more than none of them stay, or none. */
export function trimming(buf: Uint8Array, at: number, start: number, stop: number): readonly Edit[] {
  const count = countAt(buf, at)
  const end = nodeEnd(buf, at)
  const first = contentStart(buf, at)
  if (start > stop) return [cut(at, first, end, count)]
  const keptStart = elementAt(buf, at, start)
  let keptEnd = keptStart
  for (let i = start; i <= stop; i++) keptEnd = nodeEnd(buf, keptEnd)
  const edits: Edit[] = []
  if (start > 0) edits.push(cut(at, first, keptStart, start))
  if (stop < count - 1) edits.push(cut(at, keptEnd, end, count - 1 - stop))
  return edits
}

function cut(owner: number, start: number, end: number, count: number): Edit {
  return { owner, start, end, bytes: NO_BYTES, countDelta: -count, depth: 0 }
}

/** A place from the front or the back, moved into the range from `min` to `max`. */
export function clampedPlace(index: bigint, count: number, min: number, max: number): number {
  return Math.min(Math.max(placeFromFront(index, count), min), max)
}

/** @param index below 0: from the back. @returns the place, within the array or not */
export function placeFromFront(index: bigint, count: number): number {
  return Number(index) + (index < 0n ? count : 0)
}
