import { describe, expect, it } from 'vitest'
import { ID_TEXT_BYTES_MAX, idText, MAX_ID, MIN_ID, type StreamId, writeIdText } from './stream-id.ts'

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
