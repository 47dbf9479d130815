import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDouble } from './double.ts'
import type { Reply } from './reply.ts'
import { parseReplies } from './reply-parser.ts'
import { ReplyWriter } from './reply-writer.ts'

const latin1 = (bytes: Uint8Array) => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** What a client gets; from a buffer that must grow, which must not matter. */
function sent(resp: 2 | 3, write: (out: ReplyWriter) => void): string {
  const roomy = new ReplyWriter(100_000)
  const tight = new ReplyWriter(1)
  for (const out of [roomy, tight]) {
    out.resp = resp
    write(out)
  }
  expect(tight.buf.subarray(0, tight.pos)).toEqual(roomy.buf.subarray(0, roomy.pos))
  return latin1(roomy.buf.subarray(0, roomy.pos))
}

const both = (write: (out: ReplyWriter) => void) => [sent(2, write), sent(3, write)]

describe('a reply in RESP2 and in RESP3', () => {
  // Observed with DEBUG PROTOCOL where the command has the type.
  const table: [string, (out: ReplyWriter) => void, string, string][] = [
    ['simple string', (out) => out.simple('PONG'), '+PONG\r\n', '+PONG\r\n'],
    ['OK', (out) => out.ok(), '+OK\r\n', '+OK\r\n'],
    ['error', (out) => out.error('ERR syntax error'), '-ERR syntax error\r\n', '-ERR syntax error\r\n'],
    ['integer', (out) => out.integer(12345), ':12345\r\n', ':12345\r\n'],
    ['big integer', (out) => out.bigInteger(-(2n ** 63n)), ':-9223372036854775808\r\n', ':-9223372036854775808\r\n'],
    [
      'beyond 64 bits',
      (out) => out.bigInteger(2n ** 63n),
      '$19\r\n9223372036854775808\r\n',
      '(9223372036854775808\r\n',
    ],
    ['below them', (out) => out.bigInteger(-(10n ** 22n)), `$24\r\n${-(10n ** 22n)}\r\n`, `(${-(10n ** 22n)}\r\n`],
    ['bulk', (out) => out.bulk(Uint8Array.of(0, 13, 10, 255)), '$4\r\n\0\r\n\xff\r\n', '$4\r\n\0\r\n\xff\r\n'],
    ['empty bulk', (out) => out.bulk(new Uint8Array(0)), '$0\r\n\r\n', '$0\r\n\r\n'],
    ['bulk of text', (out) => out.bulkString('é'), '$2\r\n\xc3\xa9\r\n', '$2\r\n\xc3\xa9\r\n'],
    ['bulk of an integer', (out) => out.bulkInteger(-10), '$3\r\n-10\r\n', '$3\r\n-10\r\n'],
    ['null', (out) => out.nil(), '$-1\r\n', '_\r\n'],
    ['null array', (out) => out.nullArray(), '*-1\r\n', '_\r\n'],
    ['array', (out) => out.array(3), '*3\r\n', '*3\r\n'],
    ['set', (out) => out.set(3), '*3\r\n', '~3\r\n'],
    ['push', (out) => out.push(3), '*3\r\n', '>3\r\n'],
    ['map', (out) => out.map(3), '*6\r\n', '%3\r\n'],
    ['true', (out) => out.boolean(true), ':1\r\n', '#t\r\n'],
    ['false', (out) => out.boolean(false), ':0\r\n', '#f\r\n'],
    ['double', (out) => out.double(2.75), '$4\r\n2.75\r\n', ',2.75\r\n'],
    ['big number', (out) => out.bigNumber(-(10n ** 30n)), `$32\r\n-1${'0'.repeat(30)}\r\n`, `(-1${'0'.repeat(30)}\r\n`],
    [
      'verbatim of bytes',
      (out) => out.verbatimBytes('txt', Uint8Array.of(0, 0xc3, 0xa9, 10, 0), 1, 3),
      '$3\r\n\xc3\xa9\n\r\n',
      '=7\r\ntxt:\xc3\xa9\n\r\n',
    ],
    ['verbatim', (out) => out.verbatim('txt', 'a\nb'), '$3\r\na\nb\r\n', '=7\r\ntxt:a\nb\r\n'],
    ['raw', (out) => out.raw(Uint8Array.of(43, 65, 13, 10)), '+A\r\n', '+A\r\n'],
  ]
  for (const [name, write, resp2, resp3] of table) {
    it(`has its form: ${name}`, () => expect(both(write)).toEqual([resp2, resp3]))
  }

  it('has an attribute in RESP3 alone', () => {
    expect(sent(3, (out) => out.attribute(1))).toBe('|1\r\n')
    expect(() => sent(2, (out) => out.attribute(1))).toThrow('attributes exist in RESP3 only')
  })

  it('follows the client from one to the other in the middle of the output', () => {
    const out = new ReplyWriter()
    out.nil()
    out.resp = 3
    out.nil()
    expect(latin1(out.buf.subarray(0, out.pos))).toBe('$-1\r\n_\r\n')
  })
})

describe('an integer', () => {
  const limits = [0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, -(2 ** 31), -(2 ** 32), 1e9 - 1, 1e9, 1e15]
  it('is written at its limits', () => {
    for (const value of [...limits, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      expect(sent(2, (out) => out.integer(value))).toBe(`:${value}\r\n`)
      expect(sent(2, (out) => out.bulkInteger(value))).toBe(`$${String(value).length}\r\n${value}\r\n`)
    }
  })

  it('beyond 2^53 is written exactly as a bigint', () => {
    for (const value of [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n]) {
      expect(sent(2, (out) => out.bigInteger(value))).toBe(`:${value}\r\n`)
    }
  })
})

describe('a double', () => {
  it('has the same digits in RESP2 and RESP3, whatever their number', () => {
    const values = [0, -0, 1, 9, -9, 10, 0.1, 1e9, 999999999, 1234567890, 2 ** 62, 1e23, 1e-7, -1.2345678901234567e-100]
    for (const value of [...values, Infinity, -Infinity, Number.NaN, 0.01234567890123456]) {
      const [resp2, resp3] = both((out) => out.double(value))
      const digits = resp3.slice(1, -2)
      expect(resp2).toBe(`$${digits.length}\r\n${digits}\r\n`)
    }
  })

  it('of -0 keeps its sign', () => {
    expect(both((out) => out.double(-0))).toEqual(['$2\r\n-0\r\n', ',-0\r\n'])
  })
})

describe('a line', () => {
  const lines: ((out: ReplyWriter, text: string) => void)[] = [
    (out, text) => out.error(text),
    (out, text) => out.simple(text),
  ]

  it('cannot be ended by a line end in its text', () => {
    for (const write of lines) {
      expect(sent(3, (out) => write(out, "ERR unknown 'a\r\n:1\rb\nc'")).slice(1)).toBe("ERR unknown 'a  :1 b c'\r\n")
    }
  })

  it('cannot be ended by a character whose low byte is a line end', () => {
    for (const write of lines) {
      expect(sent(3, (out) => write(out, 'ERR \u010d\u010a\u2028\uff0d\uff0a')).slice(1)).toBe('ERR      \r\n')
    }
  })

  it('keeps all other bytes that it quotes', () => {
    const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('')
    for (const write of lines) {
      expect(sent(2, (out) => write(out, bytes)).slice(1)).toBe(`${bytes.replace(/[\r\n]/g, ' ')}\r\n`)
    }
  })
})

describe('the writer', () => {
  it('copies short and long bulks alike, from any place', () => {
    const source = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff)
    for (const length of [0, 1, 159, 160, 161, 4000]) {
      expect(sent(2, (out) => out.bulk(source, 7, length))).toBe(
        `$${length}\r\n${latin1(source.subarray(7, 7 + length))}\r\n`,
      )
      expect(sent(2, (out) => out.raw(source, 7, length))).toBe(latin1(source.subarray(7, 7 + length)))
    }
  })

  it('goes on in another buffer after replaceBuffer, and leaves the old one as it was', () => {
    const out = new ReplyWriter()
    out.ok()
    const before = out.buf
    out.replaceBuffer()
    out.pos = 0
    out.error('X')
    expect(latin1(before.subarray(0, 5))).toBe('+OK\r\n')
    expect(latin1(out.buf.subarray(0, out.pos))).toBe('-X\r\n')
  })

  it('leaves the old buffer as it was when it grows, where somebody else needs it; else nobody can use that', () => {
    for (const isLent of [true, false]) {
      const out = new ReplyWriter(64)
      out.ok()
      const before = out.buf
      out.isLent = isLent
      out.bulkString('x'.repeat(1000))
      expect(out.buf).not.toBe(before)
      expect(out.isLent).toBe(false)
      expect(before.length).toBe(isLent ? 64 : 0)
      if (!isLent) continue
      expect(String.fromCharCode(...before).slice(0, 5)).toBe('+OK\r\n')
    }
  })

  it('grows no further than twice what it holds', () => {
    const out = new ReplyWriter(16)
    for (let i = 0; i < 10_000; i++) out.bulkString('0123456789')
    expect(out.buf.length).toBeLessThanOrEqual(out.pos * 2)
  })
})

describe('what the writer writes', () => {
  type Text = Reply<string>
  const line = fc.string({ unit: fc.integer({ min: 0, max: 127 }).map((c) => String.fromCharCode(c)) })
  const cleanLine = line.map((text) => text.replace(/[\r\n]/g, ' '))
  const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed())
  const scalar: fc.Arbitrary<Text> = fc.oneof(
    cleanLine.map((value): Text => ({ type: 'simple', value })),
    cleanLine.map((value): Text => ({ type: 'error', value })),
    fc.maxSafeInteger().map((value): Text => ({ type: 'integer', value })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .filter((value) => !Number.isSafeInteger(Number(value)))
      .map((value): Text => ({ type: 'integer', value })),
    text.map((value): Text => ({ type: 'bulk', value })),
    fc.constant<Text>({ type: 'null', form: 'null' }),
    fc.boolean().map((value): Text => ({ type: 'boolean', value })),
    fc.double().map((value): Text => ({ type: 'double', value, text: formatDouble(value) })),
    fc.bigInt().map((value): Text => ({ type: 'bigNumber', value })),
    text.map((value): Text => ({ type: 'verbatim', format: 'mkd', value })),
  )
  const reply: fc.Arbitrary<Text> = fc.letrec<{ reply: Text }>((tie) => ({
    reply: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      scalar,
      fc
        .tuple(
          fc.constantFrom('array' as const, 'set' as const, 'push' as const),
          fc.array(tie('reply'), { maxLength: 5 }),
        )
        .map(([type, value]): Text => ({ type, value })),
      fc.array(fc.tuple(tie('reply'), tie('reply')), { maxLength: 4 }).map((value): Text => ({ type: 'map', value })),
    ),
  })).reply

  function write(out: ReplyWriter, reply: Text): void {
    switch (reply.type) {
      case 'simple':
        return out.simple(reply.value)
      case 'error':
      case 'bulkError':
        return out.error(reply.value)
      case 'integer':
        return typeof reply.value === 'bigint' ? out.bigInteger(reply.value) : out.integer(reply.value)
      case 'bulk':
        return out.bulkString(reply.value)
      case 'null':
        return out.nil()
      case 'boolean':
        return out.boolean(reply.value)
      case 'double':
        return out.double(reply.value)
      case 'bigNumber':
        return out.bigNumber(reply.value)
      case 'verbatim':
        return out.verbatim(reply.format, reply.value)
      case 'map':
        out.map(reply.value.length)
        for (const entry of reply.value) for (const part of entry) write(out, part)
        return
      default:
        out[reply.type](reply.value.length)
        for (const part of reply.value) write(out, part)
    }
  }

  /** The form that a RESP2 client gets instead. */
  function downgraded(reply: Text): Text {
    switch (reply.type) {
      case 'null':
        return { type: 'null', form: 'bulk' }
      case 'boolean':
        return { type: 'integer', value: reply.value ? 1 : 0 }
      case 'double':
        return { type: 'bulk', value: formatDouble(reply.value) }
      case 'bigNumber':
        return { type: 'bulk', value: reply.value.toString() }
      case 'verbatim':
        return { type: 'bulk', value: reply.value }
      case 'map':
        return { type: 'array', value: reply.value.flat().map(downgraded) }
      case 'array':
      case 'set':
      case 'push':
        return { type: 'array', value: reply.value.map(downgraded) }
      default:
        return reply
    }
  }

  const readsBack = (resp: 2 | 3) =>
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 3 }), (replies) => {
        const out = new ReplyWriter(8)
        out.resp = resp
        for (const each of replies) write(out, each)
        const read = parseReplies(out.buf.subarray(0, out.pos), { strings: 'text' })
        expect(read).toEqual(resp === 3 ? replies : replies.map(downgraded))
      }),
      { numRuns: 2000 },
    )

  it('reads back as the same replies in RESP3', () => readsBack(3))
  it('reads back as what RESP2 has instead', () => readsBack(2))
})
