/** Copies of short byte strings between buffers, without an object per copy. */

/**
 * Copies up to this many bytes are a plain loop; for more, a view and the engine's own copy are quicker.
 * Measured, ns for 16 / 64 / 128 / 256 bytes: loop by eights 12 / 35 / 69 / 125, view 55 / 60 / 43 / 44, byte by byte
 * 19 / 60 / 124 / 224.
 * Rejected: words through a DataView (doubles change NaNs in some engines, 32-bit words gain nothing).
 */
const LOOP_COPY_BYTES_MAX = 96

/** Copies `source[start .. start + length)` to `target[at ..)`; the two may not overlap in one buffer. */
export function copyBytes(source: Uint8Array, start: number, length: number, target: Uint8Array, at: number): void {
  if (length > LOOP_COPY_BYTES_MAX) {
    target.set(source.subarray(start, start + length), at)
    return
  }
  let i = 0
  for (; i + 8 <= length; i += 8) {
    const from = start + i
    const to = at + i
    target[to] = source[from]
    target[to + 1] = source[from + 1]
    target[to + 2] = source[from + 2]
    target[to + 3] = source[from + 3]
    target[to + 4] = source[from + 4]
    target[to + 5] = source[from + 5]
    target[to + 6] = source[from + 6]
    target[to + 7] = source[from + 7]
  }
  for (; i < length; i++) target[at + i] = source[start + i]
}
