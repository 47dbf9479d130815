/** Report: what a rule complains about, without what the samples make an exception of. */

const SHOWN_MAX = 20

export class Report {
  readonly #exceptions: Readonly<Record<string, string>>
  readonly #used = new Set<string>()
  readonly #complaints = new Set<string>()

  /** @param exceptions reasons, by the command or the data type that need not keep to the rule */
  constructor(exceptions: Readonly<Record<string, string>>) {
    this.#exceptions = exceptions
  }

  /**
   * @param about a command, a data type, or the module
   * @param text what is wrong, and what to do
   */
  add(about: string, text: string): void {
    if (Object.hasOwn(this.#exceptions, about)) this.#used.add(about)
    else this.#complaints.add(`${about}: ${text}`)
  }

  /** Throws with all of it. @param rule its name, by which exceptions are made */
  end(rule: string): void {
    for (const about of Object.keys(this.#exceptions)) {
      if (this.#used.has(about)) continue
      this.#complaints.add(`${about}: keeps to the rule '${rule}': take it out of the exceptions`)
    }
    if (this.#complaints.size === 0) return
    const all = [...this.#complaints]
    const more = all.length > SHOWN_MAX ? [`and ${all.length - SHOWN_MAX} more`] : []
    throw new Error([`the rule '${rule}' is broken:`, ...all.slice(0, SHOWN_MAX), ...more].join('\n  '))
  }
}
