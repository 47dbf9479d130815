/**
 * Key list: where the keys of the objects lie that the parser has in hand, those of the innermost last. It finds keys
 * that an object has twice: among few by comparing each with each, among many by a table.
 */

import { nodeEnd, textLength, textStart } from './node.ts'

/** Up to this many members each is compared with each. */
const PAIRWISE_MAX = 12
/** A table of more slots than this is not kept. */
const KEPT_SLOTS = 64 * 1024

export class KeyList {
  count = 0
  /** Where the members end after `dropEqual`. */
  end = 0
  #at = new Int32Array(256)
  #table = new Int32Array(0)

  push(at: number): void {
    if (this.count === this.#at.length) {
      const larger = new Int32Array(this.#at.length * 2)
      larger.set(this.#at)
      this.#at = larger
    }
    this.#at[this.count++] = at
  }

  /** Whether two of the keys from `base` on are the same. */
  hasEqual(buf: Uint8Array, base: number): boolean {
    const { count } = this
    if (count - base > PAIRWISE_MAX) return this.#tableFindsEqual(buf, base, count - base)
    const keys = this.#at
    for (let i = base + 1; i < count; i++) {
      const at = keys[i]
      // Kind and length in one, and the first character: nearly always they tell.
      const tag = buf[at]
      const first = buf[at + 1]
      for (let k = base; k < i; k++) {
        const other = keys[k]
        if (buf[other] === tag && buf[other + 1] === first && sameKey(buf, at, other)) return true
      }
    }
    return false
  }

  #tableFindsEqual(buf: Uint8Array, base: number, count: number): boolean {
    const keys = this.#at
    let size = 32
    while (size < count * 2) size *= 2
    if (this.#table.length < size) this.#table = new Int32Array(size)
    const table = this.#table
    table.fill(0, 0, size)
    let isFound = false
    for (let i = 0; i < count && !isFound; i++) {
      const at = keys[base + i]
      let slot = hashKey(buf, at) & (size - 1)
      for (; table[slot] !== 0 && !isFound; slot = (slot + 1) & (size - 1)) {
        isFound = sameKey(buf, at, keys[base + table[slot] - 1])
      }
      table[slot] = i + 1
    }
    if (size > KEPT_SLOTS) this.#table = new Int32Array(0)
    return isFound
  }

  /**
   * Of equal keys the first stays, with the value of the last.
   * @param content where the object's first member is, `end` where the last one ends
   * @returns how many members are left; they end at `this.end`
   */
  dropEqual(buf: Uint8Array, base: number, content: number, end: number): number {
    const members = new Map<string, { keyAt: number; valueAt: number }>()
    for (let i = base; i < this.count; i++) {
      const keyAt = this.#at[i]
      const name = keyText(buf, keyAt)
      const member = members.get(name)
      if (member === undefined) members.set(name, { keyAt, valueAt: nodeEnd(buf, keyAt) })
      else member.valueAt = nodeEnd(buf, keyAt)
    }
    const copy = buf.slice(content, end)
    let at = content
    for (const { keyAt, valueAt } of members.values()) {
      const key = copy.subarray(keyAt - content, nodeEnd(copy, keyAt - content))
      buf.set(key, at)
      const value = copy.subarray(valueAt - content, nodeEnd(copy, valueAt - content))
      buf.set(value, at + key.length)
      at += key.length + value.length
    }
    this.end = at
    return members.size
  }
}

/** One character per byte: to find equal keys by. */
function keyText(buf: Uint8Array, at: number): string {
  const start = textStart(buf, at)
  const end = start + textLength(buf, at)
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(buf[i])
  return text
}

function sameKey(buf: Uint8Array, a: number, b: number): boolean {
  const length = nodeEnd(buf, a) - a
  if (nodeEnd(buf, b) - b !== length) return false
  for (let i = length - 1; i >= 0; i--) if (buf[a + i] !== buf[b + i]) return false
  return true
}

function hashKey(buf: Uint8Array, at: number): number {
  const end = nodeEnd(buf, at)
  let hash = 0x811c9dc5
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ buf[i], 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
