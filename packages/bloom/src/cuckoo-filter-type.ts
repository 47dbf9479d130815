/**
 * Cuckoo filters as bytes. In RDB, `MBbloomCF` in version 4, the fields of RedisBloom:
 *
 *     sub-filters n, buckets of the first, items, deleted, bucket size, moves at most, expansion: unsigned
 *     n times: buckets: unsigned; the fingerprints: bytes
 *
 * and the first chunk of CF.SCANDUMP, numbers little-endian:
 *
 *     offset  size  meaning                    offset  size  meaning
 *     0       8     items                      32      2     bucket size
 *     8       8     buckets of the first       34      2     moves at most
 *     16      8     deleted                    36      2     expansion
 *     24      8     sub-filters                38      8     of no meaning (there, an address)
 *
 * The sizes of the sub-filters follow from the first one and the expansion. Their bytes follow in chunks.
 */

import { defineDataType, PayloadError, type PayloadReader, type PayloadWriter } from '@kvasir/module-api'
import { allocateBytes, BUFFER_BYTES_MAX } from './allocation.ts'
import { BUCKETS_MAX, CuckooFilter, MAX_ITERATIONS_MAX, powerOfTwo } from './cuckoo-filter.ts'

const HEADER_BYTES = 46
export const SUB_FILTERS_MAX = 1024
export const CUCKOO_EXPANSION_MAX = 32768

interface Description {
  readonly count: number
  readonly buckets: number
  readonly size: number
  readonly deletedCount: number
  readonly bucketSize: number
  readonly maxIterations: number
  readonly expansion: number
}

function refuse(what: string): never {
  throw new PayloadError(`no cuckoo filter: ${what}`)
}

function checkDescription(description: Description): void {
  const { count, buckets, size, deletedCount, bucketSize, maxIterations, expansion } = description
  if (!(bucketSize >= 1 && bucketSize <= 255)) refuse('the bucket size')
  if (!(maxIterations >= 1 && maxIterations <= MAX_ITERATIONS_MAX)) refuse('the moves')
  if (!(expansion >= 0 && expansion <= CUCKOO_EXPANSION_MAX && powerOfTwo(expansion) === expansion)) {
    refuse('the expansion')
  }
  if (!(count >= 1 && count <= SUB_FILTERS_MAX) || (expansion === 0 && count > 1)) refuse('the number of sub-filters')
  if (!(buckets >= 1 && buckets <= BUCKETS_MAX && powerOfTwo(buckets) === buckets)) refuse('the number of buckets')
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(deletedCount)) refuse('the number of items')
}

/** Bytes of each sub-filter. */
function* lengthsOf({ count, buckets, bucketSize, expansion }: Description): Generator<number> {
  let length = buckets * bucketSize
  let sum = 0
  for (let i = 0; i < count; i++) {
    sum += length
    if (sum > BUFFER_BYTES_MAX) refuse('it is too large')
    yield length
    length *= expansion
  }
}

function build(description: Description, subFilters: Uint8Array[]): CuckooFilter {
  const filter = new CuckooFilter(description, subFilters)
  filter.size = description.size
  filter.deletedCount = description.deletedCount
  return filter
}

export const cuckooFilterType = defineDataType<CuckooFilter>({
  name: 'MBbloomCF',
  version: 4,
  save: writeFields,
  load: readFields,
  memoryBytes: (filter) => filter.memoryBytes,
  copy: (filter) => filter.copy(),
  digest: writeFields,
})

function writeFields(filter: CuckooFilter, writer: PayloadWriter): void {
  const { bucketSize, subFilters } = filter
  writer.unsigned(subFilters.length)
  writer.unsigned(subFilters[0].length / bucketSize)
  writer.unsigned(filter.size)
  writer.unsigned(filter.deletedCount)
  writer.unsigned(bucketSize)
  writer.unsigned(filter.maxIterations)
  writer.unsigned(filter.expansion)
  for (const bytes of subFilters) {
    writer.unsigned(bytes.length / bucketSize)
    writer.bytes(bytes)
  }
}

function readFields(reader: PayloadReader, version: number): CuckooFilter {
  if (version !== 4) refuse(`version ${version} of the format`)
  const number = (): number => Number(reader.unsigned())
  const description = {
    count: number(),
    buckets: number(),
    size: number(),
    deletedCount: number(),
    bucketSize: number(),
    maxIterations: number(),
    expansion: number(),
  }
  checkDescription(description)
  const subFilters: Uint8Array[] = []
  let places = 0
  for (const length of lengthsOf(description)) {
    const buckets = number()
    const bytes = reader.bytes()
    if (bytes.length !== length || buckets * description.bucketSize !== length) refuse('the size of a sub-filter')
    subFilters.push(bytes)
    places += length
  }
  if (description.size > places) refuse('the number of items')
  return build(description, subFilters)
}

/** The first chunk of CF.SCANDUMP. */
export function encodeHeader(filter: CuckooFilter): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setBigUint64(0, BigInt(filter.size), true)
  view.setBigUint64(8, BigInt(filter.subFilters[0].length / filter.bucketSize), true)
  view.setBigUint64(16, BigInt(filter.deletedCount), true)
  view.setBigUint64(24, BigInt(filter.subFilters.length), true)
  view.setUint16(32, filter.bucketSize, true)
  view.setUint16(34, filter.maxIterations, true)
  view.setUint16(36, filter.expansion, true)
  return header
}

/** A filter without fingerprints, from the first chunk of CF.SCANDUMP. Throws PayloadError. */
export function decodeHeader(header: Uint8Array): CuckooFilter {
  if (header.length !== HEADER_BYTES) refuse('the length of the header')
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  const number = (offset: number): number => Number(view.getBigUint64(offset, true))
  const description = {
    size: number(0),
    buckets: number(8),
    deletedCount: number(16),
    count: number(24),
    bucketSize: view.getUint16(32, true),
    maxIterations: view.getUint16(34, true),
    expansion: view.getUint16(36, true),
  }
  checkDescription(description)
  const subFilters: Uint8Array[] = []
  let places = 0
  for (const length of lengthsOf(description)) {
    subFilters.push(allocateBytes(length) ?? refuse('it is too large'))
    places += length
  }
  if (description.size > places) refuse('the number of items')
  return build(description, subFilters)
}
