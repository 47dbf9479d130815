/**
 * Random and mutated streams against both parsers, and, where there is a server to compare with, against that.
 *
 *     KVASIR_FUZZ_SECONDS=60      how long each test goes on; 1 by default
 *     KVASIR_FUZZ_SEED=7          where it starts; a failure names the seed of its stream
 *     KVASIR_PEER=127.0.0.1:6379  a Valkey 9.1 without password whose replies to each stream must be ours
 */
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLY, ReplyParser } from './reply-parser.ts'
import { NEED_MORE, PROTOCOL_ERROR, REQUEST, RequestParser } from './request-parser.ts'
import { readLatin1 } from './utf8.ts'

const seconds = Number(process.env.KVASIR_FUZZ_SECONDS ?? 1)
const firstSeed = Number(process.env.KVASIR_FUZZ_SEED ?? 1)
const timeout = seconds * 1000 + 20_000

/** A small generator of random numbers (mulberry32), with what the tests here want of it. */
class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i))
  }
}

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

const numbers = [
  ...[
    '0',
    '1',
    '2',
    '3',
    '9',
    '10',
    '11',
    '99',
    '100',
    '999',
    '1000',
    '-1',
    '-0',
    '00',
    '01',
    '+1',
    ' 1',
    '1 ',
    '',
    '-',
  ],
  ...['2147483647', '2147483648', '4294967296', '9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...['-9223372036854775808', '-9223372036854775809', '18446744073709551615', '16384', '16385', '536870912'],
  ...['536870913', '99999999999999999999', '1e3', '0x1', '1\0', '?', '1.5', 'inf', 'nan'],
]
const characters = [...'abx41F"\'\\ \t\r\n\v\f\0$*-0nrt:+~%>|,(#_=!;.?', 'é']

function mutated(stream: string, chance: Chance): string {
  const at = chance.below(stream.length + 1)
  const before = stream.slice(0, at)
  let nth = chance.below(5)
  switch (chance.below(8)) {
    case 0:
      return before + chance.of(characters) + stream.slice(at)
    case 1:
      return before + stream.slice(at + 1)
    case 2:
      return before + chance.of(characters) + stream.slice(at + 1)
    case 3:
      return before
    case 4:
      return before + stream.slice(at, at + chance.below(10)) + stream.slice(at)
    case 5:
      return stream.replace(/\r\n/g, (end) =>
        nth-- === 0 ? chance.of(['\n', '\r', '\rx', 'xx', '\r\r', '\n\r']) : end,
      )
    default:
      return stream.replace(/([*$%~>|:,=!;(])-?\d+/g, (head, type) => (nth-- === 0 ? type + chance.of(numbers) : head))
  }
}

const word = (chance: Chance) =>
  chance.times(chance.below(chance.of([2, 6, 12, 40])), () => chance.of(characters)).join('')

function request(chance: Chance): string {
  const multibulk = (args: string[]) =>
    `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`
  switch (chance.below(6)) {
    case 0:
      return multibulk(['PING'])
    case 1:
      return multibulk(['ECHO', word(chance)])
    case 2:
      return multibulk(chance.times(1 + chance.below(13), () => word(chance)))
    case 3:
      return chance.of(['PING', `ECHO ${word(chance)}`, word(chance)]) + chance.of(['\r\n', '\n'])
    case 4:
      return `ECHO "${word(chance).replace(/[\n\0]/g, '')}"\r\n`
    default:
      return multibulk(['ECHO', 'y'.repeat(chance.of([10, 99, 100, 999, 1000, 40_000]))])
  }
}

function requests(chance: Chance): string {
  let stream = chance.times(1 + chance.below(3), () => request(chance)).join('')
  for (let i = chance.below(4); i > 0; i--) stream = mutated(stream, chance)
  return chance.below(2) === 0 ? stream : `${stream}*1\r\n$4\r\nPING\r\n`
}

function reply(chance: Chance, depth = 0): string {
  const part = () => reply(chance, depth + 1)
  switch (chance.below(depth > 4 ? 9 : 14)) {
    case 0:
      return chance.of(['+OK\r\n', '-ERR no\r\n', '_\r\n', '$-1\r\n', '*-1\r\n', '#t\r\n', '#f\r\n'])
    case 1:
      return `:${chance.of(['0', '-1', '9007199254740993', '+7'])}\r\n`
    case 2:
      return `,${chance.of(['1.5', '-0', 'inf', '1e-7'])}\r\n`
    case 3:
      return '(123456789012345678901234567890\r\n'
    case 4:
      return chance.of(['=7\r\ntxt:abc\r\n', '!3\r\nERR\r\n', '|1\r\n+a\r\n:1\r\n:2\r\n'])
    case 5:
      return '$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n'
    case 6:
    case 7:
    case 8: {
      const text = word(chance)
      return `$${text.length}\r\n${text}\r\n`
    }
    case 9:
      return `*?\r\n${chance.times(chance.below(4), part).join('')}.\r\n`
    case 10:
      return `%${chance.of(['2', '?'])}\r\n${chance.times(4, part).join('')}.\r\n`
    default: {
      const count = chance.below(5)
      return `${chance.of(['*', '~', '>'])}${count}\r\n${chance.times(count, part).join('')}`
    }
  }
}

function replies(chance: Chance): string {
  let stream = chance.times(1 + chance.below(4), () => reply(chance)).join('')
  for (let i = chance.below(4); i > 0; i--) stream = mutated(stream, chance)
  return stream
}

const noise = (chance: Chance) =>
  String.fromCharCode(...chance.times(chance.below(300), () => chance.below(chance.of([256, 64]))))

/** Where a stream is cut, ending with its end: nowhere, here and there, everywhere. */
function cuts(length: number, chance: Chance): number[] {
  const pieceBytesMax = chance.of([1, 3, 20, 300, length])
  const ends: number[] = []
  for (let end = 0; end < length; ) {
    end = Math.min(length, end + 1 + chance.below(pieceBytesMax))
    ends.push(end)
  }
  return ends.length === 0 ? [0] : ends
}

const within = (condition: boolean, what: string) => {
  if (!condition) throw new Error(what)
}

/** Feeds the stream in pieces, checks what must hold at every step, and answers the arguments found and the end. */
function parseRequests(stream: Uint8Array, ends: number[], authenticated: boolean, inspect = true): string[] {
  const parser = new RequestParser()
  const found: string[] = []
  let requestStart = 0
  const memory = (end: number) => {
    within(parser.argStart.length <= Math.max(32, end), 'the places for arguments follow the bytes that came')
    within(parser.argLength.length === parser.argStart.length, 'both arrays have the same places')
    within(parser.buf === stream || parser.buf.length <= Math.max(256, end), 'the inline buffer follows the line')
  }
  for (const end of ends) {
    for (;;) {
      const before = parser.pos
      const status = parser.parse(stream, end, authenticated)
      if (inspect) memory(end)
      within(parser.pos >= before && parser.pos <= end, 'the position stays within the bytes that came')
      if (status === NEED_MORE) {
        within(parser.missingBytes >= 0 && parser.missingBytes <= 2 ** 29 + 2, 'the hint is within the limit')
        break
      }
      if (status === PROTOCOL_ERROR) {
        within(!/[\r\n]/.test(parser.error), 'the error is one line')
        within(parser.parse(stream, end, authenticated) === PROTOCOL_ERROR, 'an error stays')
        return [...found, parser.error]
      }
      within(status === REQUEST && parser.pos > before, 'a request consumes bytes')
      const args: string[] = []
      for (let i = 0; i < parser.argc; i++) {
        const start = parser.argStart[i]
        const length = parser.argLength[i]
        within(start >= 0 && length >= 0 && start + length <= parser.buf.length, 'an argument lies within its buffer')
        const inRequest = start >= requestStart + 8 && start + length + 2 <= parser.pos
        within(parser.buf !== stream || inRequest, 'an argument lies within its request')
        args.push(readLatin1(parser.buf, start, start + length))
      }
      found.push(JSON.stringify(args))
      requestStart = parser.pos
    }
  }
  return found
}

function parseReplyStream(stream: Uint8Array, ends: number[]): unknown[] {
  const parser = new ReplyParser()
  const found: unknown[] = []
  let start = 0
  for (const end of ends) {
    parser.write(stream.subarray(start, end))
    start = end
    for (;;) {
      const status = parser.parse()
      within(parser.capacityBytes <= Math.max(4096, 2 * end), 'the buffer follows the bytes that came')
      if (status === NEED_MORE) break
      if (status === PROTOCOL_ERROR) return [...found, parser.error]
      within(status === REPLY, 'a status is one of three')
      found.push(parser.reply)
      within(found.length <= stream.length, 'a reply consumes bytes')
    }
  }
  return found
}

/** Runs a check with one seed after another until the time is up; the seed is in the message of a failure. */
function forSeeds(check: (chance: Chance) => void): void {
  const until = performance.now() + seconds * 1000
  for (let seed = firstSeed; performance.now() < until; seed++) {
    try {
      check(new Chance(seed))
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
    }
  }
}

describe('the request parser', () => {
  const check = (stream: Uint8Array, chance: Chance) => {
    const authenticated = chance.below(4) > 0
    const whole = parseRequests(stream, [stream.length], authenticated)
    const pieces = parseRequests(stream, cuts(stream.length, chance), authenticated)
    expect(pieces).toEqual(whole)
  }

  it('reads mutated requests alike in any pieces, within its bounds', { timeout }, () => {
    forSeeds((chance) => check(bytesOf(requests(chance)), chance))
  })

  it('reads noise alike in any pieces, within its bounds', { timeout }, () => {
    forSeeds((chance) => check(bytesOf(noise(chance)), chance))
  })

  it('reads any bytes alike in any pieces', { timeout }, () => {
    const piece = fc.oneof(
      fc.constantFrom('*', '$', '\r\n', '*1\r\n', '$1\r\n', '"', ...numbers),
      fc.string({ maxLength: 5 }),
    )
    const streams = fc.array(piece, { maxLength: 30 }).map((parts) => bytesOf(parts.join('')))
    const same = (stream: Uint8Array, seed: number) => check(stream, new Chance(seed))
    fc.assert(fc.property(streams, fc.nat(), same), { interruptAfterTimeLimit: seconds * 1000, numRuns: 1e6 })
  })
})

describe('the reply parser', () => {
  const check = (stream: Uint8Array, chance: Chance) => {
    const whole = parseReplyStream(stream, [stream.length])
    const pieces = parseReplyStream(stream, cuts(stream.length, chance))
    expect(pieces).toEqual(whole)
  }

  it('reads mutated replies alike in any pieces, within its bounds', { timeout }, () => {
    forSeeds((chance) => check(bytesOf(replies(chance)), chance))
  })

  it('reads noise alike in any pieces, within its bounds', { timeout }, () => {
    forSeeds((chance) => check(bytesOf(noise(chance)), chance))
  })

  it('reads any bytes alike in any pieces', { timeout }, () => {
    const piece = fc.oneof(
      fc.constantFrom(...'*$%~>|:,(#_=!;.+-', '\r\n', '*1\r\n', ...numbers),
      fc.string({ maxLength: 5 }),
    )
    const streams = fc.array(piece, { maxLength: 30 }).map((parts) => bytesOf(parts.join('')))
    const same = (stream: Uint8Array, seed: number) => check(stream, new Chance(seed))
    fc.assert(fc.property(streams, fc.nat(), same), { interruptAfterTimeLimit: seconds * 1000, numRuns: 1e6 })
  })
})

describe.skipIf(process.env.KVASIR_PEER === undefined)('a server of the peer', () => {
  const [host = '', port = ''] = (process.env.KVASIR_PEER ?? '').split(':')

  /** All that the peer answers to a stream, until it has read it all or closes the connection. */
  const answered = (stream: Uint8Array) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host, port: Number(port), allowHalfOpen: true })
      let text = ''
      socket.setEncoding('latin1')
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('end', () => socket.end())
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
      socket.end(stream)
    })

  const untilNul = (text: string) => text.replace(/\0.*$/s, '')

  /** What Valkey answers to one request of PING, ECHO or an unknown command. */
  function expectedReply(args: string[]): string {
    const name = args[0].toLowerCase()
    if (name === 'ping' && args.length === 1) return '+PONG\r\n'
    if ((name === 'ping' || name === 'echo') && args.length === 2) return `$${args[1].length}\r\n${args[1]}\r\n`
    if (name === 'ping' || name === 'echo') return `-ERR wrong number of arguments for '${name}' command\r\n`
    let list = ''
    for (const arg of args.slice(1)) if (list.length < 128) list += `'${untilNul(arg.slice(0, 128 - list.length))}' `
    const text = `-ERR unknown command '${untilNul(args[0].slice(0, 128))}', with args beginning with: ${list}`
    return `${text.replace(/[\r\n]/g, ' ')}\r\n`
  }

  it('answers each mutated stream as our parser reads it', { timeout }, async () => {
    const until = performance.now() + seconds * 1000
    for (let seed = firstSeed; performance.now() < until; seed += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const chance = new Chance(seed + i)
          const stream = bytesOf(requests(chance))
          const found = parseRequests(stream, cuts(stream.length, chance), true, false)
          const expected = found.map((item) => {
            if (!item.startsWith('[')) return `-ERR ${item}\r\n`
            const args = JSON.parse(item) as string[]
            return args.length === 0 ? '' : expectedReply(args)
          })
          const answer = await answered(stream)
          // A connection that is closed with bytes unread can lose its last reply.
          if (answer === '' && stream.length > 10_000) return
          expect(answer, `seed ${seed + i}`).toBe(expected.join(''))
        }),
      )
    }
  })
})
