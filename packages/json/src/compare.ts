/** Comparing nodes: by their bytes where that will do, by their meaning where it will not. */

import { keyBytes, memberFinder } from './members.ts'
import { contentStart, countAt, isNumber, isString, KIND_ARRAY, KIND_INTEGER, kindAt, nodeEnd } from './node.ts'
import { compareIntegerTexts } from './number-text.ts'
import { asciiText, stringBytes } from './string-text.ts'

/** How values are equal: as JSON.ARRINDEX has it, 1 and 1.0 differ; in filters they are the same number. */
export type Equality = 'exact' | 'numeric'

export function equalNodes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, by: Equality): boolean {
  const kind = kindAt(a, aAt)
  if (kind >= KIND_ARRAY) return kindAt(b, bAt) === kind && equalContainers(a, aAt, b, bAt, by)
  if (by === 'numeric' && isNumber(a, aAt) && isNumber(b, bAt)) return compareNumbers(a, aAt, b, bAt) === 0
  const end = nodeEnd(a, aAt)
  if (nodeEnd(b, bAt) - bAt !== end - aAt) return false
  for (let i = aAt, k = bAt; i < end; i++, k++) if (a[i] !== b[k]) return false
  return true
}

/** Members may come in any order. */
function equalContainers(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, by: Equality): boolean {
  if (countAt(a, aAt) !== countAt(b, bAt)) return false
  const end = nodeEnd(a, aAt)
  let at = contentStart(a, aAt)
  if (kindAt(a, aAt) === KIND_ARRAY) {
    for (let other = contentStart(b, bAt); at < end; at = nodeEnd(a, at), other = nodeEnd(b, other)) {
      if (!equalNodes(a, at, b, other, by)) return false
    }
    return true
  }
  const find = memberFinder(b, bAt)
  while (at < end) {
    const found = find(keyBytes(a, at))
    const value = nodeEnd(a, at)
    if (found < 0 || !equalNodes(a, value, b, nodeEnd(b, found), by)) return false
    at = nodeEnd(a, value)
  }
  return true
}

/** Below, at or above 0; NaN for what has no order: everything but two numbers or two strings. */
export function compareNodes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  if (isNumber(a, aAt) && isNumber(b, bAt)) return compareNumbers(a, aAt, b, bAt)
  if (isString(a, aAt) && isString(b, bAt)) return compareBytes(stringBytes(a, aAt), stringBytes(b, bAt))
  return Number.NaN
}

function compareNumbers(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  const left = asciiText(a, aAt)
  const right = asciiText(b, bAt)
  if (kindAt(a, aAt) === KIND_INTEGER && kindAt(b, bAt) === KIND_INTEGER) return compareIntegerTexts(left, right)
  return Number(left) - Number(right)
}

/** The order of UTF-8 is that of code points. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}
