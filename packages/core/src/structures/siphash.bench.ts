/**
 * Time of hashing a key: `npm run bench -- micro siphash`. One round hashes 1,000 keys, so that the microseconds of a
 * round are the nanoseconds of a key.
 */
import { test } from 'vitest'
import { seeded } from './_test-random.ts'
import { hashBytes } from './siphash.ts'

const KEYS_COUNT = 1000
const LENGTHS = [4, 8, 16, 32, 64, 256]

const random = seeded(11)
const bytes = Uint8Array.from({ length: KEYS_COUNT + 256 }, () => random.below(256))
let sink = 0

test(`hash: ${KEYS_COUNT} keys a round`, { timeout: 60_000 }, async ({ bench }) => {
  const benches = LENGTHS.map((length) =>
    bench(`${length} bytes`, () => {
      for (let i = 0; i < KEYS_COUNT; i++) sink ^= hashBytes(1, 2, bytes, i, length)
    }),
  )
  await bench.compare(...benches, { time: 500, warmupTime: 200 })
  if (sink === 0x7fffffff) throw new Error('the results were used')
})
