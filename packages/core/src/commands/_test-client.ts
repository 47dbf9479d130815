/**
 * A client for the commands' tests: a real engine in this process, with a clock that stands still until it is turned
 * and random numbers from a seed.
 */

import type { CommandArgument, ModuleDefinition } from '@kvasir/module-api'
import { createEngine } from '../create-engine.ts'
import type { Engine } from '../engine/engine.ts'
import { EVENT_NEW } from '../engine/events.ts'
import type { Clock, Random } from '../engine/interfaces.ts'
import { encodeCommand } from '../engine/reply-value.ts'
import type { Session } from '../engine/session.ts'
import type { Transport } from '../engine/transport.ts'
import { NO_EXPIRY } from '../keyspace/database.ts'
import { TYPE_STREAM } from '../keyspace/entry.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import type { ValueObject } from '../types/value-object.ts'

export class TestClock implements Clock {
  now = 1_700_000_000_000
  readonly #timers = new Set<{ readonly intervalMs: number; nextMs: number; readonly task: () => void }>()

  nowMs(): number {
    return this.now
  }

  monotonicUs(): number {
    return this.now * 1000
  }

  every(intervalMs: number, task: () => void): () => void {
    const timer = { intervalMs, nextMs: this.now + intervalMs, task }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  soon(task: () => void): void {
    task()
  }

  /** Turns the clock on; timers run on their way. */
  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      let next: { readonly intervalMs: number; nextMs: number; readonly task: () => void } | undefined
      for (const timer of this.#timers) if (next === undefined || timer.nextMs < next.nextMs) next = timer
      if (next === undefined || next.nextMs > end) break
      this.now = next.nextMs
      next.nextMs += next.intervalMs
      next.task()
    }
    this.now = end
  }
}

/** xorshift32. */
export function seededRandom(seed = 1): Random {
  let x = seed | 0 || 1
  return {
    next() {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      return x >>> 0
    },
  }
}

export class TestClient implements Transport {
  readonly kind = 'memory'
  readonly address = '127.0.0.1:50000'
  readonly localAddress = '127.0.0.1:6379'
  readonly descriptor = 8
  readonly engine: Engine
  readonly session: Session
  closed = false
  #received = ''

  constructor(engine: Engine) {
    this.engine = engine
    this.session = engine.createSession(this)
  }

  send(buf: Uint8Array, start: number, length: number): boolean {
    this.#received += latin1(buf, start, length)
    return false
  }

  get queuedBytes(): number {
    return 0
  }

  close(): void {
    this.closed = true
  }

  /** Sends a command. @returns the reply's bytes, one character each: `:1\r\n` */
  raw(...words: readonly CommandArgument[]): string {
    return this.bytes(encodeCommand(words))
  }

  /** Sends bytes as they are. @returns the bytes that came back */
  bytes(request: Uint8Array): string {
    this.#received = ''
    this.session.feed(request, 0, request.length)
    return this.received()
  }

  /** What came since the last look, without a request of this client's. */
  received(): string {
    const received = this.#received
    this.#received = ''
    return received
  }

  /** Sends a command line, split at blanks, and answers as valkey-cli --raw would: for tests that are easy to read. */
  run(line: string): string {
    return plain(this.raw(...line.split(' ').filter((word) => word !== '')))
  }
}

/** A reply in one line: `OK`, `(nil)`, `(integer) 1`, `(error) ERR ...`, `[a, b]`, and strings as they are. */
export function plain(resp: string): string {
  let at = 0
  const one = (): string => {
    const end = resp.indexOf('\r\n', at)
    const type = resp[at]
    const line = resp.slice(at + 1, end)
    at = end + 2
    if (type === '+') return line
    if (type === '-') return `(error) ${line}`
    if (type === ':') return `(integer) ${line}`
    if (type === ',') return `(double) ${line}`
    if (type === '#') return line === 't' ? '(true)' : '(false)'
    if (type === '_' || line === '-1') return '(nil)'
    if (type === '$' || type === '=') {
      const text = resp.slice(at, at + Number(line))
      at += Number(line) + 2
      return text
    }
    const items: string[] = []
    const count = type === '%' || type === '|' ? Number(line) * 2 : Number(line)
    for (let i = 0; i < count; i++) items.push(one())
    return `[${items.join(', ')}]`
  }
  return one()
}

export interface TestEngine {
  readonly engine: Engine
  readonly clock: TestClock
  /** A client of database 0, RESP2. */
  readonly client: TestClient
  connect(): TestClient
  /** Keyspace events since the last call, as `event key db`, but for those that tell of a new key. */
  events(): string[]
  /** Makes a key of database 0 that holds no string, for commands that refuse such. */
  putStream(key: string): void
}

export function startTestEngine(modules: readonly ModuleDefinition[] = []): TestEngine {
  const clock = new TestClock()
  const engine = createEngine({ clock, random: seededRandom() }, modules)
  const seen: string[] = []
  engine.events.subscribe({
    classes: ~EVENT_NEW,
    onKeyEvent: (_class, event, db, buf, start, length) => {
      seen.push(`${event} ${latin1(buf, start, length)} ${db.index}`)
    },
  })
  const connect = (): TestClient => new TestClient(engine)
  const putStream = (key: string): void => {
    const bytes = fromLatin1(key)
    const db = engine.db(0)
    const address = db.lookupWrite(bytes, 0, bytes.length)
    const value: ValueObject = { externalBytes: 0, encodingName: 'stream', copy: () => value }
    db.putObject(address, bytes, 0, bytes.length, TYPE_STREAM, value, NO_EXPIRY)
  }
  return { engine, clock, client: connect(), connect, events: () => seen.splice(0), putStream }
}
