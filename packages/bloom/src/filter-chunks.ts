/**
 * Chunks of SCANDUMP and LOADCHUNK. Iterator 0 asks for the header, which has iterator 1. Behind it come the bytes of
 * the sub-filters, one after the other: a chunk with iterator n ends before byte n - 1 of them.
 */

import { type DataType, type Key, PayloadError, type ReplyError, type ReplyStatus, reply } from '@kvasir/module-api'
import { ERRORS } from './errors.ts'

/** Largest chunk, bytes. */
const CHUNK_BYTES_MAX = 8 * 1024 * 1024

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
function putChunk(buffers: readonly Uint8Array[], { iterator, data }: Chunk): boolean {
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

/** What LOADCHUNK has to know of a filter. */
export interface Chunked<T> {
  readonly type: DataType<T>
  /** Makes an empty filter of what SCANDUMP's first chunk says. Throws PayloadError. */
  readonly decodeHeader: (header: Uint8Array) => T
  readonly buffersOf: (filter: T) => readonly Uint8Array[]
  /** The keyspace event. */
  readonly event: string
}

/** LOADCHUNK: the first chunk makes a filter of the key, the others fill it. @returns the reply */
export function loadChunk<T>(entry: Key, filters: Chunked<T>, chunk: Chunk): ReplyStatus | ReplyError {
  const filter = entry.getValue(filters.type)
  if (chunk.iterator === 1) {
    try {
      entry.setValue(filters.type, filters.decodeHeader(chunk.data), filters.event)
    } catch (error) {
      if (error instanceof PayloadError) return reply.error(ERRORS.badData)
      throw error
    }
    return reply.OK
  }
  if (filter === undefined) return reply.error(ERRORS.notFound)
  if (!putChunk(filters.buffersOf(filter), chunk)) return reply.error(ERRORS.badData)
  entry.changed(filters.event)
  return reply.OK
}
