/** Short ways from text to nodes and back, and random documents from a seed, for tests. */

import { seededRandom } from '@kvasir/testkit'
import { parseJson } from './json-parser.ts'
import { jsonText } from './json-writer.ts'
import { findMatches } from './path-match.ts'
import { compilePath } from './path-parser.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const bytes = (text: string): Uint8Array => encoder.encode(text)

export function nodes(value: unknown): Uint8Array {
  const parsed = parseJson(bytes(typeof value === 'string' ? value : JSON.stringify(value)))
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

export const textAt = (buf: Uint8Array, at = 0): string => decoder.decode(jsonText(buf, at))

/** A text, parsed and written again; the error otherwise. */
export function rewritten(text: string | Uint8Array): string {
  const parsed = parseJson(typeof text === 'string' ? bytes(text) : text)
  return typeof parsed === 'string' ? parsed : textAt(parsed)
}

/** What a path finds, as JSON texts; the error otherwise. */
export function found(document: unknown, path: string): readonly string[] | string {
  const compiled = compilePath(path)
  if (typeof compiled === 'string') return compiled
  const buf = nodes(document)
  const matches = findMatches(compiled, buf)
  return matches === undefined ? 'too costly' : matches.at.map((at) => textAt(buf, at))
}

const STRINGS = [
  '',
  'a',
  'text',
  'é',
  '😀 and more',
  'quote " and \\',
  'line\nbreak',
  '\u0001',
  'x'.repeat(40),
  'y'.repeat(300),
]

/** Draws whole numbers from 0 to below `limit`. */
export function drawer(seed: number): (limit: number) => number {
  const random = seededRandom(seed)
  for (let i = 0; i < 10; i++) random.next()
  return (limit) => random.next() % limit
}

/** A random document, as JSON.parse would give it. */
export function randomValue(draw: (limit: number) => number, depth: number): unknown {
  const kind = depth === 0 ? draw(5) : draw(9)
  if (kind === 0) return null
  if (kind === 1) return draw(2) === 0
  if (kind === 2) return draw(2_000_000) - 1_000_000
  if (kind === 3) return draw(1000) + 0.5
  if (kind === 4) return STRINGS[draw(STRINGS.length)]
  if (kind < 7) return Array.from({ length: draw(7) }, () => randomValue(draw, depth - 1))
  const object: Record<string, unknown> = {}
  for (let i = draw(12); i > 0; i--) object[`k${draw(30)}`] = randomValue(draw, depth - 1)
  return object
}
