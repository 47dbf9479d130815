/**
 * Chunks of SCANDUMP and LOADCHUNK. Iterator 0 asks for the header, which has iterator 1. Behind it come the bytes of
 * the sub-filters, one after the other: a chunk with iterator n ends before byte n - 1 of them.
 */

/** Largest chunk, bytes. */
export const CHUNK_BYTES_MAX = 8 * 1024 * 1024

export interface Chunk {
  readonly iterator: number
  readonly data: Uint8Array
}

/** The chunk behind an iterator that was answered before. @returns undefined when there is none */
export function nextChunk(buffers: readonly Uint8Array[], iterator: number): Chunk | undefined {
  let start = 1
  for (const buffer of buffers) {
    const offset = iterator - start
    if (offset >= 0 && offset < buffer.length) {
      const data = buffer.subarray(offset, offset + CHUNK_BYTES_MAX)
      return { iterator: iterator + data.length, data }
    }
    start += buffer.length
  }
  return undefined
}

/** Puts a chunk where it came from; it lies in one sub-filter. @returns false when it belongs nowhere */
export function putChunk(buffers: readonly Uint8Array[], { iterator, data }: Chunk): boolean {
  if (data.length === 0) return false
  let offset = iterator - 1 - data.length
  for (const buffer of buffers) {
    if (offset >= 0 && offset + data.length <= buffer.length) {
      buffer.set(data, offset)
      return true
    }
    offset -= buffer.length
  }
  return false
}
