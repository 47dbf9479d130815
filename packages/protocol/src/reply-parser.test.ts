import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reply } from './reply.ts'
import { parseReplies, REPLY, ReplyParser, type ReplyParserOptions } from './reply-parser.ts'
import { NEED_MORE, PROTOCOL_ERROR } from './request-parser.ts'

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

interface Outcome {
  replies: Reply<string>[]
  error: string
  idle: boolean
}

function feed(stream: Uint8Array, pieceBytes: number, options: ReplyParserOptions): Outcome {
  const parser = new ReplyParser({ ...options, strings: 'text' })
  const replies: Reply<string>[] = []
  let status = NEED_MORE
  for (let at = 0; at < stream.length && status === NEED_MORE; at += pieceBytes) {
    parser.write(stream.subarray(at, at + pieceBytes))
    status = parser.parse()
    for (; status === REPLY; status = parser.parse()) replies.push(parser.reply)
  }
  return { replies, error: status === PROTOCOL_ERROR ? parser.error : '', idle: parser.idle }
}

/** What the parser makes of a stream: the same whole, byte by byte and in pieces of other sizes. */
function read(stream: string, options: ReplyParserOptions = {}): Outcome {
  const bytes = latin1(stream)
  const whole = feed(bytes, bytes.length, options)
  for (const pieceBytes of [1, 2, 3, 5, 7]) expect(feed(bytes, pieceBytes, options)).toEqual(whole)
  return whole
}

const replies = (stream: string, options?: ReplyParserOptions) => {
  const outcome = read(stream, options)
  expect(outcome.error).toBe('')
  expect(outcome.idle).toBe(true)
  return outcome.replies
}
const error = (stream: string, options?: ReplyParserOptions) => read(stream, options).error
const integer = (value: number | bigint): Reply<string> => ({ type: 'integer', value })
const bulk = (value: string): Reply<string> => ({ type: 'bulk', value })

describe('each type of reply', () => {
  const table: [string, Reply<string>][] = [
    ['+OK\r\n', { type: 'simple', value: 'OK' }],
    ['+\r\n', { type: 'simple', value: '' }],
    ['-ERR no\r\n', { type: 'error', value: 'ERR no' }],
    ['!9\r\nERR a\r\nb \r\n', { type: 'bulkError', value: 'ERR a\r\nb ' }],
    [':0\r\n', integer(0)],
    ['$5\r\nhe\r\no\r\n', bulk('he\r\no')],
    ['$0\r\n\r\n', bulk('')],
    ['$2\r\n\xc3\xa9\r\n', bulk('é')],
    ['$-1\r\n', { type: 'null', form: 'bulk' }],
    ['*-1\r\n', { type: 'null', form: 'array' }],
    ['_\r\n', { type: 'null', form: 'null' }],
    ['#t\r\n', { type: 'boolean', value: true }],
    ['#f\r\n', { type: 'boolean', value: false }],
    ['=7\r\ntxt:a\nb\r\n', { type: 'verbatim', format: 'txt', value: 'a\nb' }],
    ['=4\r\nmkd:\r\n', { type: 'verbatim', format: 'mkd', value: '' }],
    [
      '(3492890328409238509324850943850943825024385\r\n',
      { type: 'bigNumber', value: 3492890328409238509324850943850943825024385n },
    ],
    ['(-1\r\n', { type: 'bigNumber', value: -1n }],
    ['(+1\r\n', { type: 'bigNumber', value: 1n }],
    ['*0\r\n', { type: 'array', value: [] }],
    ['*2\r\n:1\r\n$1\r\na\r\n', { type: 'array', value: [integer(1), bulk('a')] }],
    ['~2\r\n:1\r\n:1\r\n', { type: 'set', value: [integer(1), integer(1)] }],
    ['>1\r\n+x\r\n', { type: 'push', value: [{ type: 'simple', value: 'x' }] }],
    ['%0\r\n', { type: 'map', value: [] }],
    [
      '%2\r\n+a\r\n:1\r\n:2\r\n*0\r\n',
      {
        type: 'map',
        value: [
          [{ type: 'simple', value: 'a' }, integer(1)],
          [integer(2), { type: 'array', value: [] }],
        ],
      },
    ],
  ]
  for (const [stream, reply] of table) {
    it(`is read: ${JSON.stringify(stream)}`, () => expect(replies(stream)).toEqual([reply]))
  }

  it('comes out one after another', () => {
    const all = table.map(([stream]) => stream).join('')
    expect(replies(all)).toEqual(table.map(([, reply]) => reply))
  })

  it('can be a part of an aggregate', () => {
    const all = table.map(([stream]) => stream).join('')
    expect(replies(`*${table.length}\r\n${all}`)).toEqual([{ type: 'array', value: table.map(([, reply]) => reply) }])
  })

  it('is not made before its last byte', () => {
    for (const [stream] of table) {
      const bytes = latin1(stream)
      expect(feed(bytes.subarray(0, -1), 1000, {})).toEqual({ replies: [], error: '', idle: false })
    }
  })
})

describe('an integer', () => {
  it('is a number within 2^53 and a bigint beyond it', () => {
    const values = [1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1]
    for (const value of values) expect(replies(`:${value}\r\n`)).toEqual([integer(value)])
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(replies(`:${value}\r\n`)).toEqual([integer(value)])
    }
  })

  it('may have a sign, and -0 is 0', () => {
    expect(replies(':+5\r\n:-0\r\n:+9223372036854775807\r\n')).toEqual([
      integer(5),
      integer(0),
      integer(2n ** 63n - 1n),
    ])
  })

  it('is refused when it is none, or has more than 64 bits', () => {
    for (const text of ['', '-', '1.5', '1e3', ' 1', '1 ', 'a', '0x1', '--1', '9'.repeat(500)]) {
      expect(error(`:${text}\r\n`)).toBe('an integer that is none')
    }
    for (const text of ['9223372036854775808', '-9223372036854775809', '9'.repeat(300)]) {
      expect(error(`:${text}\r\n`)).toBe('an integer of more than 64 bits')
    }
  })
})

describe('a double', () => {
  it('is a number that keeps its text', () => {
    const table: [string, number][] = [
      ['1.5', 1.5],
      ['10', 10],
      ['-0', -0],
      ['+1.5E+10', 1.5e10],
      ['1e-7', 1e-7],
      ['.5', 0.5],
      ['5.', 5],
      ['inf', Infinity],
      ['-inf', -Infinity],
      ['nan', Number.NaN],
      ['-nan', Number.NaN],
      ['99999999999999990000000', 1e23],
      ['1e999', Infinity],
      [`1${'0'.repeat(308)}.${'0'.repeat(17)}`, 1e308],
    ]
    for (const [text, value] of table) expect(replies(`,${text}\r\n`)).toEqual([{ type: 'double', value, text }])
  })

  it('is refused when it is none', () => {
    for (const text of ['', '.', '1e', 'e5', '1,5', '0x10', ' 1', 'infinity', '1'.repeat(1000)]) {
      expect(error(`,${text}\r\n`)).toBe('a double that is none')
    }
  })
})

describe('attributes', () => {
  it('belong to the value behind them and do not count as a part', () => {
    const attributes: [Reply<string>, Reply<string>][] = [[bulk('ttl'), integer(9)]]
    expect(replies('|1\r\n$3\r\nttl\r\n:9\r\n$1\r\na\r\n:1\r\n')).toEqual([{ ...bulk('a'), attributes }, integer(1)])
    expect(replies('*2\r\n:1\r\n|1\r\n$3\r\nttl\r\n:9\r\n:2\r\n')).toEqual([
      { type: 'array', value: [integer(1), { ...integer(2), attributes }] },
    ])
    expect(replies('|1\r\n$3\r\nttl\r\n:9\r\n%1\r\n:1\r\n:2\r\n')).toEqual([
      { type: 'map', value: [[integer(1), integer(2)]], attributes },
    ])
    expect(replies('|1\r\n$3\r\nttl\r\n:9\r\n*0\r\n')).toEqual([{ type: 'array', value: [], attributes }])
    expect(replies('|1\r\n$3\r\nttl\r\n:9\r\n$?\r\n;1\r\na\r\n;0\r\n')).toEqual([{ ...bulk('a'), attributes }])
  })

  it('may come twice, and have attributes within', () => {
    expect(replies('|1\r\n:1\r\n|1\r\n:2\r\n:3\r\n:4\r\n|0\r\n|1\r\n:5\r\n:6\r\n_\r\n')).toEqual([
      {
        type: 'null',
        form: 'null',
        attributes: [
          [integer(1), { ...integer(4), attributes: [[integer(2), integer(3)]] }],
          [integer(5), integer(6)],
        ],
      },
    ])
  })

  it('need a value behind them', () => {
    expect(read('|0\r\n')).toEqual({ replies: [], error: '', idle: false })
    expect(error('*?\r\n|0\r\n.\r\n')).toBe('an attribute without a value')
  })
})

describe('streamed replies', () => {
  it('are read as the whole that they make', () => {
    expect(replies('$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n')).toEqual([bulk('Hello world')])
    expect(replies('$?\r\n;0\r\n')).toEqual([bulk('')])
    expect(replies('$?\r\n;2\r\nab\r\n;0\r\n$?\r\n;1\r\nc\r\n;0\r\n')).toEqual([bulk('ab'), bulk('c')])
    expect(replies('$?\r\n;1\r\n\xc3\r\n;1\r\n\xa9\r\n;0\r\n')).toEqual([bulk('é')])
    expect(replies('*?\r\n:1\r\n~?\r\n.\r\n%?\r\n:1\r\n:2\r\n.\r\n.\r\n')).toEqual([
      {
        type: 'array',
        value: [integer(1), { type: 'set', value: [] }, { type: 'map', value: [[integer(1), integer(2)]] }],
      },
    ])
  })

  it('are refused when they are not formed well', () => {
    expect(error('%?\r\n:1\r\n.\r\n')).toBe('a map ends between key and value')
    expect(error('.\r\n')).toBe('an end mark outside of a streamed aggregate')
    expect(error('*1\r\n.\r\n')).toBe('an end mark outside of a streamed aggregate')
    expect(error('*?\r\n.x\r\n')).toBe('an end mark outside of a streamed aggregate')
    expect(error(';1\r\na\r\n')).toBe('a chunk outside of a streamed string')
    expect(error('$?\r\n:1\r\n')).toBe('a streamed string is interrupted')
    expect(error('$?\r\n$?\r\n')).toBe('a streamed string is interrupted')
    expect(error('>?\r\n')).toBe('a count that is none')
    expect(error('|?\r\n')).toBe('a count that is none')
    expect(error('!?\r\n')).toBe('a bulk length that is none')
  })
})

describe('malformed replies are refused', () => {
  const table: [string, string][] = [
    ['x\r\n', 'unknown type byte 120'],
    ['\r\n', 'unknown type byte 13'],
    ['\n', 'a line feed without carriage return'],
    ['+a\nb\r\n', 'a line feed without carriage return'],
    ['+a\rb\r\n', 'a carriage return without line feed'],
    ['+a\r\r\n', 'a carriage return without line feed'],
    ['$3\r\nabcd\r\n', 'a bulk does not end in CR LF'],
    ['$3\r\nabc\n\n', 'a bulk does not end in CR LF'],
    ['$\r\n', 'a bulk length that is none'],
    ['$-2\r\n', 'a bulk length that is none'],
    ['$+1\r\n', 'a bulk length that is none'],
    ['$1a\r\n', 'a bulk length that is none'],
    ['!-1\r\n', 'a bulk length that is none'],
    ['=-1\r\n', 'a bulk length that is none'],
    ['=3\r\ntxt\r\n', 'a verbatim string without its format'],
    ['=5\r\ntxt;a\r\n', 'a verbatim string without its format'],
    ['*-2\r\n', 'a count that is none'],
    ['*\r\n', 'a count that is none'],
    ['~-1\r\n', 'a count that is none'],
    ['%-1\r\n', 'a count that is none'],
    ['>-1\r\n', 'a count that is none'],
    ['|-1\r\n', 'a count that is none'],
    ['_x\r\n', 'a null with contents'],
    ['#\r\n', 'a boolean that is neither t nor f'],
    ['#x\r\n', 'a boolean that is neither t nor f'],
    ['#tt\r\n', 'a boolean that is neither t nor f'],
    ['(1.5\r\n', 'a big number that is none'],
    ['(\r\n', 'a big number that is none'],
  ]
  for (const [stream, message] of table) {
    it(`${JSON.stringify(stream)}: ${message}`, () => {
      expect(read(`+OK\r\n${stream}`)).toEqual({
        replies: [{ type: 'simple', value: 'OK' }],
        error: message,
        idle: true,
      })
    })
  }

  it('and nothing after them is read', () => {
    const parser = new ReplyParser()
    parser.write(latin1('x\r\n+OK\r\n'))
    expect([parser.parse(), parser.parse()]).toEqual([PROTOCOL_ERROR, PROTOCOL_ERROR])
    parser.write(latin1('+OK\r\n'))
    expect(parser.parse()).toBe(PROTOCOL_ERROR)
    expect(parser.error).toBe('unknown type byte 120')
  })
})

describe('limits', () => {
  it('hold for the depth, and depth costs no stack', () => {
    expect(replies(`${'*1\r\n'.repeat(3)}:1\r\n`, { depthMax: 3 }).length).toBe(1)
    expect(error('*1\r\n'.repeat(4), { depthMax: 3 })).toBe('replies are nested too deeply')
    expect(error('|1\r\n'.repeat(1025))).toBe('replies are nested too deeply')
    const depth = 100_000
    for (const open of ['*1\r\n', '%1\r\n:1\r\n', '~?\r\n', '|1\r\n:1\r\n']) {
      const close = open.startsWith('~') ? '.\r\n' : open.startsWith('|') ? ':2\r\n' : ''
      const parser = new ReplyParser({ depthMax: depth })
      parser.write(latin1(`${open.repeat(depth)}:1\r\n${close.repeat(depth)}`))
      expect(parser.parse()).toBe(REPLY)
      expect(parser.idle).toBe(true)
    }
  })

  it('hold for the length of a bulk, in one piece or streamed', () => {
    const options = { bulkBytesMax: 5 }
    expect(replies('$5\r\nabcde\r\n', options)).toEqual([bulk('abcde')])
    for (const length of ['6', '2147483648', '9223372036854775808', '9'.repeat(399)]) {
      expect(error(`$${length}\r\n`, options)).toBe('a bulk is too long')
    }
    expect(error('$?\r\n;3\r\nabc\r\n;3\r\n', options)).toBe('a bulk is too long')
    expect(error('$536870913\r\n')).toBe('a bulk is too long')
    expect(error('$536870912\r\n')).toBe('')
  })

  it('hold for the number of parts', () => {
    const options = { countMax: 2 }
    expect(error('*2\r\n', options)).toBe('')
    expect(error('%2\r\n', options)).toBe('')
    for (const head of ['*3', '%3', '~3', '>3', '|3', '*9223372036854775808']) {
      expect(error(`${head}\r\n`, options)).toBe('an aggregate has too many parts')
    }
    expect(error('*2147483648\r\n')).toBe('an aggregate has too many parts')
  })

  it('hold for the parts of a streamed aggregate', () => {
    expect(replies('*?\r\n:1\r\n:2\r\n.\r\n%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n.\r\n', { countMax: 2 }).length).toBe(2)
    expect(error('*?\r\n:1\r\n:2\r\n:3\r\n', { countMax: 2 })).toBe('an aggregate has too many parts')
    expect(error('%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n', { countMax: 2 })).toBe('an aggregate has too many parts')
  })

  it('hold for the length of a line', () => {
    const options = { lineBytesMax: 100 }
    const line = 'x'.repeat(100)
    expect(replies(`+${line}\r\n`, options)).toEqual([{ type: 'simple', value: line }])
    expect(error(`+${line}`, options)).toBe('')
    expect(error(`+${line}x`, options)).toBe('a line is too long')
    expect(error(`+${line}x\r\n`, options)).toBe('a line is too long')
    expect(error(`(${'1'.repeat(17_000)}\r\n`)).toBe('a big number is too long')
  })
})

describe('strings', () => {
  it('are copies of the bytes by default, and lines have one character per byte', () => {
    const chunk = latin1('*3\r\n$2\r\n\xc3\xff\r\n+\xc3\xa9\r\n-ERR \xff\r\n')
    const parser = new ReplyParser()
    parser.write(chunk)
    expect(parser.parse()).toBe(REPLY)
    const { reply } = parser
    chunk.fill(0)
    parser.write(chunk)
    expect(reply).toEqual({
      type: 'array',
      value: [
        { type: 'bulk', value: Uint8Array.of(0xc3, 0xff) },
        { type: 'simple', value: '\xc3\xa9' },
        { type: 'error', value: 'ERR \xff' },
      ],
    })
  })

  it('are read as UTF-8 on request, lines too', () => {
    const [reply] = parseReplies(latin1('*3\r\n$2\r\n\xc3\xa9\r\n+\xc3\xa9\r\n-ERR \xff\r\n'), { strings: 'text' })
    expect(reply).toEqual({
      type: 'array',
      value: [bulk('é'), { type: 'simple', value: 'é' }, { type: 'error', value: 'ERR \ufffd' }],
    })
  })
})

describe('parseReplies', () => {
  it('throws when the bytes are malformed or end within a reply', () => {
    expect(() => parseReplies(latin1('+OK\r\nx\r\n'))).toThrow('malformed reply: unknown type byte 120')
    for (const stream of ['+OK', '*1\r\n', '|0\r\n', '$?\r\n', '$1\r\n', '*?\r\n:1\r\n']) {
      expect(() => parseReplies(latin1(stream))).toThrow('the last reply is cut short')
    }
    expect(parseReplies(latin1(''))).toEqual([])
  })
})

describe('the buffer of the parser', () => {
  it('does not grow by what is announced', () => {
    const parser = new ReplyParser()
    parser.write(latin1('*2147483647\r\n$536870912\r\nabc'))
    expect(parser.parse()).toBe(NEED_MORE)
    expect(parser.capacityBytes).toBeLessThanOrEqual(4096)
  })

  it('stays small however much passes through it', () => {
    const parser = new ReplyParser()
    const chunk = latin1(`$100\r\n${'x'.repeat(100)}\r\n`.repeat(10))
    for (let i = 0; i < 1000; i++) {
      parser.write(chunk.subarray(0, 999))
      while (parser.parse() === REPLY);
      parser.write(chunk.subarray(999))
      while (parser.parse() === REPLY);
    }
    expect(parser.capacityBytes).toBeLessThanOrEqual(8192)
  })

  it('is given back after a huge reply', () => {
    const idle = new ReplyParser()
    idle.write(latin1(`$100000\r\n${'x'.repeat(100_000)}\r\n`))
    expect(idle.parse()).toBe(REPLY)
    idle.write(latin1('+OK\r\n'))
    expect(idle.capacityBytes).toBeLessThanOrEqual(4096)
  })

  it('is given back after a huge reply even if it never empties', () => {
    const parser = new ReplyParser()
    const chunk = new Uint8Array(1_000_000).fill(120)
    parser.write(latin1('$5000000\r\n'))
    for (let i = 0; i < 5; i++) parser.write(chunk)
    expect(parser.parse()).toBe(NEED_MORE)
    expect(parser.capacityBytes).toBeLessThanOrEqual(2 * 5_000_010 + 4096)
    // The rest arrives together with half of the next one, so that the buffer is never empty.
    parser.write(latin1('\r\n$3\r\n'))
    expect(parser.parse()).toBe(REPLY)
    for (let i = 0; i < 500_000 && parser.capacityBytes > 65_536; i++) {
      parser.write(latin1('abc\r\n$3\r\n'))
      expect(parser.parse()).toBe(REPLY)
    }
    expect(parser.capacityBytes).toBeLessThanOrEqual(65_536)
  })

  it('takes a long reply in small pieces in time that is proportional to it', () => {
    const parser = new ReplyParser()
    const stream = latin1(`*2\r\n$300000\r\n${'x'.repeat(300_000)}\r\n+${'y'.repeat(300_000)}\r\n`)
    const started = performance.now()
    for (let at = 0; at < stream.length; at += 2) {
      parser.write(stream.subarray(at, at + 2))
      parser.parse()
    }
    expect(parser.reply.type).toBe('array')
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

it('cuts of the stream change nothing, wherever they are', () => {
  const stream = latin1(
    '*3\r\n$5\r\nhe\r\no\r\n%1\r\n+a\r\n,1.5\r\n|1\r\n:1\r\n#t\r\n$?\r\n;2\r\nhi\r\n;0\r\n_\r\n-ERR x\r\n',
  )
  const whole = parseReplies(stream)
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const parser = new ReplyParser()
      const found: Reply[] = []
      const ends = [...cuts.sort((a, b) => a - b), stream.length]
      ends.forEach((end, i) => {
        parser.write(stream.subarray(ends[i - 1] ?? 0, end))
        while (parser.parse() === REPLY) found.push(parser.reply)
      })
      expect(found).toEqual(whole)
    }),
  )
})
