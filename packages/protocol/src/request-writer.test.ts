import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REQUEST, RequestParser } from './request-parser.ts'
import { encodeRequest, type RequestArgument, RequestWriter } from './request-writer.ts'
import { readLatin1 } from './utf8.ts'

const encoded = (...args: RequestArgument[]) => {
  const bytes = encodeRequest(args)
  return readLatin1(bytes, 0, bytes.length)
}

describe('a request', () => {
  it('is written as an array of bulk strings', () => {
    expect(encoded('SET', 'k', 1)).toBe('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n')
    expect(encoded('')).toBe('*1\r\n$0\r\n\r\n')
  })

  it('holds text in UTF-8 and bytes as they are', () => {
    expect(encoded('é', Uint8Array.of(0, 13, 10, 255))).toBe('*2\r\n$2\r\n\xc3\xa9\r\n$4\r\n\0\r\n\xff\r\n')
  })

  it('holds numbers in decimal, and the words of Redis for those that are none', () => {
    const numbers = [0, -0, -1, 2 ** 31, 2 ** 53, -(2 ** 53) + 1, 1.5, 1e21, 1e-7, Infinity, -Infinity, Number.NaN]
    const words = ['0', '-0', '-1', '2147483648', '9007199254740992', '-9007199254740991', '1.5', '1e+21', '1e-7']
    const all = [...words, 'inf', '-inf', 'nan', '9223372036854775807']
    const expected = all.map((word) => `$${word.length}\r\n${word}\r\n`).join('')
    expect(encoded(...numbers, 2n ** 63n - 1n)).toBe(`*13\r\n${expected}`)
  })

  it('without arguments, or with one of another type, throws and writes nothing', () => {
    const writer = new RequestWriter()
    writer.request(['PING'])
    const before = writer.bytes()
    expect(() => writer.request([])).toThrow('a request has at least the name of its command')
    for (const wrong of [undefined, null, true, {}, ['a'], new ArrayBuffer(1)] as unknown as RequestArgument[]) {
      expect(() => writer.request(['SET', 'k', wrong])).toThrow(
        'argument 2 of the request is neither text, bytes nor a number',
      )
    }
    expect(writer.bytes()).toEqual(before)
  })

  it('is what the request parser reads, in pipelines of any size', () => {
    const argument = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 400 }),
      fc.double(),
      fc.bigInt(),
    )
    fc.assert(
      fc.property(fc.array(fc.array(argument, { minLength: 1, maxLength: 40 }), { maxLength: 5 }), (requests) => {
        const writer = new RequestWriter(1)
        for (const request of requests) writer.request(request)
        const parser = new RequestParser()
        for (const request of requests) {
          expect(parser.parse(writer.buf, writer.pos, true)).toBe(REQUEST)
          expect(parser.argc).toBe(request.length)
          request.forEach((arg, i) => {
            const bytes = parser.buf.subarray(parser.argStart[i], parser.argStart[i] + parser.argLength[i])
            if (arg instanceof Uint8Array) expect(bytes).toEqual(arg)
            else if (typeof arg === 'number' && Number.isFinite(arg)) expect(Number(text(bytes))).toBe(arg)
            else if (typeof arg !== 'number') expect(text(bytes)).toBe(arg.toString().toWellFormed())
          })
        }
        expect(parser.pos).toBe(writer.pos)
      }),
    )
  })
})

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const text = (bytes: Uint8Array) => decoder.decode(bytes)
