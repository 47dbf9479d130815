import { describe, expect, it } from 'vitest'
import { bytes, drawer, nodes, randomValue, rewritten } from './_test-json.ts'
import { JsonParser, parseJson } from './json-parser.ts'
import { nodeEnd } from './node.ts'

describe('JSON parser', () => {
  it('keeps what it reads: random documents come back as JSON.stringify writes them', () => {
    const draw = drawer(7)
    for (let i = 0; i < 1500; i++) {
      const text = JSON.stringify(randomValue(draw, 5))
      expect(rewritten(text)).toBe(text)
      expect(rewritten(JSON.stringify(JSON.parse(text), null, 2))).toBe(text)
    }
  })

  it('lays a document out as drawn in node.ts', () => {
    const text = Buffer.from(nodes('{"id":7,"tags":["a"]}')).toString('hex')
    expect(text).toBe(`c00f02${'62'}6964${'21'}37${'64'}74616773${'a00201'}${'61'}61`)
  })

  it.each([
    ['0', '0'],
    ['-0', '-0.0'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e19'],
    ['-9223372036854775809', '-9.223372036854776e18'],
    ['9007199254740993', '9007199254740993'],
    ['2147483648', '2147483648'],
    ['1.50', '1.5'],
    ['1.0', '1.0'],
    ['100.000', '100.0'],
    ['1e5', '100000.0'],
    ['1E-5', '0.00001'],
    ['0.000001', '1e-6'],
    ['1e16', '1e16'],
    ['1e15', '1000000000000000.0'],
    ['0.1234567890123456789', '0.12345678901234568'],
    ['5e-324', '5e-324'],
    ['1.7976931348623157e308', '1.7976931348623157e308'],
    ['0.30000000000000004', '0.30000000000000004'],
  ])('reads the number %s as %s', (text, expected) => {
    expect(rewritten(text)).toBe(expected)
    expect(rewritten(`[${text}]`)).toBe(`[${expected}]`)
  })

  it.each([
    ['', 'ERR EOF while parsing a value at line 1 column 0'],
    ['   ', 'ERR EOF while parsing a value at line 1 column 3'],
    ['x', 'ERR expected value at line 1 column 1'],
    ['nul', 'ERR EOF while parsing a value at line 1 column 3'],
    ['nulx', 'ERR expected ident at line 1 column 4'],
    ['[1,\n2,\n]', 'ERR trailing comma at line 3 column 1'],
    ['[1 2]', 'ERR expected `,` or `]` at line 1 column 4'],
    ['[', 'ERR EOF while parsing a list at line 1 column 1'],
    ['{', 'ERR EOF while parsing an object at line 1 column 1'],
    ['{1:2}', 'ERR key must be a string at line 1 column 2'],
    ['{"a" 1}', 'ERR expected `:` at line 1 column 6'],
    ['{"a":1 "b":2}', 'ERR expected `,` or `}` at line 1 column 8'],
    ['{"a":1,}', 'ERR trailing comma at line 1 column 8'],
    ['1 2', 'ERR trailing characters at line 1 column 3'],
    ['01', 'ERR invalid number at line 1 column 1'],
    ['1.', 'ERR EOF while parsing a value at line 1 column 2'],
    ['1.x', 'ERR invalid number at line 1 column 2'],
    ['-', 'ERR EOF while parsing a value at line 1 column 1'],
    ['1e400', 'ERR number out of range at line 1 column 5'],
    ['NaN', 'ERR expected value at line 1 column 1'],
    ['Infinity', 'ERR expected value at line 1 column 1'],
    ['"a', 'ERR EOF while parsing a string at line 1 column 2'],
    ['"\\x"', 'ERR invalid escape at line 1 column 3'],
    ['"\\ud800"', 'ERR unexpected end of hex escape at line 1 column 7'],
    ['"\\udc00"', 'ERR lone leading surrogate in hex escape at line 1 column 7'],
    ['"a\nb"', 'ERR control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0'],
  ])('refuses %j and says where', (text, error) => {
    expect(rewritten(text)).toBe(error)
  })

  it('refuses bytes that are no UTF-8', () => {
    for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]]) {
      expect(rewritten(Uint8Array.from([34, ...wrong, 34]))).toMatch(/^ERR invalid UTF-8 at line 1 column 1$/)
      expect(rewritten(Uint8Array.from([34, 92, 110, ...wrong, 34]))).toMatch(/^ERR invalid UTF-8 at line 1/)
    }
  })

  it('writes escapes in their shortest form', () => {
    expect(rewritten('"\\u0041\\/\\u0008\\u000a\\u001f\\u00e9\\ud83d\\ude00\\""')).toBe('"A/\\b\\n\\u001fé😀\\""')
  })

  it('takes 128 levels and refuses 129, and 10,000, and a million', () => {
    expect(rewritten('['.repeat(128) + ']'.repeat(128))).toBe('['.repeat(128) + ']'.repeat(128))
    expect(rewritten('['.repeat(129) + ']'.repeat(129))).toBe('ERR recursion limit exceeded at line 1 column 129')
    expect(rewritten('{"a":'.repeat(10_000))).toMatch(/^ERR recursion limit exceeded/)
    expect(rewritten('['.repeat(1_000_000))).toMatch(/^ERR recursion limit exceeded/)
  })

  it('keeps of equal keys the first place and the last value, in small and large objects', () => {
    expect(rewritten('{"a":1,"b":2,"a":[3],"b":4}')).toBe('{"a":[3],"b":4}')
    expect(rewritten('{"\\u0061":1,"a":2}')).toBe('{"a":2}')
    const many = Array.from({ length: 500 }, (_, i) => `"k${i}":${i}`)
    expect(rewritten(`{${many.join()},"k250":"last"}`)).toBe(`{${many.join().replace('"k250":250', '"k250":"last"')}}`)
    expect(rewritten(`{${many.join()}}`)).toBe(`{${many.join()}}`)
  })

  it('is as it was after a text that is wrong', () => {
    const parser = new JsonParser()
    parser.parse(bytes('[1]'))
    const before = parser.bytes()
    expect(parser.parse(bytes('[1,[2,'))).toBe(false)
    expect(parser.bytes()).toEqual(before)
  })

  it('writes containers at the limits of their headers', () => {
    for (const length of [252, 253, 254, 255, 256, 65_533, 65_534, 65_535, 65_536, 70_000]) {
      const text = `["${'x'.repeat(length)}",[1],{"a":[]}]`
      const parsed = parseJson(bytes(text)) as Uint8Array
      expect(nodeEnd(parsed, 0)).toBe(parsed.length)
      expect(rewritten(text)).toBe(text)
    }
  })

  it('takes less room than the text', () => {
    const draw = drawer(3)
    for (let i = 0; i < 300; i++) {
      const text = JSON.stringify({ list: Array.from({ length: 20 }, () => randomValue(draw, 3)) })
      expect(nodes(text).length).toBeLessThan(bytes(text).length * 1.1)
    }
  })
})
