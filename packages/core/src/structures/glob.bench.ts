/**
 * Time of matching a glob pattern: `npm run bench -- micro glob`. One round matches 1,000 keys, so that the
 * microseconds of a round are the nanoseconds of a key.
 */
import { test } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { globMatch } from './glob.ts'

const KEYS_COUNT = 1000
const PATTERNS = [
  '*',
  'user:*',
  '*:profile',
  'user:*:profile',
  'user:[0-4]*',
  '*9*9*9*',
  'user:????:profile',
  'order:*',
]

const keys = Array.from({ length: KEYS_COUNT }, (_, i) => fromLatin1(`user:${String(i * 7).padStart(4, '0')}:profile`))
/** What a careless matcher takes exponential time for. */
const hard = { pattern: fromLatin1(`${'*a'.repeat(20)}b`), text: fromLatin1('a'.repeat(100)) }
let matched = 0

test(`glob: ${KEYS_COUNT} keys a round`, { timeout: 60_000 }, async ({ bench }) => {
  const benches = PATTERNS.map((text) => {
    const pattern = fromLatin1(text)
    return bench(text, () => {
      for (const key of keys) if (globMatch(pattern, key, 0, key.length)) matched++
    })
  })
  const worst = bench('20 stars against 100 letters, once', () => {
    if (globMatch(hard.pattern, hard.text, 0, hard.text.length)) matched++
  })
  await bench.compare(...benches, worst, { time: 500, warmupTime: 200 })
  if (matched === 0) throw new Error('nothing matched')
})
