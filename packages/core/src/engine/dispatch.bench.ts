/**
 * Time of a whole command without a socket, from the bytes of the request to the bytes of the reply:
 * `npm run bench -- micro dispatch`. One round is 1,000 requests among a million keys, so that the microseconds of a
 * round are the nanoseconds of a request. A pipeline is what one `feed` gets.
 */
import { encodeRequest } from '@kvasir/protocol'
import { test } from 'vitest'
import { seededRandom, TestClock } from '../commands/_test-client.ts'
import { createEngine } from '../create-engine.ts'
import { seeded } from '../structures/_test-random.ts'
import type { Session } from './session.ts'

const KEYS_COUNT = 1_000_000
const REQUESTS_COUNT = 1000
const ROUNDS_COUNT = 100
const PIPELINES = [1, 16, 100]
const OPTIONS = { time: 1000, warmupTime: 300 }

const random = seeded(9)
const value = 'x'.repeat(64)
const key = (i: number): string => `key:${String(i).padStart(12, '0')}`
const anyKey = (): string => key(random.below(KEYS_COUNT))

const commands: Readonly<Record<string, () => string[]>> = {
  PING: () => ['PING'],
  GET: () => ['GET', anyKey()],
  SET: () => ['SET', anyKey(), value],
  INCR: () => ['INCR', `counter:${random.below(100_000)}`],
}

/** A session of an engine with KEYS_COUNT keys. */
function startSession(): Session {
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
  for (let i = 0; i < KEYS_COUNT; i++) {
    const bytes = encodeRequest(['SET', key(i), value])
    session.feed(bytes, 0, bytes.length)
  }
  return session
}

/** Receive buffers with `pipeline` requests each, for ROUNDS_COUNT rounds: a round goes on where the last one ended. */
function buffers(words: () => string[], pipeline: number): Uint8Array[] {
  const length = Math.ceil((ROUNDS_COUNT * REQUESTS_COUNT) / pipeline)
  return Array.from({ length }, () => Buffer.concat(Array.from({ length: pipeline }, () => encodeRequest(words()))))
}

const session = startSession()

test.for(Object.entries(commands))(
  `%s: ${REQUESTS_COUNT} requests a round`,
  { timeout: 120_000 },
  async ([, words], { bench }) => {
    const benches = PIPELINES.map((pipeline) => {
      const all = buffers(words, pipeline)
      let next = 0
      return bench(`pipeline ${pipeline}`, () => {
        for (let done = 0; done < REQUESTS_COUNT; done += pipeline) {
          const buf = all[next] as Uint8Array
          next = next + 1 === all.length ? 0 : next + 1
          session.feed(buf, 0, buf.length)
        }
      })
    })
    await bench.compare(...benches, OPTIONS)
  },
)
