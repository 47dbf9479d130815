import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1 } from './bytes.ts'
import {
  add64,
  compareIds,
  difference64,
  ID_BYTES,
  ID_TEXT_BYTES_MAX,
  ID_WORDS,
  idText,
  isIdBytesBelow,
  MAX_ID,
  MIN_ID,
  nextId,
  nextInMs,
  parseId,
  previousId,
  readIdBytes,
  type StreamId,
  setIdWords,
  sum64,
  writeIdBytes,
  writeIdText,
} from './stream-id.ts'

function written(id: StreamId): string {
  const buf = new Uint8Array(ID_TEXT_BYTES_MAX + 4)
  const length = writeIdText(buf, 2, id)
  expect([...buf.subarray(0, 2), ...buf.subarray(2 + length)].every((byte) => byte === 0)).toBe(true)
  return String.fromCharCode(...buf.subarray(2, 2 + length))
}

describe('the text of an ID', () => {
  it('is written as bytes just as it is as a string', () => {
    expect(written(MIN_ID)).toBe('0-0')
    expect(written(MAX_ID)).toBe('18446744073709551615-18446744073709551615')
    const max = 2 ** 32 - 1
    const halves = [0, 1, 9, 10, 2 ** 21 - 1, 2 ** 21, 2 ** 31, max]
    for (const msHigh of halves) {
      for (const msLow of halves) {
        for (const seqHigh of halves) {
          const id = { msHigh, msLow, seqHigh, seqLow: max - msLow }
          expect(written(id)).toBe(idText(id))
        }
      }
    }
  })
})

const MAX = 2n ** 64n - 1n

/** An ID as one number of 128 bits. */
function numberOf({ msHigh, msLow, seqHigh, seqLow }: StreamId): bigint {
  return [msHigh, msLow, seqHigh, seqLow].reduce((value, half) => (value << 32n) | BigInt(half), 0n)
}

function idOfValue(value: bigint): StreamId {
  const half = (shift: bigint): number => Number((value >> shift) & 0xffffffffn)
  return { msHigh: half(96n), msLow: half(64n), seqHigh: half(32n), seqLow: half(0n) }
}

/** IDs at every edge, one off them, and any others. */
function ids(): StreamId[] {
  const random = seeded(5)
  const values: bigint[] = []
  for (const bits of [0n, 31n, 32n, 53n, 63n, 64n, 96n, 128n]) {
    for (const off of [-2n, -1n, 0n, 1n]) values.push(BigInt.asUintN(128, 2n ** bits + off))
  }
  for (let i = 0; i < 30; i++) {
    let value = 0n
    for (let k = 0; k < 4; k++) value = (value << 32n) | BigInt(random.next())
    values.push(value >> BigInt(random.below(128)))
  }
  return values.map(idOfValue)
}

describe('an ID', () => {
  it('is compared, and has neighbours, as a number of 128 bits', () => {
    const all = ids()
    const bytes = new Uint8Array(ID_BYTES + 2)
    const words = new Int32Array(ID_WORDS)
    for (const a of all) {
      const value = numberOf(a)
      expect(nextId(a)).toEqual(value === 2n ** 128n - 1n ? undefined : idOfValue(value + 1n))
      expect(previousId(a)).toEqual(value === 0n ? undefined : idOfValue(value - 1n))
      expect(nextInMs(a)).toEqual((value & MAX) === MAX ? undefined : idOfValue(value + 1n))
      writeIdBytes(bytes, 1, a)
      expect(readIdBytes(bytes, 1)).toEqual(a)
      for (const b of all) {
        const order = value < numberOf(b) ? -1 : value > numberOf(b) ? 1 : 0
        expect(Math.sign(compareIds(a, b))).toBe(order)
        setIdWords(words, b)
        expect(isIdBytesBelow(bytes, 1, words)).toBe(order < 0)
      }
    }
  })

  it('is the same again after its difference to another one was taken off and added', () => {
    for (const a of ids()) {
      for (const b of ids()) {
        const difference = difference64(a.msHigh, a.msLow, b.msHigh, b.msLow)
        expect(BigInt(difference)).toBe(BigInt.asIntN(64, (numberOf(a) >> 64n) - (numberOf(b) >> 64n)))
        add64(b.msHigh, b.msLow, typeof difference === 'number' ? difference : BigInt(difference))
        expect([sum64.high, sum64.low]).toEqual([a.msHigh, a.msLow])
      }
    }
  })

  /** `ms-seq`, `ms` and `ms-*` as read; undefined for what is none. */
  function read(text: string, missing: 'first' | 'last' = 'first'): string | undefined {
    const bytes = fromLatin1(`77${text}88`)
    const parsed = parseId(bytes, 2, text.length, missing)
    if (parsed === undefined) return undefined
    return `${idText(parsed.id)}${parsed.hasSeq ? '' : parsed.isAuto ? ' auto' : ' without'}`
  }

  it('is read from text, in full, in part, and with all that Redis takes for a number', () => {
    for (const id of ids()) expect(read(idText(id))).toBe(idText(id))
    for (const [text, expected] of [
      ['5', '5-0 without'],
      ['5-*', '5-0 auto'],
      ['007-0008', '7-8'],
      ['+1', '1-0 without'],
      [' +1-*', '1-0 auto'],
      ['\t\n\v\f\r 1- 1', '1-1'],
      ['+1-+1', '1-1'],
      ['1--0', '1-0'],
      ['1- -1', `1-${MAX}`],
      ['1--01', `1-${MAX}`],
      [`1--${MAX}`, '1-1'],
      ['1--9223372036854775809', '1-9223372036854775807'],
      ['1\0x', '1-0 without'],
      ['1-1\0', '1-1'],
      [`${' '.repeat(126)}1`, '1-0 without'],
    ] as const) {
      expect([text, read(text)]).toEqual([text, expected])
    }
    expect(read('5', 'last')).toBe(`5-${MAX} without`)
  })

  it('is refused when it is none', () => {
    for (const text of [
      ...[
        '',
        '-',
        '+',
        ' ',
        '1-',
        '-1',
        ' -1',
        '+-1',
        '++1',
        '+ 1',
        '- 1',
        '1 ',
        '1-1 ',
        '1 -1',
        '0x1',
        '1-0x1',
        '1-x',
      ],
      ...[
        '1--1',
        '1--9223372036854775808',
        '1-1-1',
        '--1',
        '1--18446744073709551616',
        '\x001',
        '1-\x001',
        '1- ',
        '1-+',
      ],
      ...[
        '18446744073709551616',
        '1-99999999999999999999',
        '*',
        '1-**',
        '\xa01',
        `${' '.repeat(127)}1`,
        '0'.repeat(128),
      ],
    ]) {
      expect([text, read(text)]).toEqual([text, undefined])
    }
  })
})
