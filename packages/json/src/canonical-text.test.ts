import { startTestEngine } from '@kvasir/testkit'
import { describe, expect, it } from 'vitest'
import { bytes, drawer, nodes, randomValue, rewritten } from './_test-json.ts'
import { canonicalText } from './canonical-text.ts'
import { type JsonDocument, parseDocument } from './document.ts'
import { jsonModule as json } from './json-module.ts'
import { JsonWriter, jsonText } from './json-writer.ts'

const decoder = new TextDecoder()

/** What is recognized, with other bytes around it; undefined when it is not. */
function recognized(text: string | Uint8Array): string | undefined {
  const inner = typeof text === 'string' ? bytes(text) : text
  const outer = new Uint8Array(inner.length + 8).fill(34)
  outer.set(inner, 5)
  const found = canonicalText(outer, 5, 5 + inner.length)
  return found === undefined ? undefined : decoder.decode(found)
}

const members = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}`

describe('canonical text', () => {
  it('is what the parser would write, of random documents and of what is left of them when bytes change', () => {
    const draw = drawer(11)
    const wanted = '{}[]",:\\ -+.eE01289tfnu/a\n\u0000\u001f'
    let spaced = 0
    for (let i = 0; i < 4000; i++) {
      const value = randomValue(draw, 3)
      const text = bytes(draw(2) === 0 ? JSON.stringify(value) : JSON.stringify(value, null, draw(3)))
      for (let k = draw(3); k > 0 && text.length > 0; k--) {
        text[draw(text.length)] = draw(4) === 0 ? draw(256) : wanted.charCodeAt(draw(wanted.length))
      }
      const cut = text.subarray(0, draw(8) === 0 ? draw(text.length + 1) : text.length)
      const found = recognized(cut)
      if (found === undefined) continue
      expect(found).toBe(rewritten(cut))
      if (cut.length !== found.length) spaced++
    }
    expect(spaced).toBeGreaterThan(200)
  })

  it('is recognized in every document that JSON.stringify writes, up to its limits', () => {
    const draw = drawer(5)
    for (let i = 0; i < 1000; i++) {
      const text = JSON.stringify(randomValue(draw, 3))
      if (bytes(text).length > 8192 || text.includes('\\u')) continue
      expect(recognized(text)).toBe(text)
    }
  })

  it.each([
    ...['0', '-1', '7', '123456789012345678', '9223372036854775807', '18446744073709551615', '-9223372036854775808'],
    ...['0.0', '-0.0', '1.0', '0.5', '0.05', '-12.25', '0.00001', '0.30000000000000004', '1e16', '1.5e-7', '1e-6'],
    ...[
      'null',
      'true',
      'false',
      '""',
      '"\\"\\\\\\b\\f\\n\\r\\t"',
      '"é ß € 😀"',
      '[]',
      '{}',
      '[[],{}]',
      '{"":{"a":[1,"b"]}}',
    ],
    ...['{"a":1,"b":{"a":1},"aa":1}', members(64), '['.repeat(128) + ']'.repeat(128), `"${'x'.repeat(8190)}"`],
  ])('is recognized: %.60s', (text) => {
    expect(rewritten(text)).toBe(text)
    expect(recognized(text)).toBe(text)
  })

  it.each([
    ['{"a": 1, "b": [1, 2, "c d"]}', '{"a":1,"b":[1,2,"c d"]}'],
    [' \r\n\t[\n  1,\n  "\\" , \\\\"\n]\n', '[1,"\\" , \\\\"]'],
    ['1 ', '1'],
  ])('is found without the white space in %j', (text, expected) => {
    expect(recognized(text)).toBe(expected)
  })

  it.each([
    ...['', ' ', '-0', '00', '01', '1.', '.5', '1.50', '1e5', '1E16', '18446744073709551616', '0.000001', '+1', '- 1'],
    ...[
      'nul',
      'nulL',
      'True',
      'tru',
      'fals',
      'falsy',
      '"',
      '"a',
      '"\\',
      '"\\/"',
      '"\\u0041"',
      '"\\x"',
      '"\n"',
      '"\u0000"',
    ],
    ...[
      '[',
      '[1',
      '[1,',
      '[1,]',
      '[1 2]',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,}',
      '{"a" 1}',
      '{1:2}',
      '{,}',
      '[}',
      '{]',
    ],
    ...['1 2', '1,2', ']', '}', ',', ':', '"a":1', '[1]]', '{"a":1}}', '{"a":1,"a":2}', '{"a":1,"b":2,"a":3}'],
    ...[members(65), '['.repeat(129) + ']'.repeat(129), `"${'x'.repeat(8191)}"`],
  ])('is not: %.60j', (text) => {
    expect(recognized(text)).toBeUndefined()
  })

  it('is UTF-8', () => {
    for (const wrong of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0x80],
      [0xc3],
    ]) {
      expect(recognized(Uint8Array.from([34, ...wrong, 34]))).toBeUndefined()
      expect(recognized(Uint8Array.from([34, ...wrong]))).toBeUndefined()
    }
  })
})

describe('a document that is text', () => {
  const TEXT = '{"name":"Ann","tags":["a","b"],"visits":7,"city":"Zürich"}'

  it('gives the same text and copy as its nodes, which a path makes of it where it lies', () => {
    const document = parseDocument(bytes(TEXT)) as JsonDocument
    const copy = document.copy()
    expect(decoder.decode(document.text)).toBe(TEXT)
    const { memoryBytes } = document
    expect(decoder.decode(jsonText(document.buf, 0))).toBe(TEXT)
    expect(document.text).toBeUndefined()
    expect(document.memoryBytes).toBe(memoryBytes)
    expect(decoder.decode(document.toText())).toBe(TEXT)
    expect(decoder.decode(copy.toText())).toBe(TEXT)
    expect(copy.buf.subarray(0, copy.length)).toEqual(document.buf.subarray(0, document.length))
  })

  it('is text again when the nodes are read whole twice with no path between, and there is room', () => {
    const document = parseDocument(bytes(TEXT)) as JsonDocument
    const writer = new JsonWriter()
    const readWhole = (): string => {
      writer.begin()
      document.writeText(writer)
      return decoder.decode(writer.bytes())
    }
    const isNodes = (): boolean => document.text === undefined
    const { memoryBytes } = document
    expect(document.buf.length).toBe(TEXT.length + 1)
    expect([readWhole(), isNodes()]).toEqual([TEXT, true])
    expect(document.buf.length).toBe(TEXT.length + 1)
    expect([readWhole(), isNodes()]).toEqual([TEXT, true])
    expect([readWhole(), isNodes()]).toEqual([TEXT, false])
    expect(readWhole()).toBe(TEXT)
    expect(document.memoryBytes).toBe(memoryBytes)
    document.assign(nodes('["abc","def"]'))
    for (let i = 0; i < 3; i++) expect([readWhole(), isNodes()]).toEqual(['["abc","def"]', true])
  })

  it('takes a larger buffer where its nodes are longer', () => {
    const text = `[${Array.from({ length: 200 }, () => '[1]').join()}]`
    const document = parseDocument(bytes(text)) as JsonDocument
    expect(document.length).toBeGreaterThan(text.length)
    expect(decoder.decode(document.toText())).toBe(text)
  })

  it('is read, changed, read and set anew', () => {
    const engine = startTestEngine({ modules: [json] })
    const call = (name: string, ...words: string[]): string => String(engine.call(name, ...words))
    call('JSON.SET', 'k', '$', TEXT)
    expect(call('JSON.GET', 'k')).toBe(TEXT)
    expect(call('JSON.GET', 'k', '$')).toBe(`[${TEXT}]`)
    expect(call('JSON.MGET', 'k', '$')).toBe(`[${TEXT}]`)
    const digest = call('DEBUG', 'DIGEST-VALUE', 'k')
    const payload = engine.call('DUMP', 'k')
    expect(call('JSON.GET', 'k', '$.tags[1]', '$.visits')).toBe('{"$.tags[1]":["b"],"$.visits":[7]}')
    expect(call('DEBUG', 'DIGEST-VALUE', 'k')).toBe(digest)
    expect(engine.call('DUMP', 'k')).toEqual(payload)
    expect(call('JSON.GET', 'k', '$')).toBe(`[${TEXT}]`)
    call('JSON.NUMINCRBY', 'k', '$.visits', '1')
    expect(call('JSON.GET', 'k')).toBe(TEXT.replace('7', '8'))
    call('JSON.SET', 'k', '$', ' [1, 2] ')
    expect(call('JSON.GET', 'k')).toBe('[1,2]')
    call('JSON.MSET', 'k', '$', '{"a": {}}', 'k', '$.a.b', '1', 'new', '$', '"x"')
    expect(call('JSON.MGET', 'k', 'new', '.')).toBe('{"a":{"b":1}},"x"')
    engine.call('COPY', 'new', 'other')
    call('JSON.STRAPPEND', 'new', '$', '"y"')
    expect(call('JSON.MGET', 'new', 'other', '.')).toBe('"xy","x"')
  })
})
