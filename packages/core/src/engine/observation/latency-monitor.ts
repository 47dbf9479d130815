/**
 * Latency monitor: what took longer than `latency-monitor-threshold`, by the kind of thing that it was, for LATENCY.
 *
 *     command, fast-command                               commands, by their flag `fast`
 *     expire-cycle, eviction-cycle, active-defrag-cycle   upkeep
 *
 * Of each kind the last 160 seconds in which it happened are kept, with the worst of each. Names, limits and how
 * samples of one second are put together are Valkey's, as documented and observed.
 */

const SAMPLES_MAX = 160

export interface LatencySample {
  /** Seconds since 1970. */
  readonly atSeconds: number
  /** The worst of that second. */
  ms: number
}

export class LatencySeries {
  /** The oldest first. */
  readonly samples: LatencySample[] = []
  /** The worst since the last reset. */
  worstMs = 0
  /** Of all that were noted, those too that share a sample. */
  totalMs = 0
  count = 0

  add(atSeconds: number, ms: number): void {
    this.worstMs = Math.max(this.worstMs, ms)
    this.totalMs += ms
    this.count++
    const last = this.samples.at(-1)
    if (last?.atSeconds === atSeconds) {
      last.ms = Math.max(last.ms, ms)
      return
    }
    this.samples.push({ atSeconds, ms })
    if (this.samples.length > SAMPLES_MAX) this.samples.shift()
  }
}

export class LatencyMonitor {
  /** Shorter ones are not noted; Infinity while the monitor is off. */
  thresholdUs = Number.POSITIVE_INFINITY
  readonly #series = new Map<string, LatencySeries>()

  get isOn(): boolean {
    return this.thresholdUs !== Number.POSITIVE_INFINITY
  }

  /** @param us what the event took */
  note(event: string, us: number, nowMs: number): void {
    if (us < this.thresholdUs) return
    let series = this.#series.get(event)
    if (series === undefined) {
      series = new LatencySeries()
      this.#series.set(event, series)
    }
    series.add(Math.floor(nowMs / 1000), Math.floor(us / 1000))
  }

  series(event: string): LatencySeries | undefined {
    return this.#series.get(event)
  }

  all(): IterableIterator<[event: string, series: LatencySeries]> {
    return this.#series.entries()
  }

  /** @returns whether there was anything of this event */
  reset(event: string): boolean {
    return this.#series.delete(event)
  }

  /** @returns how many events there were */
  resetAll(): number {
    const { size } = this.#series
    this.#series.clear()
    return size
  }
}
