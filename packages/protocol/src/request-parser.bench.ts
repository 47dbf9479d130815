/**
 * Time of the request parser: `vitest bench --run packages/protocol`. One round parses one receive buffer with a
 * pipeline of 1,000 requests, so that the microseconds of a round are the nanoseconds of a request.
 */
import { test } from 'vitest'
import { NEED_MORE, RequestParser } from './request-parser.ts'

const REQUESTS_COUNT = 1000

function pipeline(request: (index: number) => string[]): Uint8Array {
  let text = ''
  for (let i = 0; i < REQUESTS_COUNT; i++) {
    const args = request(i)
    text += `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`
  }
  return new TextEncoder().encode(text)
}

let sink = 0

function parseAll(parser: RequestParser, buf: Uint8Array): void {
  parser.pos = 0
  while (parser.parse(buf, buf.length, true) !== NEED_MORE) sink += parser.argStart[parser.argc - 1]
}

const key = (i: number) => `key:${String(i).padStart(12, '0')}`
const streams: Record<string, Uint8Array> = {
  PING: pipeline(() => ['PING']),
  GET: pipeline((i) => ['GET', key(i)]),
  'SET of 3 bytes': pipeline((i) => ['SET', key(i), 'abc']),
  'SET of 200 bytes': pipeline((i) => ['SET', key(i), 'x'.repeat(200)]),
  'MSET of 16 arguments': pipeline((i) => ['MSET', ...Array.from({ length: 16 }, (_, k) => key(i * 16 + k))]),
}

test(`request parser: ${REQUESTS_COUNT} requests a round`, { timeout: 60_000 }, async ({ bench }) => {
  const parser = new RequestParser()
  const benches = Object.entries(streams).map(([name, buf]) => bench(name, () => parseAll(parser, buf)))
  await bench.compare(...benches, { time: 1000, warmupTime: 300 })
  if (sink < 0) throw new Error('the results were used')
})
