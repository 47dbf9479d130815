/** Requests as one types them: `JSON.SET key $ '{"a": 1}'`. */

import { quoteWord, splitWords } from '@kvasir/core'

/** The words of a request, one character a byte. */
export type Words = readonly string[]

/** The key of the value in samples, and that of a second value of the same type. */
export const KEY = 'key'
export const OTHER_KEY = 'other'

/** Splits as redis-cli does: quotes hold words together, `"\xff"` is a byte. Throws for what is no request. */
export function parseLine(line: string): Words {
  const words = splitWords(Buffer.from(line, 'utf8').toString('latin1'))
  if (words === undefined || words.length === 0) throw new Error(`no request, or unbalanced quotes: ${line}`)
  return words
}

const SHOWN_CHARS_MAX = 200

/** As it would be typed; a long one cut. */
export function lineOf(words: Words): string {
  const line = words.map((word) => (/^[!-~]+$/.test(word) && !/["']/.test(word) ? word : quoteWord(word))).join(' ')
  return line.length > SHOWN_CHARS_MAX ? `${line.slice(0, SHOWN_CHARS_MAX)}...` : line
}

export function withKey(words: Words, from: string, to: string): Words {
  return words.map((word) => (word === from ? to : word))
}

export const bytesOf = (word: string): Uint8Array => Buffer.from(word, 'latin1')
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
