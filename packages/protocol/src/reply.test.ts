import { describe, expect, it } from 'vitest'
import { ReplyError, simpleValue } from './reply.ts'
import { parseReplies } from './reply-parser.ts'

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const simple = (stream: string) => simpleValue(parseReplies(bytes(stream), { strings: 'text', depthMax: 200_000 })[0])

describe('the simple value of a reply', () => {
  it('is a string, number, bigint, boolean or null where JavaScript has the type', () => {
    expect(simple('+OK\r\n')).toBe('OK')
    expect(simple('$2\r\nhi\r\n')).toBe('hi')
    expect(simple('=6\r\ntxt:hi\r\n')).toBe('hi')
    expect(simple(':7\r\n')).toBe(7)
    expect(simple(':9223372036854775807\r\n')).toBe(2n ** 63n - 1n)
    expect(simple('(123\r\n')).toBe(123n)
    expect(simple(',1.5\r\n')).toBe(1.5)
    expect(simple('#t\r\n')).toBe(true)
    for (const stream of ['_\r\n', '$-1\r\n', '*-1\r\n']) expect(simple(stream)).toBe(null)
  })

  it('is bytes for a bulk string that was parsed as bytes', () => {
    expect(simpleValue(parseReplies(bytes('$2\r\nh\xff\r\n'))[0])).toEqual(Uint8Array.of(104, 255))
  })

  it('is an error, not thrown, with the code that it begins with', () => {
    for (const stream of ['-WRONGTYPE no\r\n', '!12\r\nWRONGTYPE no\r\n']) {
      const error = simple(stream) as ReplyError
      expect(error).toBeInstanceOf(ReplyError)
      expect([error.name, error.message, error.code]).toEqual(['ReplyError', 'WRONGTYPE no', 'WRONGTYPE'])
    }
    expect((simple('-EXECABORT\r\n') as ReplyError).code).toBe('EXECABORT')
  })

  it('is an array, Set or Map for an aggregate', () => {
    expect(simple('*3\r\n:1\r\n*0\r\n*1\r\n_\r\n')).toEqual([1, [], [null]])
    expect(simple('>2\r\n+message\r\n+x\r\n')).toEqual(['message', 'x'])
    expect(simple('~2\r\n:1\r\n+a\r\n')).toEqual(new Set([1, 'a']))
    expect(simple('%2\r\n+a\r\n*1\r\n:1\r\n:2\r\n%0\r\n')).toEqual(
      new Map<unknown, unknown>([
        ['a', [1]],
        [2, new Map()],
      ]),
    )
    expect(simple('*2\r\n~1\r\n:1\r\n%1\r\n#t\r\n~0\r\n')).toEqual([new Set([1]), new Map([[true, new Set()]])])
  })

  it('is without the attributes', () => {
    expect(simple('|1\r\n+a\r\n:1\r\n*1\r\n|1\r\n+a\r\n:1\r\n:2\r\n')).toEqual([2])
  })

  it('costs no stack, however deep the reply is', () => {
    let value = simple(`${'*1\r\n'.repeat(100_000)}:1\r\n`)
    let depth = 0
    for (; Array.isArray(value); depth++) value = value[0]
    expect([depth, value]).toEqual([100_000, 1])
  })
})
