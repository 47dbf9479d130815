/**
 * An engine inside this process whose clockwork runs only when the benchmark says so: each of its tasks can be
 * measured on its own. The time of day is the benchmark's; the monotonic clock, which the engine's time budgets go
 * by, is real.
 *
 * Takes the build, or the sources under `node --conditions=@kvasir/source`.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { root } from '../workspace.ts'

const TASKS_MAX = 1_000_000
/** Long pauses that are listed, for each step. */
const LONG_MAX = 20

/** What the benchmarks use of an engine and of its first database. */
export interface BenchEngine {
  createSession(transport: object): BenchSession
  db(index: number): {
    readonly size: number
    readonly usedBytes: number
    readonly arena: { readonly reservedBytes: number; readonly usedBytes: number; readonly pageBytes: number }
    readonly table: { readonly indexBytes: number; readonly slots: number }
  }
  close(): void
}

export interface BenchSession {
  feed(buf: Uint8Array, start: number, end: number): void
}

/** CPU time of this thread in microseconds: other processes on the machine do not show in it. */
interface CpuTime {
  readonly user: number
  readonly system: number
}

function threadCpu(): CpuTime {
  // Linux brings a thread's own figure up to date only every few milliseconds, but does so when the process's is
  // asked for.
  process.cpuUsage()
  return process.threadCpuUsage()
}

export interface LongPause {
  readonly us: number
  readonly systemUs: number
  /** By `performance.now()`, as the garbage collector's times are. */
  readonly startMs: number
  readonly endMs: number
  readonly when: string
}

/** The longest of the stretches of work that the engine did in one go, and all of them together. */
export class Pauses {
  static readonly LONG_US = 3000
  worstUs = 0
  totalUs = 0
  count = 0
  /** Those of at least LONG_US, the first ones. */
  readonly long: LongPause[] = []

  /** Runs a stretch of work. @param when what was going on, for the list of the long ones */
  measure(work: () => void, when: () => string): void {
    const startMs = performance.now()
    const start = threadCpu()
    work()
    const end = threadCpu()
    const systemUs = end.system - start.system
    const us = end.user - start.user + systemUs
    this.count++
    this.totalUs += us
    this.worstUs = Math.max(this.worstUs, us)
    if (us < Pauses.LONG_US || this.long.length === LONG_MAX) return
    this.long.push({ us, systemUs, startMs, endMs: performance.now(), when: when() })
  }
}

/** Notes when the garbage collector worked, to tell which pauses are its. */
export class Collections {
  readonly #entries: { readonly startTime: number; readonly duration: number }[] = []

  constructor() {
    new PerformanceObserver((list) => this.#entries.push(...list.getEntries())).observe({ entryTypes: ['gc'] })
  }

  /** Milliseconds of collection within a pause; known only some turns of the event loop later. */
  msWithin({ startMs, endMs }: LongPause): number {
    const within = this.#entries.filter(
      ({ startTime, duration }) => startTime >= startMs && startTime + duration <= endMs,
    )
    return within.reduce((sum, { duration }) => sum + duration, 0)
  }
}

export class EngineBench {
  readonly engine: BenchEngine
  readonly session: BenchSession
  nowMs = 1_700_000_000_000
  /** Bytes of the replies since `takeReply`; kept only when asked for. */
  #replies: Buffer[] | undefined
  readonly #timers = new Set<() => void>()
  readonly #soon: (() => void)[] = []

  private constructor(createEngine: (options: object) => BenchEngine) {
    let x = 88172645
    this.engine = createEngine({
      clock: {
        nowMs: () => this.nowMs,
        monotonicUs: () => performance.now() * 1000,
        every: (_intervalMs: number, task: () => void) => {
          this.#timers.add(task)
          return () => this.#timers.delete(task)
        },
        soon: (task: () => void) => this.#soon.push(task),
      },
      random: {
        next() {
          x ^= x << 13
          x ^= x >>> 17
          x ^= x << 5
          return x >>> 0
        },
      },
    })
    this.session = this.engine.createSession({
      kind: 'memory',
      address: '',
      localAddress: '',
      descriptor: -1,
      queuedBytes: 0,
      send: (buf: Uint8Array, start: number, length: number) => {
        this.#replies?.push(Buffer.from(buf.slice(start, start + length)))
        return false
      },
      close() {},
    })
  }

  static async create(): Promise<EngineBench> {
    const require = createRequire(join(root, 'packages', 'server', 'package.json'))
    const core = await import(pathToFileURL(require.resolve('@kvasir/core')).href)
    return new EngineBench(core.createEngine)
  }

  /** Feeds requests and measures the whole turn. */
  feed(bytes: Uint8Array, length: number, pauses: Pauses, when: () => string): void {
    pauses.measure(() => this.session.feed(bytes, 0, length), when)
  }

  /** Runs one command and returns its reply. */
  command(line: string, pauses: Pauses): Buffer {
    const words = line.split(' ').map((word) => `$${word.length}\r\n${word}\r\n`)
    const bytes = Buffer.from(`*${words.length}\r\n${words.join('')}`)
    this.#replies = []
    this.feed(bytes, bytes.length, pauses, () => line)
    const reply = Buffer.concat(this.#replies)
    this.#replies = undefined
    return reply
  }

  /** A tenth of a second passes: the engine's timers run, each measured, and what they leave for the turns after. */
  tick(pauses: Pauses, when: () => string): void {
    this.nowMs += 100
    for (const task of [...this.#timers]) pauses.measure(task, when)
    this.runSoon(pauses, when)
  }

  /** Runs what the engine put off to later turns, each task measured, until nothing is left. */
  runSoon(pauses: Pauses, when: () => string): void {
    for (let i = 0; i < TASKS_MAX; i++) {
      const task = this.#soon.shift()
      if (task === undefined) return
      pauses.measure(task, when)
    }
  }
}
