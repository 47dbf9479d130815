/** How long something was beyond its limit: now, and altogether. */
export class ExceededTime {
  #sinceMs = 0
  #beforeMs = 0

  /** To be called whenever it is found out. */
  note(isExceeded: boolean, nowMs: number): void {
    if (isExceeded) {
      if (this.#sinceMs === 0) this.#sinceMs = nowMs
      return
    }
    this.#beforeMs += this.currentMs(nowMs)
    this.#sinceMs = 0
  }

  currentMs(nowMs: number): number {
    return this.#sinceMs === 0 ? 0 : nowMs - this.#sinceMs
  }

  totalMs(nowMs: number): number {
    return this.#beforeMs + this.currentMs(nowMs)
  }

  reset(): void {
    this.#sinceMs = 0
    this.#beforeMs = 0
  }
}
