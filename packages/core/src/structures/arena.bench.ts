/**
 * Time of the arena's alloc and free by sizes: `npm run bench -- micro arena`. One round allocates and frees 1,000
 * blocks, so that the microseconds of a round are the nanoseconds of such a pair.
 */
import { test } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY } from './arena.ts'

const BLOCKS_COUNT = 1000
const LIVE_COUNT = 500_000
const SIZES = [8, 32, 64, 256, 1024, 16 * 1024]
const OPTIONS = { time: 500, warmupTime: 200 }

const addresses = new Int32Array(BLOCKS_COUNT)

test(`alloc and free: ${BLOCKS_COUNT} blocks a round, one after another`, { timeout: 60_000 }, async ({ bench }) => {
  const benches = SIZES.map((bytes) => {
    const arena = new Arena()
    return bench(`${bytes} bytes`, () => {
      for (let i = 0; i < BLOCKS_COUNT; i++) addresses[i] = arena.alloc(bytes, KIND_ENTRY)
      for (let i = 0; i < BLOCKS_COUNT; i++) arena.free(addresses[i])
    })
  })
  await bench.compare(...benches, OPTIONS)
})

test(`replace: ${BLOCKS_COUNT} random blocks of ${LIVE_COUNT}`, { timeout: 60_000 }, async ({ bench }) => {
  const random = seeded(3)
  const sizes: readonly (readonly [string, () => number])[] = [
    ['all of 64 bytes', () => 64],
    ['of 8 to 263 bytes', () => 8 + (random.next() & 255)],
  ]
  const benches = sizes.map(([title, size]) => {
    const arena = new Arena()
    const live = Int32Array.from({ length: LIVE_COUNT }, () => arena.alloc(size(), KIND_ENTRY))
    return bench(title, () => {
      for (let i = 0; i < BLOCKS_COUNT; i++) {
        const at = random.below(LIVE_COUNT)
        arena.free(live[at])
        live[at] = arena.alloc(size(), KIND_ENTRY)
      }
    })
  })
  await bench.compare(...benches, OPTIONS)
})
