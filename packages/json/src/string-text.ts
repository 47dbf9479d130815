/** Strings of nodes as texts, with their escapes undone. */

import { isString, KIND_ESCAPED, kindAt, textLength, textStart } from './node.ts'
import { fromUtf8 } from './utf8.ts'

const BACKSLASH = 92
const U = 117
const CODES: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 }

/** The bytes of a string or key, without escapes. */
export function stringBytes(buf: Uint8Array, at: number): Uint8Array {
  const start = textStart(buf, at)
  const end = start + textLength(buf, at)
  if (kindAt(buf, at) !== KIND_ESCAPED) return buf.slice(start, end)
  const out = new Uint8Array(end - start)
  let to = 0
  for (let i = start; i < end; i++) {
    if (buf[i] !== BACKSLASH) out[to++] = buf[i]
    else if (buf[++i] === U) {
      out[to++] = Number.parseInt(String.fromCharCode(buf[i + 3], buf[i + 4]), 16)
      i += 4
    } else out[to++] = CODES[buf[i]] ?? buf[i]
  }
  return out.slice(0, to)
}

/** Length in bytes of a string's text, without escapes. */
export function stringLength(buf: Uint8Array, at: number): number {
  const length = textLength(buf, at)
  if (kindAt(buf, at) !== KIND_ESCAPED) return length
  const start = textStart(buf, at)
  let unescaped = length
  for (let i = start; i < start + length; i++) {
    if (buf[i] !== BACKSLASH) continue
    const taken = buf[i + 1] === U ? 5 : 1
    unescaped -= taken
    i += taken
  }
  return unescaped
}

/** A string as a text; undefined for a node that is none. */
export function decodeString(buf: Uint8Array, at: number): string | undefined {
  if (!isString(buf, at)) return undefined
  const bytes = stringBytes(buf, at)
  return fromUtf8(bytes, 0, bytes.length)
}

/** A number's text, or any other ASCII text of a node. */
export function asciiText(buf: Uint8Array, at: number): string {
  const start = textStart(buf, at)
  const end = start + textLength(buf, at)
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(buf[i])
  return text
}
