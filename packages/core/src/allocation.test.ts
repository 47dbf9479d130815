import { encodeRequest } from '@kvasir/protocol'
import { expect, it } from 'vitest'
import { seededRandom, TestClock } from './commands/_test-client.ts'
import { createEngine } from './create-engine.ts'

const REQUESTS = 16
const TURNS = 20_000
const ROUNDS_MAX = 60
/** An object of any kind takes 16 bytes at least; what is below comes from the turn, not from its requests. */
const BYTES_PER_REQUEST_MAX = 8

function pipeline(words: (i: number) => string[]): Uint8Array {
  const parts = Array.from({ length: REQUESTS }, (_, i) => encodeRequest(words(i)))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

it.each([
  ['SET', (i: number) => ['SET', `key:${i}`, 'x'.repeat(64)]],
  ['GET', (i: number) => ['GET', `key:${i}`]],
  ['INCR', (i: number) => ['INCR', `count:${i}`]],
  ['HSET of a small hash', (i: number) => ['HSET', 'small', `f${i}`, 'x'.repeat(10)]],
  ['HSET of a large hash', (i: number) => ['HSET', 'large', `f${i}`, 'x'.repeat(100)]],
  ['HGET', (i: number) => (i === 0 ? ['HSET', 'h', 'f', 'v'] : ['HGET', 'h', 'f'])],
])('%s makes no object on the JavaScript heap in steady state', (_name, words) => {
  const engine = createEngine({ clock: new TestClock(), random: seededRandom() })
  const session = engine.createSession({
    kind: 'memory',
    address: '',
    localAddress: '',
    descriptor: -1,
    queuedBytes: 0,
    send: () => false,
    close() {},
  })
  const bytes = pipeline(words)
  const run = (): void => {
    for (let i = 0; i < TURNS; i++) session.feed(bytes, 0, bytes.length)
  }
  let least = Number.POSITIVE_INFINITY
  // Code that is not compiled for good yet boxes numbers, and a collection may fall into a round: until one is clean.
  for (let round = 0; round < ROUNDS_MAX && least >= BYTES_PER_REQUEST_MAX; round++) {
    const before = process.memoryUsage().heapUsed
    run()
    const bytesPerRequest = (process.memoryUsage().heapUsed - before) / (TURNS * REQUESTS)
    if (bytesPerRequest >= 0) least = Math.min(least, bytesPerRequest)
  }
  expect(least).toBeLessThan(BYTES_PER_REQUEST_MAX)
})
