/**
 * Time of the timer wheel with half a million timers in it: `npm run bench -- micro timer-wheel`. One round is 1,000
 * timers, so that the microseconds of a round are the nanoseconds of a timer.
 */
import { test } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { setTime, TimerWheel } from './timer-wheel.ts'

const TIMERS_COUNT = 500_000
const OPERATIONS_COUNT = 1000
const BLOCK_BYTES = 24
const DAY_MS = 86_400_000
const START_MS = 1_700_000_000_000
const OPTIONS = { time: 1000, warmupTime: 300 }

const random = seeded(5)
const arena = new Arena()

function add(wheel: TimerWheel, address: number, timeMs: number): void {
  setTime(arena.i32[address >>> SEGMENT_SHIFT], (address & SEGMENT_UNIT_MASK) << 1, timeMs)
  wheel.add(address)
}

/** A wheel with timers spread over a day. */
function filled(addresses: Int32Array): TimerWheel {
  const wheel = new TimerWheel(arena, START_MS)
  for (let i = 0; i < addresses.length; i++) {
    addresses[i] = arena.alloc(BLOCK_BYTES, KIND_ENTRY)
    add(wheel, addresses[i], START_MS + 1 + random.below(DAY_MS))
  }
  return wheel
}

test(`${OPERATIONS_COUNT} timers of ${TIMERS_COUNT}`, { timeout: 60_000 }, async ({ bench }) => {
  const resting = new Int32Array(TIMERS_COUNT)
  const restingWheel = filled(resting)
  const turning = filled(new Int32Array(TIMERS_COUNT))
  let nowMs = START_MS
  await bench.compare(
    bench('set to another time, in random order', () => {
      for (let i = 0; i < OPERATIONS_COUNT; i++) {
        const address = resting[random.below(TIMERS_COUNT)]
        restingWheel.remove(address)
        add(restingWheel, address, START_MS + 1 + random.below(DAY_MS))
      }
    }),
    bench('become due, and are set for another day', () => {
      let due = 0
      while (due < OPERATIONS_COUNT) {
        nowMs += 100
        turning.advance(nowMs, Number.MAX_SAFE_INTEGER, (address) => {
          due++
          turning.remove(address)
          add(turning, address, nowMs + 1 + random.below(DAY_MS))
        })
      }
    }),
    OPTIONS,
  )
})
