/**
 * Module times: how long the handlers of each module ran, and which of them kept everybody waiting.
 *
 * A handler is a command, a listener or a timer; what it runs itself counts too. Commands in constant time are not
 * timed one by one: they share the turn's time, and a turn that took too long is laid to all modules with such commands
 * in it. As clients send at most 64 KiB a turn, no turn takes long without one of its handlers doing so.
 */

import type { ConfigRegistry } from '../config/registry.ts'
import type { Clock, LogSink } from '../interfaces.ts'
import { RESERVED_NAMES } from '../module-checks.ts'

export interface ModuleTime {
  handlerUs: number
  /** Handlers that took longer than `module-handler-log-slower-than`. */
  slowHandlers: number
}

/** Of one handler. */
interface LastLine {
  readonly atUs: number
  /** How often it was slow since. */
  unlogged: number
}

/** A handler that is slow at every request must not fill the disk. */
const LOG_INTERVAL_US = 1_000_000
const LAST_LINES_MAX = 1000

const NONE: ModuleTime = { handlerUs: 0, slowHandlers: 0 }

export class ModuleTimes {
  readonly #times = new Map<string, ModuleTime>()
  readonly #clock: Clock
  readonly #log: LogSink
  readonly #lastLines = new Map<string, LastLine>()
  #slowUs = Number.POSITIVE_INFINITY

  constructor(config: ConfigRegistry, clock: Clock, log: LogSink) {
    this.#clock = clock
    this.#log = log
    config.follow('module-handler-log-slower-than', (us) => {
      this.#slowUs = us < 0 ? Number.POSITIVE_INFINITY : us
    })
  }

  of(module: string): ModuleTime {
    return this.#times.get(module) ?? NONE
  }

  /** Runs a handler that is no command. */
  time(module: string, what: string, run: () => void): void {
    const startUs = this.#clock.monotonicUs()
    run()
    const us = this.#clock.monotonicUs() - startUs
    if (!RESERVED_NAMES.has(module)) this.took(module, what, us, us)
  }

  /**
   * A handler is done.
   * @param what as the log shall name it
   * @param us its own time; `spanUs` the time that it may have taken
   */
  took(module: string, what: string, us: number, spanUs: number): void {
    let time = this.#times.get(module)
    if (time === undefined) {
      time = { handlerUs: 0, slowHandlers: 0 }
      this.#times.set(module, time)
    }
    time.handlerUs += us
    if (spanUs < this.#slowUs) return
    time.slowHandlers++
    this.#logSlow(`Module ${module}: ${what}`, spanUs)
  }

  #logSlow(handler: string, us: number): void {
    const nowUs = this.#clock.monotonicUs()
    const last = this.#lastLines.get(handler)
    if (last !== undefined && nowUs - last.atUs < LOG_INTERVAL_US) {
      last.unlogged++
      return
    }
    // The names of events, and with them those of their listeners, are up to modules.
    if (this.#lastLines.size >= LAST_LINES_MAX) this.#lastLines.clear()
    this.#lastLines.set(handler, { atUs: nowUs, unlogged: 0 })
    const more =
      last === undefined || last.unlogged === 0 ? '' : `; ${timesMore(last.unlogged)} since the last such line`
    this.#log('warning', `${handler} took ${(us / 1000).toFixed(1)} ms, and everybody waited${more}`)
  }

  clear(): void {
    this.#times.clear()
  }
}

const timesMore = (count: number): string => (count === 1 ? 'once more' : `${count} times more`)
