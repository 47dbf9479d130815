/** Report: what a rule complains about, without what the samples make an exception of. */

/** Of one command or type; the next ones are mostly the same again. */
const SHOWN_EACH_MAX = 3

export class Report {
  readonly #exceptions: Readonly<Record<string, string>>
  readonly #used = new Set<string>()
  readonly #complaints = new Map<string, Set<string>>()

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
    else this.#complaints.set(about, (this.#complaints.get(about) ?? new Set()).add(text))
  }

  /** Throws with all of it. @param rule its name, by which exceptions are made */
  end(rule: string): void {
    for (const about of Object.keys(this.#exceptions)) {
      if (!this.#used.has(about)) this.add(`${about} `, `keeps to the rule '${rule}': take it out of the exceptions`)
    }
    if (this.#complaints.size === 0) return
    const lines = [...this.#complaints].flatMap(([about, texts]) => {
      const more = texts.size > SHOWN_EACH_MAX ? [`and ${texts.size - SHOWN_EACH_MAX} more`] : []
      return [...[...texts].slice(0, SHOWN_EACH_MAX), ...more].map((text) => `${about.trim()}: ${text}`)
    })
    throw new Error([`the rule '${rule}' is broken:`, ...lines].join('\n  '))
  }
}
