/**
 * Recent items: a list to whose end items are added and from whose start they fall out, for logs of limited length.
 *
 *     #items   [ - - - - a b c d ]      #first = 4: the places before it are empty
 *
 * Empty places go when they are half of all, so that an item costs O(1) on average however long the list is. A ring
 * would need its size beforehand, and limits of logs are often far beyond what is ever logged.
 */

/** Fewer empty places are not worth it. */
const EMPTY_MIN = 32

export class RecentItems<T> {
  readonly #items: (T | undefined)[] = []
  #first = 0

  get count(): number {
    return this.#items.length - this.#first
  }

  add(item: T): void {
    this.#items.push(item)
  }

  /** Lets the oldest go. */
  limit(countMax: number): void {
    const tooMany = this.count - countMax
    if (tooMany <= 0) return
    this.#items.fill(undefined, this.#first, this.#first + tooMany)
    this.#first += tooMany
    if (this.#first < EMPTY_MIN || this.#first * 2 < this.#items.length) return
    this.#items.splice(0, this.#first)
    this.#first = 0
  }

  /** At most so many, the newest first. */
  newest(countMax: number): T[] {
    const start = Math.max(this.#first, this.#items.length - Math.max(0, countMax))
    return (this.#items.slice(start) as T[]).reverse()
  }

  /** Takes one out. @param age how many are newer: what it costs */
  take(age: number): T {
    return this.#items.splice(this.#items.length - 1 - age, 1)[0] as T
  }

  clear(): void {
    this.#items.length = 0
    this.#first = 0
  }
}
