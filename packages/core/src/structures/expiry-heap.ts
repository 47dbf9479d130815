/**
 * Expiry heap: numbers that stand for something with a time (records of a collection, objects of a database), ordered
 * so that the one whose time comes first is on top.
 *
 *     items     a binary heap in one Int32Array: the children of place p are at 2p + 1 and 2p + 2
 *
 * The times are where the owner keeps them; the heap asks for them. Each item knows its own place, which the heap tells
 * the owner whenever it changes, so that any item can be taken out or moved at once, and nothing stale stays behind.
 * Rejected: a heap of (time, item) cleaned lazily, which grows with every change of a time; a timer wheel, whose links
 * and lists cost twice the memory for each of many small collections.
 *
 * Invariants: no item's time comes before its parent's; `placed` was called last with the place that an item has.
 * Complexity: add, remove, replace and retime O(log n), add at the end of time O(1); countDue O(items due).
 */

const PLACES_MIN = 8

export abstract class ExpiryHeap {
  size = 0
  #items: Int32Array = NO_ITEMS

  protected abstract timeOf(item: number): number
  /** The item is at this place now; -1: it is in the heap no longer. */
  protected abstract placed(item: number, place: number): void

  get bytes(): number {
    return this.#items.byteLength
  }

  /** The item whose time comes first; the heap may not be empty. */
  get first(): number {
    return this.#items[0]
  }

  add(item: number): void {
    if (this.size === this.#items.length) this.#resize(Math.max(PLACES_MIN, this.size * 2))
    this.#rise(this.size++, item)
  }

  remove(place: number): void {
    this.placed(this.#items[place], -1)
    const last = this.#items[--this.size]
    if (place < this.size) this.#settle(place, last)
    const places = this.size === 0 ? 0 : Math.max(PLACES_MIN, this.size * 2)
    if (this.size * 4 < this.#items.length && places < this.#items.length) this.#resize(places)
  }

  /** Another item, of whatever time, takes an item's place. */
  replace(place: number, item: number): void {
    this.#settle(place, item)
  }

  /** The item at a place has a new number and the same time. */
  renumber(place: number, item: number): void {
    this.#items[place] = item
  }

  /** The time of the item at a place has changed. */
  retime(place: number): void {
    this.#settle(place, this.#items[place])
  }

  /** How many items have a time up to `nowMs`. */
  countDue(nowMs: number): number {
    return this.#countDueFrom(0, nowMs)
  }

  #countDueFrom(place: number, nowMs: number): number {
    if (place >= this.size || this.timeOf(this.#items[place]) > nowMs) return 0
    return 1 + this.#countDueFrom(2 * place + 1, nowMs) + this.#countDueFrom(2 * place + 2, nowMs)
  }

  #settle(place: number, item: number): void {
    if (place > 0 && this.timeOf(item) < this.timeOf(this.#items[(place - 1) >> 1])) this.#rise(place, item)
    else this.#sink(place, item)
  }

  #rise(from: number, item: number): void {
    const time = this.timeOf(item)
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.timeOf(this.#items[parent]) <= time) break
      this.#put(place, this.#items[parent])
      place = parent
    }
    this.#put(place, item)
  }

  #sink(from: number, item: number): void {
    const time = this.timeOf(item)
    let place = from
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.size) break
      let childTime = this.timeOf(this.#items[child])
      if (child + 1 < this.size) {
        const other = this.timeOf(this.#items[child + 1])
        if (other < childTime) {
          child++
          childTime = other
        }
      }
      if (time <= childTime) break
      this.#put(place, this.#items[child])
      place = child
    }
    this.#put(place, item)
  }

  #put(place: number, item: number): void {
    this.#items[place] = item
    this.placed(item, place)
  }

  #resize(length: number): void {
    const next = new Int32Array(length)
    next.set(this.#items.subarray(0, this.size))
    this.#items = next
  }
}

const NO_ITEMS = new Int32Array(0)
