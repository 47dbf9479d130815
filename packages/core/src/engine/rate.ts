/**
 * Rate: a counter's growth per second, averaged over the last samples. Taken ten times a second it covers 1.6 seconds.
 */

const SAMPLES_COUNT = 16

export class Rate {
  readonly #perSecond = new Float64Array(SAMPLES_COUNT)
  #next = 0
  #lastTotal = 0
  #lastMs = 0

  /** @param total the counter, which never goes down except when it is reset */
  sample(total: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#lastMs
    const growth = Math.max(0, total - this.#lastTotal)
    if (this.#lastMs > 0 && elapsedMs > 0) {
      this.#perSecond[this.#next] = (growth * 1000) / elapsedMs
      this.#next = (this.#next + 1) % SAMPLES_COUNT
    }
    this.#lastTotal = total
    this.#lastMs = nowMs
  }

  get perSecond(): number {
    let sum = 0
    for (const value of this.#perSecond) sum += value
    return sum / SAMPLES_COUNT
  }
}
