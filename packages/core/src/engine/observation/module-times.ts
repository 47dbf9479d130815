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

const NONE: ModuleTime = { handlerUs: 0, slowHandlers: 0 }

export class ModuleTimes {
  readonly #times = new Map<string, ModuleTime>()
  readonly #clock: Clock
  readonly #log: LogSink
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
    const ms = (spanUs / 1000).toFixed(1)
    this.#log('warning', `Module ${module}: ${what} took ${ms} ms, and everybody waited`)
  }

  clear(): void {
    this.#times.clear()
  }
}
