import { describe, expect, it } from 'vitest'
import { LINE_BYTES_MAX, NEED_MORE, PROTOCOL_ERROR, REQUEST, RequestParser } from './request-parser.ts'

// All texts of errors, limits and rules here were observed at a Valkey 9.1.2; where we differ, the test says so.

interface Outcome {
  requests: string[][]
  /** Text of the protocol error that ended the stream, or '' when the parser waits for more. */
  error: string
}

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes)

function args(parser: RequestParser): string[] {
  return Array.from({ length: parser.argc }, (_, i) =>
    text(parser.buf.subarray(parser.argStart[i], parser.argStart[i] + parser.argLength[i])),
  )
}

/** Feeds the stream up to each of `ends` in turn; with `move`, it then goes to another place in a new buffer. */
function feed(stream: Uint8Array, ends: number[], authenticated: boolean, move: boolean): Outcome {
  const parser = new RequestParser()
  const requests: string[][] = []
  let buf = stream
  let shift = 0
  for (const end of ends) {
    if (move) {
      const kept = stream.subarray(0, end)
      const delta = shift === 0 ? 13 : -shift
      buf = new Uint8Array(end + 13).fill(42)
      buf.set(kept, shift + delta)
      parser.rebase(delta)
      shift += delta
    }
    for (;;) {
      const before = parser.pos
      const status = parser.parse(buf, end + shift, authenticated)
      if (status === NEED_MORE) break
      if (status === PROTOCOL_ERROR) return { requests, error: parser.error }
      expect(parser.pos).toBeGreaterThan(before)
      expect(parser.pos).toBeLessThanOrEqual(end + shift)
      requests.push(args(parser))
    }
  }
  return { requests, error: '' }
}

/** What the parser makes of a stream: the same whole, in two pieces cut anywhere, byte by byte, and moved about. */
function read(stream: string, { authenticated = true } = {}): Outcome {
  const bytes = latin1(stream)
  const whole = feed(bytes, [bytes.length], authenticated, false)
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(feed(bytes, [cut, bytes.length], authenticated, cut % 2 === 1), `cut at ${cut}`).toEqual(whole)
  }
  const each = Array.from(bytes, (_, i) => i + 1)
  expect(feed(bytes, each, authenticated, false), 'byte by byte').toEqual(whole)
  expect(feed(bytes, each, authenticated, true), 'byte by byte, moved').toEqual(whole)
  return whole
}

const requests = (stream: string) => {
  const { requests, error } = read(stream)
  expect(error).toBe('')
  return requests
}
const error = (stream: string, options?: { authenticated: boolean }) => read(stream, options).error
const PING = '*1\r\n$4\r\nPING\r\n'

describe('multibulk requests', () => {
  it('are read as their arguments, one request after another', () => {
    expect(requests(`${PING}*2\r\n$3\r\nGET\r\n$5\r\nhello\r\n${PING}`)).toEqual([['PING'], ['GET', 'hello'], ['PING']])
  })

  it('may hold any bytes in an argument, and empty arguments', () => {
    expect(requests('*3\r\n$6\r\n\r\n$1\r\n\r\n$0\r\n\r\n$3\r\n\0\xff*\r\n')).toEqual([['\r\n$1\r\n', '', '\0\xff*']])
  })

  it('may hold arguments of every length, on both sides of each digit', () => {
    for (const length of [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 1001]) {
      const arg = 'x'.repeat(length)
      expect(requests(`*2\r\n$4\r\nECHO\r\n$${length}\r\n${arg}\r\n`)).toEqual([['ECHO', arg]])
    }
  })

  it('may have more arguments than the parser starts with room for', () => {
    const words = Array.from({ length: 1000 }, (_, i) => `k${i}`)
    const stream = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
    const bytes = latin1(stream + PING)
    expect(feed(bytes, [bytes.length], true, false).requests).toEqual([words, ['PING']])
    expect(feed(bytes, [11, 5000, bytes.length], true, true).requests).toEqual([words, ['PING']])
  })

  it('without arguments are nothing to run: *0, and any negative number of 64 bits', () => {
    for (const count of ['0', '-1', '-5', '-10', '-2147483648', '-9223372036854775808']) {
      expect(requests(`*${count}\r\n${PING}`)).toEqual([[], ['PING']])
    }
  })

  it('are refused when the count is not a canonical number of 64 bits', () => {
    const counts = [
      '',
      '-',
      '+1',
      '01',
      '00',
      '-0',
      '-01',
      ' 1',
      '1 ',
      '1a',
      'a',
      '1.0',
      '0x1',
      '1\0',
      '\0',
      '-9223372036854775809',
    ]
    for (const count of [...counts, '18446744073709551617', '99999999999999999999999', '-99999999999999999999']) {
      expect(error(`*${count}\r\n${PING}`), count).toBe('Protocol error: invalid multibulk length')
    }
  })

  it('are refused when the count is over 2^31 - 1', () => {
    expect(read('*2147483647\r\n$1\r\na\r\n')).toEqual({ requests: [], error: '' })
    for (const count of ['2147483648', '4294967296', '4294967297', '9007199254740993', '9223372036854775807']) {
      expect(error(`*${count}\r\n`)).toBe('Protocol error: invalid multibulk length')
    }
  })

  it('are refused when the length of an argument is not a canonical number from 0 up', () => {
    const lengths = [
      '',
      '-',
      '-1',
      '-0',
      '+4',
      '04',
      '00',
      ' 4',
      '4 ',
      '4a',
      'a',
      '4\0',
      '1e1',
      '\0',
      '-9223372036854775808',
    ]
    for (const length of lengths) {
      expect(error(`*1\r\n$${length}\r\nPING\r\n`), length).toBe('Protocol error: invalid bulk length')
    }
  })

  it('are refused when an argument is longer than bulkBytesMax', () => {
    expect(error('*1\r\n$536870912\r\n')).toBe('')
    const lengths = ['536870913', '2147483647', '2147483648', '4294967300', '9007199254740993', '9223372036854775807']
    for (const length of [...lengths, '9223372036854775808', '18446744073709551620', '99999999999999999999999']) {
      expect(error(`*1\r\n$${length}\r\nPING\r\n`)).toBe('Protocol error: invalid bulk length')
    }
    const parser = new RequestParser()
    parser.bulkBytesMax = 1024 * 1024
    const stream = latin1('*1\r\n$1048577\r\n')
    expect(parser.parse(stream, stream.length, true)).toBe(PROTOCOL_ERROR)
    expect(parser.error).toBe('Protocol error: invalid bulk length')
  })

  it('are refused when an argument is beyond 2^31 - 1 bytes, whatever bulkBytesMax allows', () => {
    const status = (length: string) => {
      const parser = new RequestParser()
      parser.bulkBytesMax = 2 ** 40
      const stream = latin1(`*1\r\n$${length}\r\n`)
      return parser.parse(stream, stream.length, true)
    }
    expect(status('2147483647')).toBe(NEED_MORE)
    expect(status('2147483648')).toBe(PROTOCOL_ERROR)
    expect(status('4294967296')).toBe(PROTOCOL_ERROR)
  })

  it('are refused when an argument does not begin with a dollar, and the reply names the byte', () => {
    for (const c of ['4', ' ', '*', '"', "'", '\\', '\t', '\0', '\x07', '\x1b', '\x7f', '\xff']) {
      expect(error(`*1\r\n${c}4\r\nPING\r\n`)).toBe(`Protocol error: expected '$', got '${c}'`)
    }
  })

  it('never put a line end into that reply', () => {
    for (const line of ['\r\n', '\rx', '\r\r', '\n\r\n']) {
      expect(error(`*1\r\n${line}`)).toBe("Protocol error: expected '$', got ' '")
    }
  })

  it('are refused for a byte that is no dollar only once its line has ended', () => {
    for (const line of ['4', '\n', '\x1b', 'X4\r', '\r']) expect(error(`*1\r\n${line}`)).toBe('')
    expect(error('*1\r\nX4\rx')).toBe("Protocol error: expected '$', got 'X'")
  })

  it('are refused when anything but CR LF ends a header line', () => {
    const heads = ['*1\rx', '*1\r\r', '*0\rx', '*-1\rx', '*x\rx', '*4294967296\rx', '*\r\r\n', '*10\rx', '*x\r\r\n']
    const bulks = ['*1\r\n$4\rx', '*1\r\n$x\rx', '*1\r\n$-1\rx', '*1\r\n$40\rx', '*1\r\n$400\rx', '*1\r\n$4\r$PING\r\n']
    for (const length of [1, 4, 40, 400, 4000]) {
      const stream = latin1(`*1\r\n$${length}\rx${'y'.repeat(length)}\r\n`)
      expect(feed(stream, [stream.length], true, false).error).toBe('Protocol error: invalid CRLF in request')
    }
    for (const stream of [...heads, ...bulks]) {
      expect(error(stream), stream).toBe('Protocol error: invalid CRLF in request')
    }
  })

  it('are refused when anything but CR LF follows an argument', () => {
    for (const tail of ['xx', '\n\n', '\rx', 'x\n', '\r\r', '\n\r']) {
      expect(error(`*1\r\n$4\r\nPING${tail}${PING}`), tail).toBe('Protocol error: invalid CRLF in request')
    }
    expect(error('*1\r\n$3\r\nPING\r\n')).toBe('Protocol error: invalid CRLF in request')
    const long = 'y'.repeat(40_000)
    const stream = latin1(`*2\r\n$4\r\nECHO\r\n$40000\r\n${long}yy`)
    expect(feed(stream, [stream.length], true, false).error).toBe('Protocol error: invalid CRLF in request')
  })

  it('wait for both bytes of a line end before they are judged', () => {
    for (const stream of ['*1\r', '*x\r', '*1\r\n$4\r', '*1\r\n$4\r\nPINGx', '*1\r\n$4\r\nPING\r']) {
      expect(read(stream)).toEqual({ requests: [], error: '' })
    }
  })

  it('do not end a header line at a bare LF', () => {
    expect(read('*1\n$4\nPING\n')).toEqual({ requests: [], error: '' })
    expect(error('*1\n\r\n')).toBe('Protocol error: invalid multibulk length')
  })

  it('are read up to the mistake in the stream', () => {
    expect(read(`${PING}*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n*1\r\n!`)).toEqual({
      requests: [['PING'], ['ECHO', 'x']],
      error: '',
    })
    expect(read(`${PING}*1\r\n!\r\n${PING}`)).toEqual({
      requests: [['PING']],
      error: "Protocol error: expected '$', got '!'",
    })
  })
})

describe('before AUTH', () => {
  const before = { authenticated: false }

  it('a request has at most 10 arguments', () => {
    expect(error('*10\r\n', before)).toBe('')
    expect(error('*11\r\n', before)).toBe('Protocol error: unauthenticated multibulk length')
    expect(error('*2147483647\r\n', before)).toBe('Protocol error: unauthenticated multibulk length')
    expect(error('*2147483648\r\n', before)).toBe('Protocol error: invalid multibulk length')
    expect(error('*11\rx', before)).toBe('Protocol error: invalid CRLF in request')
    expect(error('*-1\r\n*0\r\n', before)).toBe('')
  })

  it('an argument has at most 16,384 bytes', () => {
    expect(error('*1\r\n$16384\r\n', before)).toBe('')
    expect(error('*1\r\n$16385\r\n', before)).toBe('Protocol error: unauthenticated bulk length')
    expect(error('*1\r\n$536870912\r\n', before)).toBe('Protocol error: unauthenticated bulk length')
    expect(error('*1\r\n$536870913\r\n', before)).toBe('Protocol error: invalid bulk length')
    expect(error('*1\r\n$16385\rx', before)).toBe('Protocol error: invalid CRLF in request')
  })

  it('an inline request has at most 10 words; Valkey would answer NOAUTH to more', () => {
    expect(read('a b c d e f g h i j\r\n', before).requests).toEqual([[...'abcdefghij']])
    expect(error('a b c d e f g h i j k\r\n', before)).toBe('Protocol error: unauthenticated multibulk length')
  })

  it('the limits end with AUTH, in the middle of a pipeline', () => {
    const parser = new RequestParser()
    const stream = latin1(`*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n*11\r\n${'$1\r\na\r\n'.repeat(11)}`)
    expect(parser.parse(stream, stream.length, false)).toBe(REQUEST)
    expect(parser.parse(stream, stream.length, true)).toBe(REQUEST)
    expect(parser.argc).toBe(11)
  })
})

describe('inline requests', () => {
  it('are split at spaces, tabs and carriage returns, and end at LF or CR LF', () => {
    for (const line of ['SET k v\r\n', 'SET k v\n', '  SET\tk  v \r\n', '\rSET k\rv\r\r\n', '\t SET k v\t\n']) {
      expect(requests(line)).toEqual([['SET', 'k', 'v']])
    }
  })

  it('skip VT and FF before a word, but keep them within and behind one', () => {
    expect(requests(' \v\fECHO \vX Y\v\fZ \f\n')).toEqual([['ECHO', 'X', 'Y\v\fZ']])
    expect(requests('ECHO "a"\vX\n')).toEqual([['ECHO', 'a\vX']])
  })

  it('that are blank are nothing to run', () => {
    expect(requests('\r\n\n   \r\n\t\v\n\r\r\nPING\r\n')).toEqual([[], [], [], [], [], ['PING']])
  })

  it('keep every other byte as it is', () => {
    expect(requests('ECHO a\x1fb\x85\xa0\x01\\x41\\\r\n')).toEqual([['ECHO', 'a\x1fb\x85\xa0\x01\\x41\\']])
    // Valkey 9.1 drops the byte 255 from inline requests. We keep it: data must not vanish.
    expect(requests('ECHO a\xffb\r\n')).toEqual([['ECHO', 'a\xffb']])
  })

  it('know escapes in double quotes', () => {
    expect(requests('ECHO "a\\x41\\n\\r\\t\\b\\a\\q\\\\\\"z"\r\n')).toEqual([['ECHO', 'aA\n\r\t\b\x07q\\"z']])
    expect(requests('ECHO "\\x00\\xff\\xAf\\XAF"\r\n')).toEqual([['ECHO', '\0\xff\xafXAF']])
    expect(requests('ECHO "\\xg1 \\x4g \\x4"\r\n')).toEqual([['ECHO', 'xg1 x4g x4']])
  })

  it("know only the escape \\' in single quotes", () => {
    expect(requests("ECHO 'a\\'b\\n\\\\x\"'\r\n")).toEqual([['ECHO', 'a\'b\\n\\\\x"']])
  })

  it('let quotes begin and end within a word', () => {
    expect(requests('ECHO "a"b\'c d\'"e f"g\r\n')).toEqual([['ECHO', 'abc de fg']])
    expect(requests('"ECHO" a"b c"\r\n')).toEqual([['ECHO', 'ab c']])
    expect(requests('ECHO a\\"b"\r\n')).toEqual([['ECHO', 'a\\b']])
  })

  it('may hold empty words in quotes', () => {
    expect(requests('ECHO "" \'\'\r\n""\n')).toEqual([['ECHO', '', ''], ['']])
  })

  it('take a backslash for itself when one byte alone follows in the line', () => {
    for (const end of ['\n', '\r\n']) {
      expect(requests(`ECHO "\\"${end}`)).toEqual([['ECHO', '\\']])
      expect(requests(`ECHO '\\'${end}`)).toEqual([['ECHO', '\\']])
      expect(requests(`ECHO "\\"\\"${end}`)).toEqual([['ECHO', '"\\']])
      expect(requests(`ECHO '\\'\\'${end}`)).toEqual([['ECHO', "'\\"]])
    }
  })

  it('are refused when a quote does not close', () => {
    const words = [
      '"a',
      "'a",
      '"\\',
      '"\\n',
      '"\\x4',
      '"\\x41',
      '"a\\"b',
      '"\\" ',
      '"\\"\r',
      "'\\' ",
      "'a\\",
      'a"',
      "a'b",
      '\\n"',
    ]
    for (const word of words) {
      expect(error(`PING\r\nECHO ${word}\r\n`), word).toBe('Protocol error: unbalanced quotes in request')
    }
  })

  it('may stand between multibulk requests', () => {
    expect(requests(`${PING}ECHO inline\r\n${PING}`)).toEqual([['PING'], ['ECHO', 'inline'], ['PING']])
    expect(requests(`$4\r\nPING\r\n`)).toEqual([['$4'], ['PING']])
  })

  it('never end when the line holds a NUL: it runs into the limit, as in Valkey', () => {
    expect(read('PING\0\r\nPING\r\n')).toEqual({ requests: [], error: '' })
    expect(read('\0\n')).toEqual({ requests: [], error: '' })
    const stream = latin1(`PING\0\r\n${'PING\r\n'.repeat(11_000)}`)
    expect(feed(stream, [100, 60_000, stream.length], true, false)).toEqual({
      requests: [],
      error: 'Protocol error: too big inline request',
    })
  })

  it('leave the words where they are when the bytes of the stream move', () => {
    const parser = new RequestParser()
    const stream = latin1('ECHO moved\r\n*1\r\n$4\r\nPI')
    parser.parse(stream, stream.length, true)
    parser.rebase(5)
    expect(args(parser)).toEqual(['ECHO', 'moved'])
    expect(parser.pos).toBe(17)
  })
})

describe('a line', () => {
  const kinds: [string, string, string, string, string][] = [
    // Stream before the line, its first byte, its end, the error when it is too long, the error at full length.
    ['', 'a', '\n', 'too big inline request', ''],
    ['', '*', '\r\n', 'too big mbulk count string', 'Protocol error: invalid multibulk length'],
    ['*1\r\n', '$', '\r\n', 'too big bulk count string', 'Protocol error: invalid bulk length'],
    ['*1\r\n', 'X', '\r\n', 'too big bulk count string', "Protocol error: expected '$', got 'X'"],
  ]
  const outcomes = (stream: string, ends: number[]) => {
    const bytes = latin1(stream)
    const all = [[bytes.length], [...ends, bytes.length], Array.from(bytes, (_, i) => i + 1)]
    const results = all.map((cuts) => feed(bytes, cuts, true, false))
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
    return results[0].error
  }

  for (const [before, first, end, tooLong, fullLength] of kinds) {
    it(`that begins with ${first} after ${JSON.stringify(before)} has at most 65,536 bytes before its end`, () => {
      const full = before + first.padEnd(LINE_BYTES_MAX, '1')
      const cuts = [before.length, before.length + 1, 1000, full.length - 1, full.length]
      expect(outcomes(full, cuts)).toBe('')
      expect(outcomes(full + end, cuts)).toBe(fullLength)
      expect(outcomes(`${full}1`, cuts)).toBe(`Protocol error: ${tooLong}`)
      expect(outcomes(`${full}1${end}`, cuts)).toBe(`Protocol error: ${tooLong}`)
      expect(outcomes(`${full}1${'1'.repeat(100_000)}${end}`, cuts)).toBe(`Protocol error: ${tooLong}`)
    })
  }

  it('of a header may be at its limit and still wait for the LF', () => {
    const full = '*'.padEnd(LINE_BYTES_MAX, '1')
    expect(outcomes(`${full}\r`, [LINE_BYTES_MAX])).toBe('')
    expect(outcomes(`${full}\rx`, [LINE_BYTES_MAX])).toBe('Protocol error: invalid CRLF in request')
  })

  it('that comes slowly is not searched from its start again for every byte', () => {
    const line = latin1('x'.repeat(LINE_BYTES_MAX))
    const started = performance.now()
    for (let round = 0; round < 20; round++) {
      const parser = new RequestParser()
      for (let end = 1; end <= line.length; end++) parser.parse(line, end, true)
    }
    // 1.3 million calls: some 50 ms; with a search from the start each, 40 thousand million steps.
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('the parser', () => {
  const parse = (parser: RequestParser, stream: string) => parser.parse(latin1(stream), stream.length, true)

  it('tells how many bytes the argument being received lacks, and 0 when it does not know', () => {
    const parser = new RequestParser()
    expect(parse(parser, '')).toBe(NEED_MORE)
    expect(parser.missingBytes).toBe(0)
    parse(parser, '*2\r\n$3\r\nGET\r\n$100')
    expect(parser.missingBytes).toBe(0)
    parse(parser, '*2\r\n$3\r\nGET\r\n$100\r\n')
    expect(parser.missingBytes).toBe(102)
    parse(parser, '*2\r\n$3\r\nGET\r\n$100\r\nabc')
    expect(parser.missingBytes).toBe(99)
    const whole = `*2\r\n$3\r\nGET\r\n$100\r\n${'x'.repeat(100)}\r\n`
    expect(parse(parser, whole)).toBe(REQUEST)
    expect(parse(parser, whole)).toBe(NEED_MORE)
    expect(parser.missingBytes).toBe(0)
    expect(parse(parser, `${whole}ECHO`)).toBe(NEED_MORE)
    expect(parser.missingBytes).toBe(0)
  })

  it('answers the same again after a protocol error, until it is reset', () => {
    const headers = ['*x\r\n', '*1\r\nx\r\n', '*1\r\n$0004\r\n', '*2\r\n$4\r\nPING\r\n$x\r\n']
    const tails = ['*1\r\n$4\r\nPINGxx', '*10\r\n$4\r\nPINGxx', 'ECHO "\r\nPING\r\n']
    for (const stream of [...headers, ...tails]) {
      const parser = new RequestParser()
      expect(parse(parser, stream)).toBe(PROTOCOL_ERROR)
      const { error } = parser
      expect(parse(parser, stream)).toBe(PROTOCOL_ERROR)
      expect(parser.error).toBe(error)
      parser.reset()
      parser.pos = 0
      expect(parser.error).toBe('')
      expect(parse(parser, PING)).toBe(REQUEST)
    }
  })

  it('forgets a half-read request on reset', () => {
    for (const half of [
      '*2\r\n$4\r\nECHO\r\n',
      '*2\r\n$4\r\nEC',
      `*${'1'.repeat(1000)}`,
      'x'.repeat(1000),
      '*2\r\n$',
    ]) {
      const parser = new RequestParser()
      expect(parse(parser, half)).toBe(NEED_MORE)
      parser.reset()
      parser.pos = 0
      expect(parse(parser, PING)).toBe(REQUEST)
      expect(args(parser)).toEqual(['PING'])
    }
  })

  it('allocates by the arguments that came, not by those announced', () => {
    const parser = new RequestParser()
    const room = parser.argStart.length
    expect(parse(parser, '*2147483647\r\n$536870912\r\nabc')).toBe(NEED_MORE)
    expect(parser.argStart.length).toBe(room)
  })

  it('gives back what a huge request left behind', () => {
    const parser = new RequestParser()
    const room = parser.argStart.length
    expect(parse(parser, `*5000\r\n${'$1\r\na\r\n'.repeat(5000)}`)).toBe(REQUEST)
    expect(parser.argStart.length).toBeGreaterThanOrEqual(5000)
    parser.shrink()
    expect(parser.argStart.length).toBe(room)
    expect(parser.argLength.length).toBe(room)
    parser.pos = 0
    expect(parse(parser, `ECHO ${'x'.repeat(60_000)}\r\n`)).toBe(REQUEST)
    expect(parser.buf.length).toBeGreaterThanOrEqual(60_000)
    parser.shrink()
    expect(parser.buf.length).toBe(0)
    parser.pos = 0
    expect(parse(parser, PING)).toBe(REQUEST)
    expect(args(parser)).toEqual(['PING'])
  })
})
