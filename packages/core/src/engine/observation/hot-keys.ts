/**
 * Hot keys: which keys take the most time and the most bytes, behind HOTKEYS.
 *
 *     START --> Observer.watches: every command is timed and told of
 *     ran   --> totals of all commands
 *               one of `sampleRatio` of them: its weight, shared among its keys --> a SpaceSaving for each metric
 *     STOP, or DURATION is over --> the figures stay, until RESET or another START
 *
 * While it is off, nothing looks at it: it stands behind the one flag that also turns on the latency monitor. A command
 * that is not sampled costs its time, its bytes and a count down; which is sampled next is drawn when one is, so that
 * every command is with probability 1 / ratio, and it costs no random number each.
 *
 * As in Redis 8.6: a command of several keys gives each an equal share, and what is told of keys is what was sampled,
 * not multiplied by the ratio. What a transaction runs counts command by command, what a module's command runs within
 * itself counts as that command, and one that waits counts when it has its answer, with the time that the answer took:
 * as in the slow log. HOTKEYS itself does not count. Keys of the same name in several databases are one.
 *
 * Memory is that of the sketches, little more than 1 MiB each, while there are figures. How far these may be off, and
 * why the sketch was chosen, is in space-saving.ts. GET in pipelines of 16 takes 1.2 times as much CPU time with SAMPLE
 * 100 as with tracking off, which is what being timed takes, and 1.8 times as much with SAMPLE 1, with both metrics and
 * a million keys that are all as hot as each other: the worst case, where nearly every command takes a counter over.
 *
 * Source: the documentation of HOTKEYS of Redis 8.6, and what its clients' tests and users tell of it.
 */

import { type HeavyKey, SpaceSaving } from '../../structures/space-saving.ts'
import type { Call } from '../call.ts'
import { keysOf, RequestWords } from '../command-keys.ts'
import type { Clock, HostInfo, Random } from '../interfaces.ts'

const NS_PER_US = 1000
const US_PER_MS = 1000
const MS_PER_SECOND = 1000

export interface HotKeysOptions {
  readonly cpu: boolean
  readonly net: boolean
  /** Keys of each metric to tell of. */
  readonly countMax: number
  /** 0 for no end. */
  readonly durationSeconds: number
  /** One of so many commands is sampled. */
  readonly sampleRatio: number
}

/** What was found, so far or at last. */
export interface HotKeysReport {
  readonly isActive: boolean
  readonly sampleRatio: number
  /** Of all commands, whole microseconds. */
  readonly commandUs: number
  /** Requests and replies of all commands. */
  readonly netBytes: number
  /** Since 1970. */
  readonly startMs: number
  readonly durationMs: number
  /** With the metric CPU: what the process took meanwhile, and the keys with their nanoseconds, the hottest first. */
  readonly cpu: { readonly userMs: number; readonly systemMs: number; readonly keys: readonly HeavyKey[] } | undefined
  /** With the metric NET: the keys with their bytes, the hottest first. */
  readonly net: readonly HeavyKey[] | undefined
}

/** What it takes from outside. */
export interface HotKeysHost {
  readonly clock: Clock
  readonly random: Random
  readonly host: HostInfo
}

export class HotKeys {
  readonly #outside: HotKeysHost
  readonly #changed: () => void
  /** Of the figures that there are; undefined when there are none. */
  #options: HotKeysOptions | undefined
  #cpu: SpaceSaving | undefined
  #net: SpaceSaving | undefined
  #commandNs = 0
  #netBytes = 0
  #startMs = 0
  #startUs = 0
  #deadlineUs = 0
  /** From the start to the end, once it has ended. */
  #durationUs = 0
  /** CPU time of the process: until the start, and once it has ended from then on. */
  #processUs = { user: 0, system: 0 }
  /** Commands until the next one that is sampled, with it. */
  #untilSample = 1
  #stopTimer: (() => void) | undefined

  /** Whether commands are told of. */
  isActive = false

  /** @param changed called when `isActive` may have changed */
  constructor(outside: HotKeysHost, changed: () => void) {
    this.#outside = outside
    this.#changed = changed
  }

  /** Whether there are figures. */
  get hasFigures(): boolean {
    return this.#options !== undefined
  }

  /** Begins anew. Not while it is active. */
  start(options: HotKeysOptions): void {
    const { clock, random } = this.#outside
    const sketch = (): SpaceSaving => new SpaceSaving(random.next() | 0, random.next() | 0)
    this.#options = options
    this.#cpu = options.cpu ? sketch() : undefined
    this.#net = options.net ? sketch() : undefined
    this.#commandNs = 0
    this.#netBytes = 0
    this.#startMs = clock.nowMs()
    this.#startUs = clock.monotonicUs()
    const durationUs = options.durationSeconds * MS_PER_SECOND * US_PER_MS
    this.#deadlineUs = durationUs === 0 ? Number.POSITIVE_INFINITY : this.#startUs + durationUs
    this.#processUs = this.#processTime()
    this.#untilSample = this.#drawSample(options.sampleRatio)
    this.isActive = true
    this.#changed()
    this.#startTimer()
  }

  #startTimer(): void {
    if (this.#deadlineUs === Number.POSITIVE_INFINITY) return
    const { clock } = this.#outside
    const leftMs = Math.ceil((this.#deadlineUs - clock.monotonicUs()) / US_PER_MS)
    this.#stopTimer = clock.every(Math.max(1, leftMs), () => {
      this.#stopTimer?.()
      // Timers of hosts may be early.
      this.endIfOver()
      if (this.isActive) this.#startTimer()
    })
  }

  /** Ends it when DURATION is over. To be called ahead of whatever looks at `isActive`: timers may be late. */
  endIfOver(): void {
    if (this.isActive && this.#outside.clock.monotonicUs() >= this.#deadlineUs) this.stop()
  }

  /** Ends it and keeps the figures. */
  stop(): void {
    if (!this.isActive) return
    this.#durationUs = this.#elapsedUs()
    this.#processUs = this.#processElapsed()
    this.isActive = false
    this.#stopTimer?.()
    this.#changed()
  }

  /** Forgets the figures. Not while it is active. */
  reset(): void {
    this.#options = undefined
    this.#cpu = undefined
    this.#net = undefined
  }

  /**
   * A command has run, and has its answer.
   * @param ns what it took, whole
   * @param bytes of its request and its reply
   */
  ran(call: Call, ns: number, bytes: number): void {
    if (call.command.parent?.name === 'hotkeys') return
    this.#commandNs += ns
    this.#netBytes += bytes
    if (--this.#untilSample > 0) return
    this.#untilSample = this.#drawSample((this.#options as HotKeysOptions).sampleRatio)
    const { command, starts, lengths } = call
    const index = command.onlyKeyIndex
    if (index > 0) return this.#addKey(call.buf, starts[index], lengths[index], ns, bytes)
    const keys = keysOf(command, new RequestWords(call))
    if (keys === undefined) return
    for (const key of keys) {
      this.#addKey(call.buf, starts[key.index], lengths[key.index], ns / keys.length, bytes / keys.length)
    }
  }

  #addKey(buf: Uint8Array, start: number, length: number, ns: number, bytes: number): void {
    this.#cpu?.add(buf, start, length, ns)
    this.#net?.add(buf, start, length, bytes)
  }

  /** How many commands on the next sample is, when each is one with probability 1 / ratio (geometric distribution). */
  #drawSample(ratio: number): number {
    if (ratio === 1) return 1
    const chance = (this.#outside.random.next() + 1) / 2 ** 32
    return 1 + Math.floor(Math.log(chance) / Math.log1p(-1 / ratio))
  }

  #elapsedUs(): number {
    return Math.min(this.#outside.clock.monotonicUs(), this.#deadlineUs) - this.#startUs
  }

  #processTime(): { user: number; system: number } {
    const { user = 0, system = 0 } = this.#outside.host.cpuUs?.() ?? {}
    return { user, system }
  }

  /** What the process took from the start to now. */
  #processElapsed(): { user: number; system: number } {
    const { user, system } = this.#processTime()
    return { user: user - this.#processUs.user, system: system - this.#processUs.system }
  }

  /** @returns undefined when there are no figures */
  report(): HotKeysReport | undefined {
    const options = this.#options
    if (options === undefined) return undefined
    this.endIfOver()
    const { isActive } = this
    const { user, system } = isActive ? this.#processElapsed() : this.#processUs
    const milliseconds = (us: number): number => Math.floor(us / US_PER_MS)
    const cpuKeys = this.#cpu?.heaviest(options.countMax)
    return {
      isActive,
      sampleRatio: options.sampleRatio,
      commandUs: Math.round(this.#commandNs / NS_PER_US),
      netBytes: this.#netBytes,
      startMs: this.#startMs,
      durationMs: milliseconds(isActive ? this.#elapsedUs() : this.#durationUs),
      cpu: cpuKeys && { userMs: milliseconds(user), systemMs: milliseconds(system), keys: cpuKeys },
      net: this.#net?.heaviest(options.countMax),
    }
  }
}
