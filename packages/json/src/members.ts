/** Finding many members of one object: by a table, where going through them for each would take too long. */

import { contentStart, countAt, findMember, nodeEnd, textLength, textStart } from './node.ts'

/** Up to this many members are gone through. */
const SCANNED_MAX = 16

/** A key's bytes, as they lie in its node. */
export function keyBytes(buf: Uint8Array, keyAt: number): Uint8Array {
  const start = textStart(buf, keyAt)
  return buf.subarray(start, start + textLength(buf, keyAt))
}

/** @returns finds where a key of this object is, or -1 */
export function memberFinder(buf: Uint8Array, objectAt: number): (key: Uint8Array) => number {
  if (countAt(buf, objectAt) <= SCANNED_MAX) return (key) => findMember(buf, objectAt, key)
  const found = new Map<string, number>()
  const end = nodeEnd(buf, objectAt)
  for (let at = contentStart(buf, objectAt); at < end; at = nodeEnd(buf, nodeEnd(buf, at))) {
    found.set(oneCharPerByte(keyBytes(buf, at)), at)
  }
  return (key) => found.get(oneCharPerByte(key)) ?? -1
}

function oneCharPerByte(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
