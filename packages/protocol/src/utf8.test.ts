import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLatin1, readUtf8, utf8Length, writeUtf8 } from './utf8.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const anyString = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) })

describe('UTF-8', () => {
  it('is written as TextEncoder writes it, with U+FFFD for lone surrogates', () => {
    const written = (text: string) => {
      const expected = new TextEncoder().encode(text)
      const buf = new Uint8Array(expected.length + 4).fill(1)
      expect(utf8Length(text)).toBe(expected.length)
      expect(writeUtf8(buf, 2, text)).toBe(2 + expected.length)
      expect(buf.subarray(2, 2 + expected.length)).toEqual(expected)
    }
    for (const text of [
      '',
      'a',
      'é',
      '€',
      '😀',
      '\ud83d',
      '\ude00',
      'a\ud83db',
      '\ude00\ud83d',
      '\u{10ffff}\uffff\u07ff\u0800',
    ]) {
      written(text)
    }
    fc.assert(fc.property(anyString, written))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), written))
  })

  it('is read as TextDecoder reads it, whatever the bytes', () => {
    const read = (bytes: Uint8Array) => {
      expect(readUtf8(bytes, 0, bytes.length)).toBe(decoder.decode(bytes))
    }
    for (let first = 0x80; first <= 0xff; first++) {
      for (const second of [0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xe0, 0xff]) {
        read(Uint8Array.of(first))
        read(Uint8Array.of(first, second))
        read(Uint8Array.of(first, second, 0x80))
        read(Uint8Array.of(first, second, 0x80, 0x80, 0x80, 0x41))
        read(Uint8Array.of(first, 0x80, second, 0xc3, 0xa9))
      }
    }
    const byte = fc.oneof(fc.integer({ min: 0x80, max: 0xff }), fc.integer({ min: 0, max: 0xff }))
    fc.assert(fc.property(fc.array(byte).map(Uint8Array.from.bind(Uint8Array)), read), { numRuns: 3000 })
  })

  it('is read within the bounds given, at any length', () => {
    const text = 'añ€😀'.repeat(1000)
    const bytes = new TextEncoder().encode(`xx${text}xx`)
    expect(readUtf8(bytes, 2, bytes.length - 2)).toBe(text)
    expect(readUtf8(bytes, 5, 5)).toBe('')
  })
})

describe('Latin-1', () => {
  it('is one character per byte, at any length', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff)
    const text = readLatin1(bytes, 1, 4999)
    expect(text.length).toBe(4998)
    expect(Array.from(text, (c) => c.charCodeAt(0))).toEqual([...bytes.subarray(1, 4999)])
  })
})
