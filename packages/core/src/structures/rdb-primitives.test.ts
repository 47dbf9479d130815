import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from './bytes.ts'
import { RdbError, RdbReader, type RdbSource } from './rdb-reader.ts'
import { RdbWriter } from './rdb-writer.ts'

function written(write: (writer: RdbWriter) => void, compresses = true): Uint8Array {
  const writer = new RdbWriter(compresses)
  write(writer)
  return writer.bytes.slice()
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function readString(bytes: Uint8Array): string {
  const reader = new RdbReader(bytes)
  reader.string()
  expect(reader.atEnd).toBe(true)
  return latin1(reader.stringBuf, reader.stringStart, reader.stringLength)
}

/** Hands bytes out in pieces of these sizes, over and over. */
function pieces(bytes: Uint8Array, sizes: readonly number[]): RdbSource {
  let at = 0
  let turn = 0
  return (buf, start, length) => {
    const got = Math.min(length, sizes[turn++ % sizes.length], bytes.length - at)
    buf.set(bytes.subarray(at, at + got), start)
    at += got
    return got
  }
}

describe('lengths', () => {
  it('have the forms of RDB', () => {
    // Golden: only lines are added.
    for (const [value, bytes] of [
      [0, '00'],
      [63, '3f'],
      [64, '4040'],
      [16383, '7fff'],
      [16384, '8000004000'],
      [2 ** 31, '8080000000'],
      [2 ** 32 - 1, '80ffffffff'],
      [2 ** 32, '810000000100000000'],
      [Number.MAX_SAFE_INTEGER, '81001fffffffffffff'],
    ] as const) {
      expect(hex(written((w) => w.length(value)))).toBe(bytes)
      expect(new RdbReader(Buffer.from(bytes, 'hex')).length()).toBe(value)
      expect(hex(written((w) => w.length64(BigInt(value))))).toBe(bytes)
      expect(new RdbReader(Buffer.from(bytes, 'hex')).length64()).toBe(BigInt(value))
    }
  })

  it('of 64 bits are exact as bigints and refused as numbers', () => {
    for (const value of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      const bytes = written((w) => w.length64(value))
      expect(written((w) => w.lengthOfHalves(Number(value >> 32n), Number(value & 0xffffffffn)))).toEqual(bytes)
      expect(new RdbReader(bytes).length64()).toBe(value)
      expect(() => new RdbReader(bytes).length()).toThrow(RdbError)
    }
  })

  it('are refused where there is a special form or nothing', () => {
    for (const bytes of ['', '40', '80000000', '8100000000000000', '8200000000', 'bf00000000', 'c001', 'ff']) {
      expect(() => new RdbReader(Buffer.from(bytes, 'hex')).length()).toThrow(RdbError)
      expect(() => new RdbReader(Buffer.from(bytes, 'hex')).length64()).toThrow(RdbError)
    }
  })
})

describe('strings', () => {
  it('have the forms of RDB', () => {
    // Golden: only lines are added.
    for (const [text, bytes] of [
      ['', '00'],
      ['a', '0161'],
      ['0', 'c000'],
      ['-1', 'c0ff'],
      ['127', 'c07f'],
      ['-128', 'c080'],
      ['128', 'c18000'],
      ['-32768', 'c10080'],
      ['32768', 'c200800000'],
      ['2147483647', 'c2ffffff7f'],
      ['-2147483648', 'c200000080'],
      ['2147483648', '0a32313437343833363438'],
      ['-2147483649', '0b2d32313437343833363439'],
      ['007', '03303037'],
      ['-0', '022d30'],
      ['+1', '022b31'],
      ['a'.repeat(20), `14${'61'.repeat(20)}`],
      ['a'.repeat(40), 'c305280061e01e00'],
    ] as const) {
      const packed = hex(written((w) => w.string(fromLatin1(`<${text}>`), 1, text.length)))
      expect(packed.slice(0, bytes.length)).toBe(bytes)
      expect(readString(Buffer.from(packed, 'hex'))).toBe(text)
      expect(hex(written((w) => w.text(text)))).toBe(packed)
    }
  })

  it('come back as they were, compressed or not', () => {
    const strings = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer().map((value) => fromLatin1(`${value}`)),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.nat(30_000)).map(([part, times]) => {
        return Uint8Array.from({ length: times }, (_, i) => part[i % part.length])
      }),
    )
    fc.assert(
      fc.property(strings, fc.boolean(), (bytes, compresses) => {
        const packed = written((w) => w.string(bytes, 0, bytes.length), compresses)
        expect(packed.length).toBeLessThanOrEqual(bytes.length + 5)
        expect(new RdbReader(packed).stringCopy()).toEqual(bytes)
      }),
    )
  })

  it('of numbers are written as numbers', () => {
    for (const value of [0, -1, 127, 128, -32769, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER]) {
      expect(hex(written((w) => w.integer(value)))).toBe(hex(written((w) => w.text(`${value}`))))
    }
  })

  it('are refused when they are cut or damaged', () => {
    for (const bytes of [
      '',
      '0161616161'.slice(0, 2),
      '056161',
      'c0',
      'c100',
      'c2000000',
      'c4',
      'ff',
      'c3',
      'c30202',
      'c3020200',
      'c303050061e0',
      'c303040461',
      'c30a80ffffffff00610061006100610061',
    ]) {
      expect(() => new RdbReader(Buffer.from(bytes, 'hex')).string()).toThrow(RdbError)
    }
  })

  it('that claim to be huge cost no memory', () => {
    for (const bytes of [
      '80ffffffff61',
      '81001fffffffffffff61',
      'c30281000fffffffffffff0061',
      'c38100000fffffffffff0100',
    ]) {
      const before = process.memoryUsage().arrayBuffers
      expect(() => new RdbReader(Buffer.from(bytes, 'hex')).string()).toThrow(RdbError)
      expect(() => new RdbReader(pieces(Buffer.from(bytes, 'hex'), [3])).string()).toThrow(RdbError)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6)
    }
  })
})

describe('numbers and times', () => {
  it('have the forms of RDB', () => {
    expect(hex(written((w) => w.double(2.5)))).toBe('0000000000000440')
    expect(hex(written((w) => w.float(2.5)))).toBe('00002040')
    expect(hex(written((w) => w.milliseconds(9999999999999)))).toBe('ff9f724e18090000')
    expect(hex(written((w) => w.milliseconds(-1)))).toBe('ffffffffffffffff')
    expect(hex(written((w) => w.milliseconds(Number.MIN_SAFE_INTEGER)))).toBe('010000000000e0ff')
    expect(new RdbReader(Buffer.from('ff9f724e18090000', 'hex')).milliseconds()).toBe(9999999999999)
    expect(new RdbReader(Buffer.from('ffffff7f', 'hex')).seconds()).toBe(2 ** 31 - 1)
    expect(new RdbReader(Buffer.from('ffffffff', 'hex')).seconds()).toBe(-1)
  })

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.double(), fc.maxSafeInteger(), (double, time) => {
        const bytes = written((w) => {
          w.double(double)
          w.milliseconds(time)
          w.float(Math.fround(double))
        })
        const reader = new RdbReader(bytes)
        expect(reader.double()).toBe(double)
        expect(reader.milliseconds()).toBe(time)
        expect(reader.float()).toBe(Math.fround(double))
        expect(reader.atEnd).toBe(true)
      }),
    )
  })

  it('are read as old servers wrote them', () => {
    for (const [bytes, value] of [
      ['\x013', 3],
      ['\x04-2.5', -2.5],
      ['\x051e+20', 1e20],
      ['\xfd', Number.NaN],
      ['\xfe', Infinity],
      ['\xff', -Infinity],
    ] as const) {
      expect(new RdbReader(fromLatin1(bytes)).textDouble()).toBe(value)
    }
    for (const bytes of ['', '\x00', '\x021', '\x01x', '\x031 2', '\x03nan']) {
      expect(() => new RdbReader(fromLatin1(bytes)).textDouble()).toThrow(RdbError)
    }
  })
})

describe('a reader and a writer', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('length' as const), value: fc.maxSafeInteger().map(Math.abs) }),
      fc.record({ kind: fc.constant('string' as const), value: fc.nat(200_000) }),
      fc.record({ kind: fc.constant('double' as const), value: fc.double() }),
      fc.record({ kind: fc.constant('byte' as const), value: fc.nat(255) }),
    ),
    { maxLength: 30 },
  )
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i * 31) >> 3)

  it('give the same bytes, values and checksum in memory and in pieces', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1 }), (all, sizes) => {
        const write = (writer: RdbWriter): void => {
          for (const { kind, value } of all) {
            if (kind === 'length') writer.length(value)
            else if (kind === 'double') writer.double(value)
            else if (kind === 'byte') writer.byte(value)
            else writer.string(noise(value), 0, value)
          }
          writer.checksum()
        }
        const whole = written(write)
        const parts: Uint8Array[] = []
        const streaming = new RdbWriter(true, (buf, start, length) => parts.push(buf.slice(start, start + length)))
        write(streaming)
        streaming.flush()
        expect(Buffer.concat(parts).equals(whole)).toBe(true)
        expect(streaming.bytesWritten).toBe(whole.length)
        for (const reader of [new RdbReader(whole), new RdbReader(pieces(whole, sizes))]) {
          for (const { kind, value } of all) {
            if (kind === 'length') expect(reader.length()).toBe(value)
            else if (kind === 'double') expect(reader.double()).toBe(value)
            else if (kind === 'byte') expect(reader.byte()).toBe(value)
            else expect(Buffer.from(reader.stringCopy()).equals(noise(value))).toBe(true)
          }
          expect(reader.checksum()).toBe(true)
          expect(reader.atEnd).toBe(true)
          expect(reader.bytesRead).toBe(whole.length)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('notice a flipped bit by the checksum, and a cut', () => {
    const bytes = written((w) => {
      w.text('some text')
      w.checksum()
    })
    bytes[4] ^= 1
    const reader = new RdbReader(bytes)
    reader.string()
    expect(reader.checksum()).toBe(false)
    const cut = new RdbReader(bytes, 0, bytes.length - 1)
    cut.string()
    expect(() => cut.checksum()).toThrow(RdbError)
  })

  it('read a part of a buffer', () => {
    const reader = new RdbReader(fromLatin1('xx\x01ayy'), 2, 4)
    expect(latin1(reader.stringCopy())).toBe('a')
    expect(reader.atEnd).toBe(true)
    expect(() => reader.byte()).toThrow(RdbError)
  })
})
