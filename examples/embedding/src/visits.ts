/** Visits of pages, counted by an engine in this process: strings with a time to live. */

import type { EmbeddedEngine } from '@kvasir/server'

const DAY_SECONDS = 86_400

export class Visits {
  readonly #engine: EmbeddedEngine

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine
  }

  /** Counts a visit. A page that nobody visits for a day is forgotten. @returns the visits so far */
  count(page: string): number {
    const key = `visits:${page}`
    const visits = this.#engine.call<number>('INCR', key)
    this.#engine.call('EXPIRE', key, DAY_SECONDS)
    return visits
  }

  /** Visits of several pages, in their order. */
  of(...pages: readonly string[]): number[] {
    const counts = this.#engine.call<(string | null)[]>('MGET', ...pages.map((page) => `visits:${page}`))
    return counts.map(Number)
  }

  /** A picture of a page, as bytes: `call` would read them as text. */
  picture(page: string): Uint8Array | null {
    return this.#engine.callBytes<Uint8Array | null>('GET', `picture:${page}`)
  }

  keepPicture(page: string, picture: Uint8Array): void {
    this.#engine.call('SET', `picture:${page}`, picture, 'EX', DAY_SECONDS)
  }
}
