/**
 * The longest common subsequence of two byte strings, by the textbook's table of prefix lengths:
 *
 *     L(i, j) = L(i - 1, j - 1) + 1               where a[i - 1] = b[j - 1]
 *               max(L(i - 1, j), L(i, j - 1))     elsewhere
 *
 * Only one row of lengths is kept. The way back from the end needs no lengths, only to know of each pair of different
 * bytes whether to leave the last byte of `a` or of `b` out: one bit a pair, where Redis keeps four bytes. When both
 * ways are as long, `b` loses its byte; which of several subsequences is found depends on that.
 *
 * Complexity: O(N * M) time, N * M / 8 bytes.
 */

/** A stretch that lies in both strings without a gap. */
export interface CommonRange {
  /** Where it begins in either string. */
  readonly a: number
  readonly b: number
  readonly length: number
}

/** The length alone, in the memory of one row. */
export function commonLength(a: Uint8Array, b: Uint8Array): number {
  return fill(a, b, undefined)
}

export class CommonSubsequence {
  readonly length: number
  readonly #a: Uint8Array
  readonly #b: Uint8Array
  /** Bit `i * b.length + j`: leave a[i] out. */
  readonly #leaveA: Uint8Array

  constructor(a: Uint8Array, b: Uint8Array) {
    this.#a = a
    this.#b = b
    this.#leaveA = new Uint8Array(Math.ceil((a.length * b.length) / 8))
    this.length = fill(a, b, this.#leaveA)
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.length)
    let at = this.length
    this.#walkBack((i) => {
      bytes[--at] = this.#a[i]
    })
    return bytes
  }

  /** From the last to the first. */
  ranges(): CommonRange[] {
    const ranges: CommonRange[] = []
    let a = -1
    let b = -1
    let length = 0
    this.#walkBack((i, j) => {
      if (length > 0 && (i !== a - 1 || j !== b - 1)) {
        ranges.push({ a, b, length })
        length = 0
      }
      a = i
      b = j
      length++
    })
    if (length > 0) ranges.push({ a, b, length })
    return ranges
  }

  /** Visits the positions of the subsequence's bytes in both strings, from the last to the first. */
  #walkBack(visit: (i: number, j: number) => void): void {
    const columns = this.#b.length
    let i = this.#a.length - 1
    let j = columns - 1
    while (i >= 0 && j >= 0) {
      if (this.#a[i] === this.#b[j]) visit(i--, j--)
      else {
        const bit = i * columns + j
        // Bits may be more than 2^32, so the byte's index is found by division.
        if ((this.#leaveA[Math.floor(bit / 8)] & (1 << (bit % 8))) !== 0) i--
        else j--
      }
    }
  }
}

/** Fills the table row by row. @returns the length of the subsequence */
function fill(a: Uint8Array, b: Uint8Array, leaveA: Uint8Array | undefined): number {
  const columns = b.length
  const row = new Uint32Array(columns + 1)
  for (let i = 0; i < a.length; i++) {
    const byte = a[i]
    const firstBit = i * columns
    let diagonal = 0
    let left = 0
    for (let j = 0; j < columns; j++) {
      const above = row[j + 1]
      if (byte === b[j]) left = diagonal + 1
      else if (above > left) {
        left = above
        if (leaveA !== undefined) leaveA[Math.floor((firstBit + j) / 8)] |= 1 << ((firstBit + j) % 8)
      }
      row[j + 1] = left
      diagonal = above
    }
  }
  return row[columns]
}
