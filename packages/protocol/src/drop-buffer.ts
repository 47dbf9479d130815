/** Smaller ones cost the collector less than giving them back. */
const LARGE_BYTES = 16 * 1024

/**
 * Gives the memory of a buffer back at once: the collector, which would, may not run for hours in an idle process, and
 * until it has, the memory cannot be used for the next one either. Nobody may use the bytes afterwards. Views of a part
 * of a buffer are left alone.
 */
export function dropBuffer(bytes: Uint8Array): void {
  if (bytes.length > 0 && bytes.length === bytes.buffer.byteLength) (bytes.buffer as ArrayBuffer).transfer(0)
}

/** As `dropBuffer`, for one that may be large. */
export function dropLargeBuffer(bytes: Uint8Array): void {
  if (bytes.length > LARGE_BYTES) dropBuffer(bytes)
}
