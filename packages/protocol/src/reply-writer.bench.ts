/**
 * Time of the reply writer: `vitest bench --run packages/protocol`. One round writes 1,000 replies, so that the
 * microseconds of a round are the nanoseconds of a reply.
 */
import { test } from 'vitest'
import { ReplyWriter } from './reply-writer.ts'

const REPLIES_COUNT = 1000
const value = new Uint8Array(200).fill(120)
const scores = Array.from({ length: REPLIES_COUNT }, (_, i) => Math.sqrt(i + 2))
const prices = Array.from({ length: REPLIES_COUNT }, (_, i) => i * 7.03)

const writes: Record<string, (out: ReplyWriter, i: number) => void> = {
  'simple string OK': (out) => out.ok(),
  null: (out) => out.nil(),
  'integer of 1 to 3 digits': (out, i) => out.integer(i),
  'integer of 13 digits': (out, i) => out.integer(1_700_000_000_000 + i),
  'bulk of 3 bytes': (out) => out.bulk(value, 0, 3),
  'bulk of 200 bytes': (out) => out.bulk(value),
  'bulk of text': (out) => out.bulkString('hello world'),
  'error of 40 characters': (out) => out.error('WRONGTYPE Operation against a wrong kind'),
  'double, whole': (out, i) => out.double(i),
  'double, two decimals': (out, i) => out.double(prices[i]),
  'double, all digits': (out, i) => out.double(scores[i]),
}

let sink = 0

for (const resp of [2, 3] as const) {
  test(`reply writer: ${REPLIES_COUNT} replies a round in RESP${resp}`, { timeout: 60_000 }, async ({ bench }) => {
    const out = new ReplyWriter(1024 * 1024)
    out.resp = resp
    const benches = Object.entries(writes).map(([name, write]) =>
      bench(name, () => {
        out.pos = 0
        for (let i = 0; i < REPLIES_COUNT; i++) write(out, i)
        sink += out.pos
      }),
    )
    await bench.compare(...benches, { time: 300, warmupTime: 100 })
    if (sink < 0) throw new Error('the results were used')
  })
}
