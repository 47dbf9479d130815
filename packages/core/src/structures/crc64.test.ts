import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { Crc64 } from './crc64.ts'

const DUMP_OF_123 = [0x00, 0xc0, 0x7b, 0x50, 0x00, 0x87, 0xc8, 0x9a, 0x70, 0x9e, 0x28, 0x00, 0x4d]

/** The definition, a bit at a time. */
function slow(bytes: Uint8Array): bigint {
  let crc = 0n
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n
  }
  return crc
}

function value(crc: Crc64): bigint {
  const bytes = new Uint8Array(8)
  crc.write(bytes, 0)
  return new DataView(bytes.buffer).getBigUint64(0, true)
}

function of(bytes: Uint8Array): Crc64 {
  const crc = new Crc64()
  crc.update(bytes, 0, bytes.length)
  return crc
}

describe('CRC-64', () => {
  it('gives the check value of the Jones polynomial', () => {
    expect(value(of(fromLatin1('123456789')))).toBe(0xe9c6d914c4b8d9can)
    expect(value(of(new Uint8Array(0)))).toBe(0n)
  })

  it('gives the trailer of a payload that Valkey 9.1 dumped', () => {
    // DUMP of the string 123.
    const payload = Uint8Array.from(DUMP_OF_123)
    const crc = of(payload.subarray(0, payload.length - 8))
    expect(crc.matches(payload, payload.length - 8)).toBe(true)
    for (let i = payload.length - 8; i < payload.length; i++) {
      const wrong = payload.slice()
      wrong[i] ^= 0x10
      expect(crc.matches(wrong, payload.length - 8)).toBe(false)
    }
  })

  it('agrees with its definition for any bytes, however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const from = Math.min(a, b, bytes.length)
        const to = Math.min(Math.max(a, b), bytes.length)
        const crc = new Crc64()
        crc.update(bytes, 0, from)
        crc.update(bytes, from, to - from)
        crc.update(bytes, to, bytes.length - to)
        expect(value(crc)).toBe(slow(bytes))
        crc.reset()
        expect(value(crc)).toBe(0n)
      }),
    )
  })
})
