/** Memory for filters and sketches: what a client asks for may be more than there is. */

/** Largest buffer of one filter or sketch, bytes. */
export const BUFFER_BYTES_MAX = 2 ** 32

/** Zeroed bytes. @returns undefined when there is not that much memory, or a filter must not have that much */
export function allocateBytes(sizeBytes: number): Uint8Array | undefined {
  if (!(sizeBytes <= BUFFER_BYTES_MAX)) return undefined
  try {
    return new Uint8Array(sizeBytes)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Zeroed counters of 32 bits. @returns undefined as `allocateBytes` */
export function allocateCounters(count: number): Uint32Array | undefined {
  const bytes = allocateBytes(count * Uint32Array.BYTES_PER_ELEMENT)
  return bytes === undefined ? undefined : new Uint32Array(bytes.buffer)
}
