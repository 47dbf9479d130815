/**
 * Element run: elements (element.ts) one behind the other in `buf[start .. end)`, with nothing in between: what packed
 * hashes, sets and sorted sets and the nodes of large lists and of streams hold.
 *
 *     counted run      u16 elements, run                          a packed value: it has at most 8 KiB
 *
 * Redis's listpack has the length of each element behind it, for walking backwards, and a header and an end: that is a
 * tenth of a hash of ten short fields, and half of a stream of small numbers. Here, who walks backwards notes first
 * where the elements begin (`RunIndex`). Only packed lists, which are read from both ends, are listpacks.
 *
 * Search and skipping are O(n).
 */

import { latin1 } from './bytes.ts'
import { element, elementLength, isElementEqual, readElement } from './element.ts'

// --- counted runs

/** The number of elements ahead of a counted run. */
export const RUN_COUNT_BYTES = 2

/** Elements of the counted run at `start`. */
export function runCount(buf: Uint8Array, start: number): number {
  return buf[start] | (buf[start + 1] << 8)
}

export function setRunCount(buf: Uint8Array, start: number, count: number): void {
  buf[start] = count
  buf[start + 1] = count >>> 8
}

/** Position of the first element of the counted run at `start`, or of its end. */
export function firstElement(start: number): number {
  return start + RUN_COUNT_BYTES
}

// --- walking

/** Position behind the element at `pos`: of the next one, or of the end. */
export function nextElement(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return pos + 1
  if (c < 0xc0) return pos + 1 + (c & 63)
  return pos + elementLength(buf, pos)
}

/** Position of the element with an index, counted from 0 at `start`. */
export function positionInRun(buf: Uint8Array, start: number, index: number): number {
  let pos = start
  for (let i = 0; i < index; i++) pos = nextElement(buf, pos)
  return pos
}

/** Where the elements of a run begin, for walking backwards; good until the run changes or another one is indexed. */
export class RunIndex {
  positions = new Int32Array(512)
  count = 0

  fill(buf: Uint8Array, start: number, end: number): void {
    this.count = 0
    for (let pos = start; pos < end; pos = nextElement(buf, pos)) this.push(pos)
  }

  push(pos: number): void {
    if (this.count === this.positions.length) {
      const grown = new Int32Array(2 * this.count)
      grown.set(this.positions)
      this.positions = grown
    }
    this.positions[this.count++] = pos
  }
}

/** One for everybody who walks backwards, and calls nobody who does meanwhile. */
export const runIndex = new RunIndex()

// --- searching

/**
 * Position of an element that is equal to an encoded one, or -1.
 * @param pos where to begin, `end` where to stop (the end of the run)
 * @param step 1 looks at every element, 2 at every second one
 * @param needle an element as `EncodedElements` writes it, `needleBytes` long
 */
export function findElement(
  buf: Uint8Array,
  pos: number,
  end: number,
  step: number,
  needle: Uint8Array,
  needleBytes: number,
): number {
  const head = needle[0]
  let at = pos
  while (at < end) {
    if (buf[at] === head) {
      let i = 1
      while (i < needleBytes && buf[at + i] === needle[i]) i++
      if (i === needleBytes) return at
    }
    at = nextElement(buf, at)
    for (let k = 1; k < step && at < end; k++) at = nextElement(buf, at)
  }
  return -1
}

/** Elements that `removeElements` took out. */
export const removal = { count: 0 }

/**
 * Takes out the elements that are equal to the needle, at most `max` of them, the first or the last ones. What is left
 * moves towards the start. `removal.count` says how many there were.
 * @param next what leads from an element to the one behind it: another one for a listpack
 * @param bytesEach from such an element to the one behind it
 * @returns where the run ends now
 */
export function removeElements(
  buf: Uint8Array,
  start: number,
  end: number,
  needle: Uint8Array,
  needleBytes: number,
  max: number,
  fromEnd: boolean,
  next = nextElement,
  bytesEach = needleBytes,
): number {
  const found: number[] = []
  for (let pos = start; pos < end && (fromEnd || found.length < max); pos = next(buf, pos)) {
    if (isElementEqual(buf, pos, needle, needleBytes)) found.push(pos)
  }
  const first = Math.max(0, found.length - max)
  removal.count = found.length - first
  if (removal.count === 0) return end
  let to = found[first]
  for (let i = first; i < found.length; i++) {
    const from = found[i] + bytesEach
    const until = i + 1 < found.length ? found[i + 1] : end
    buf.copyWithin(to, from, until)
    to += until - from
  }
  return to
}

/** The elements as text, one character per byte: for tests and error logs. */
export function runTexts(buf: Uint8Array, start: number, end: number): string[] {
  const texts: string[] = []
  for (let pos = start; pos < end; pos = nextElement(buf, pos)) {
    readElement(buf, pos)
    texts.push(latin1(element.buf, element.start, element.length))
  }
  return texts
}
