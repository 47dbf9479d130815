/**
 * Time of parsing, writing, reading by path and changing, without a server: `npm run bench -- micro json`. Microseconds
 * a document, or milliseconds where it says so.
 */
import { test } from 'vitest'
import { bytes } from './_test-json.ts'
import { JsonDocument } from './document.ts'
import { JsonParser, parseJson } from './json-parser.ts'
import { JsonWriter } from './json-writer.ts'
import type { JsonPath } from './path.ts'
import { findMatches } from './path-match.ts'
import { compilePath } from './path-parser.ts'

const product = (id: number): unknown => ({
  id,
  name: 'Noise-cancelling Bluetooth headphones',
  wireless: true,
  price: 99.98,
  colors: ['black', 'silver'],
  reviews: Array.from({ length: 8 }, (_, i) => ({ user: `user${i}`, stars: i % 5, text: `Works as described ${i}` })),
  address: { street: 'Main Street 12', zip: '12345', geo: { lat: 12.345, lng: -45.25 } },
})
const document = (sizeBytes: number): Uint8Array => {
  const one = JSON.stringify(product(1)).length
  return bytes(
    JSON.stringify({ items: Array.from({ length: Math.ceil(sizeBytes / one) }, (_, i) => product(i)), last: 7 }),
  )
}

const parser = new JsonParser()
const writer = new JsonWriter()
const OPTIONS = { time: 500, warmupTime: 200 }

for (const sizeBytes of [1000, 100_000, 10_000_000]) {
  const text = document(sizeBytes)
  const nodes = parseJson(text) as Uint8Array
  const changed = new JsonDocument(nodes.slice())
  test(`a document of ${text.length} bytes`, { timeout: 120_000 }, async ({ bench }) => {
    const parse = bench('parse', () => {
      parser.begin()
      parser.parse(text)
    })
    const write = bench('write', () => {
      writer.begin()
      writer.node(nodes, 0)
    })
    const paths = ['$.last', '$.items[-1].address.geo.lat', '$..stars', '$.items[?(@.price > 100)]'].map((path) => {
      const compiled = compilePath(path) as JsonPath
      return bench(path, () => {
        findMatches(compiled, nodes)
      })
    })
    const copy = bench('copy', () => {
      changed.copy()
    })
    await bench.compare(parse, write, ...paths, copy, OPTIONS)
  })
}
