/**
 * Bloom filters as bytes. In RDB, `MBbloom--` in version 4, the fields of RedisBloom:
 *
 *     items, sub-filters n, options, expansion: unsigned
 *     n times: capacity: unsigned; error rate: double; hash functions: unsigned; bits per item: double;
 *              bits: unsigned; the bits: bytes; items: unsigned
 *
 * and the first chunk of BF.SCANDUMP, numbers little-endian:
 *
 *     offset        size  meaning                    offset     size  meaning
 *     0             8     items                      20 + 53i   8     bytes of sub-filter i
 *     8             4     sub-filters                28         8     bits
 *     12            4     options                    36         8     items
 *     16            4     expansion                  44         8     error rate, double
 *                                                    52         8     bits per item, double
 *                                                    60         4     hash functions
 *                                                    64         8     capacity
 *                                                    72         1     binary logarithm of the bits, or 0
 *
 * Options are a sum: 1 bits are not rounded to a power of two, 4 hashes have 64 bits, 8 does not scale. Filters without
 * 1 and 4, which RedisBloom has not made since version 1, are refused. The bits follow in chunks, one sub-filter after
 * the other.
 */

import { defineDataType, PayloadError, type PayloadReader, type PayloadWriter } from '@kvasir/module-api'
import { BUFFER_BYTES_MAX } from './allocation.ts'
import {
  BloomFilter,
  bitsPerItemOf,
  createSubFilter,
  hashCountOf,
  SUB_FILTERS_MAX,
  type SubFilter,
} from './bloom-filter.ts'

const OPTIONS_BASE = 5
const OPTION_NOT_SCALING = 8
/** How far bits may be from the formula: whole words, what the number of hash functions needs, other versions. */
const ROUNDING_BITS_MAX = 128
const ROUNDING_SHARE_MAX = 0.02
const HEADER_BYTES = 20
const LINK_BYTES = 53
export const EXPANSION_MAX = 32768

/** Description of a sub-filter, as it stands in a payload. */
interface Link {
  readonly capacity: number
  readonly errorRate: number
  readonly hashCount: number
  readonly bitsPerItem: number
  readonly bits: number
  readonly size: number
}

const optionsOf = (filter: BloomFilter): number => OPTIONS_BASE + (filter.isScaling ? 0 : OPTION_NOT_SCALING)

function refuse(what: string): never {
  throw new PayloadError(`no Bloom filter: ${what}`)
}

/** Throws PayloadError unless the parts of a sub-filter fit its capacity and error rate. */
function checkLink(link: Link): void {
  const { capacity, errorRate, hashCount, bitsPerItem, bits, size } = link
  if (!(Number.isSafeInteger(capacity) && capacity > 0)) refuse('a capacity')
  if (!(errorRate > 0 && errorRate < 1)) refuse('an error rate')
  const expected = bitsPerItemOf(errorRate)
  if (!(Math.abs(bitsPerItem - expected) < 1e-9 * expected)) refuse('the bits per item')
  if (hashCount !== hashCountOf(expected)) refuse('the number of hash functions')
  const formula = capacity * expected
  const isNear = Math.abs(bits - formula) <= ROUNDING_BITS_MAX + formula * ROUNDING_SHARE_MAX
  if (!(bits > 0 && bits % 8 === 0 && isNear)) refuse('the bits')
  if (!(size >= 0 && size <= capacity)) refuse('the items of a sub-filter')
}

/** The filter of a description. Throws PayloadError. @param contents the bits of each; absent: none is set */
function buildFilter(
  links: readonly Link[],
  options: number,
  expansion: number,
  size: number,
  contents?: readonly Uint8Array[],
): BloomFilter {
  const isScaling = options === OPTIONS_BASE
  if (!isScaling && options !== OPTIONS_BASE + OPTION_NOT_SCALING) refuse('the options')
  if (links.length === 0 || (!isScaling && links.length > 1)) refuse('the number of sub-filters')
  if (!(expansion >= 0 && expansion <= EXPANSION_MAX) || (isScaling && expansion === 0)) refuse('the expansion')
  const subFilters: SubFilter[] = []
  let sum = 0
  let sizeBytes = 0
  for (const [i, link] of links.entries()) {
    checkLink(link)
    sizeBytes += link.bits / 8
    if (sizeBytes > BUFFER_BYTES_MAX) refuse('it is too large')
    const content = contents?.[i]
    if (content !== undefined && content.length !== link.bits / 8) refuse('the length of the bits')
    const filter = createSubFilter(link.capacity, link.errorRate, link.bits, content) ?? refuse('it is too large')
    filter.size = link.size
    sum += link.size
    subFilters.push(filter)
  }
  if (sum !== size) refuse('the number of items')
  const filter = new BloomFilter(subFilters, isScaling, expansion)
  filter.size = size
  return filter
}

export const bloomFilterType = defineDataType<BloomFilter>({
  name: 'MBbloom--',
  version: 4,
  save: writeFields,
  load: readFields,
  memoryBytes: (filter) => filter.memoryBytes,
  copy: (filter) => filter.copy(),
  digest: writeFields,
})

function writeFields(filter: BloomFilter, writer: PayloadWriter): void {
  writer.unsigned(filter.size)
  writer.unsigned(filter.subFilters.length)
  writer.unsigned(optionsOf(filter))
  writer.unsigned(filter.expansion)
  for (const { capacity, errorRate, hashCount, bitsPerItem, bits, bytes, size } of filter.subFilters) {
    writer.unsigned(capacity)
    writer.double(errorRate)
    writer.unsigned(hashCount)
    writer.double(bitsPerItem)
    writer.unsigned(bits)
    writer.bytes(bytes)
    writer.unsigned(size)
  }
}

function readFields(reader: PayloadReader, version: number): BloomFilter {
  if (version !== 4) refuse(`version ${version} of the format`)
  const number = (): number => Number(reader.unsigned())
  const size = number()
  const count = number()
  const options = number()
  const expansion = number()
  if (count > SUB_FILTERS_MAX) refuse('the number of sub-filters')
  const links: Link[] = []
  const contents: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const capacity = number()
    const errorRate = reader.double()
    const hashCount = number()
    const bitsPerItem = reader.double()
    const bits = number()
    contents.push(reader.bytes())
    links.push({ capacity, errorRate, hashCount, bitsPerItem, bits, size: number() })
  }
  return buildFilter(links, options, expansion, size, contents)
}

/** The first chunk of BF.SCANDUMP. */
export function encodeHeader(filter: BloomFilter): Uint8Array {
  const { subFilters } = filter
  const header = new Uint8Array(HEADER_BYTES + LINK_BYTES * subFilters.length)
  const view = new DataView(header.buffer)
  view.setBigUint64(0, BigInt(filter.size), true)
  view.setUint32(8, subFilters.length, true)
  view.setUint32(12, optionsOf(filter), true)
  view.setUint32(16, filter.expansion, true)
  for (const [i, sub] of subFilters.entries()) {
    const at = HEADER_BYTES + LINK_BYTES * i
    view.setBigUint64(at, BigInt(sub.bytes.length), true)
    view.setBigUint64(at + 8, BigInt(sub.bits), true)
    view.setBigUint64(at + 16, BigInt(sub.size), true)
    view.setFloat64(at + 24, sub.errorRate, true)
    view.setFloat64(at + 32, sub.bitsPerItem, true)
    view.setUint32(at + 40, sub.hashCount, true)
    view.setBigUint64(at + 44, BigInt(sub.capacity), true)
  }
  return header
}

/** A filter without bits, from the first chunk of BF.SCANDUMP. Throws PayloadError. */
export function decodeHeader(header: Uint8Array): BloomFilter {
  if (header.length < HEADER_BYTES) refuse('the header is cut')
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  const number = (offset: number): number => Number(view.getBigUint64(offset, true))
  const count = view.getUint32(8, true)
  if (count > SUB_FILTERS_MAX || header.length !== HEADER_BYTES + LINK_BYTES * count) refuse('the length of the header')
  const links: Link[] = []
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + LINK_BYTES * i
    const bits = number(at + 8)
    if (number(at) !== bits / 8 || header[at + 52] !== 0) refuse('the bytes of a sub-filter')
    links.push({
      capacity: number(at + 44),
      errorRate: view.getFloat64(at + 24, true),
      hashCount: view.getUint32(at + 40, true),
      bitsPerItem: view.getFloat64(at + 32, true),
      bits,
      size: number(at + 16),
    })
  }
  return buildFilter(links, view.getUint32(12, true), view.getUint32(16, true), number(0))
}
