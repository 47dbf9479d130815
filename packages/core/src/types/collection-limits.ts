/**
 * Up to where a collection is packed: Redis's parameters of these names. Our own limits may end a listpack earlier;
 * then these still say which name OBJECT ENCODING answers with.
 */
export interface CollectionLimits {
  /** Most fields of a hash that is a listpack. */
  hashEntries: number
  /** Longest field or value of such a hash, bytes. */
  hashValueBytes: number
  /** Most numbers of a set that is an intset. */
  setIntsetEntries: number
  setEntries: number
  setValueBytes: number
  zsetEntries: number
  zsetValueBytes: number
  /** Most elements of a list's node, or when negative its size: -1 to -5 for 4, 8, 16, 32, 64 KiB. */
  listNodeSize: number
  listCompressDepth: number
  /** Most bytes and entries of a stream's node; 0 for no limit. */
  streamNodeBytes: number
  streamNodeEntries: number
  /** Longest HyperLogLog that is sparse, bytes. */
  hllSparseBytes: number
}

/** Redis's defaults. */
export function defaultLimits(): CollectionLimits {
  return {
    hashEntries: 512,
    hashValueBytes: 64,
    setIntsetEntries: 512,
    setEntries: 128,
    setValueBytes: 64,
    zsetEntries: 128,
    zsetValueBytes: 64,
    listNodeSize: -2,
    listCompressDepth: 0,
    streamNodeBytes: 4096,
    streamNodeEntries: 100,
    hllSparseBytes: 3000,
  }
}
