/**
 * t-digests as bytes. In RDB, `TDIS-TYPE` in version 1:
 *
 *     compression, min, max: double
 *     places, merged centroids m, buffered observations b, compressions: unsigned
 *     merged weight, buffered weight: double
 *     m + b times: mean, weight: double
 */

import { defineDataType, PayloadError, type PayloadReader, type PayloadWriter } from '@kvasir/module-api'
import { COMPRESSION_MAX, capacityOf, TDigest } from './t-digest.ts'

const VERSION = 1

function refuse(what: string): never {
  throw new PayloadError(`no t-digest: ${what}`)
}

function writeFields(digest: TDigest, writer: PayloadWriter): void {
  writer.double(digest.compression)
  writer.double(digest.min)
  writer.double(digest.max)
  writer.unsigned(digest.capacity)
  writer.unsigned(digest.mergedCount)
  writer.unsigned(digest.bufferedCount)
  writer.unsigned(digest.compressions)
  writer.double(digest.mergedWeight)
  writer.double(digest.bufferedWeight)
  for (let i = 0; i < digest.count; i++) {
    writer.double(digest.means[i])
    writer.double(digest.weights[i])
  }
}

function readFields(reader: PayloadReader, version: number): TDigest {
  if (version !== VERSION) refuse(`version ${version} of the format`)
  const number = (): number => Number(reader.unsigned())
  const compression = reader.double()
  const min = reader.double()
  const max = reader.double()
  if (!(Number.isInteger(compression) && compression >= 1 && compression <= COMPRESSION_MAX)) refuse('the compression')
  const capacity = number()
  const mergedCount = number()
  const bufferedCount = number()
  if (capacity !== capacityOf(compression) || mergedCount + bufferedCount > capacity) refuse('the number of centroids')
  const compressions = number()
  if (!Number.isSafeInteger(compressions)) refuse('the compressions')
  const mergedWeight = reader.double()
  const bufferedWeight = reader.double()
  const digest = TDigest.create(compression) ?? refuse('it is too large')
  Object.assign(digest, { mergedCount, bufferedCount, mergedWeight, bufferedWeight, min, max, compressions })
  readNodes(digest, reader)
  return digest
}

/** Throws PayloadError unless the nodes are in order, and what the description says of them holds. */
function readNodes(digest: TDigest, reader: PayloadReader): void {
  const { means, weights, mergedCount, count, min, max } = digest
  let mergedWeight = 0
  let bufferedWeight = 0
  for (let i = 0; i < count; i++) {
    const mean = reader.double()
    const weight = reader.double()
    if (!(Number.isFinite(mean) && mean >= min && mean <= max)) refuse('the mean of a centroid')
    if (!(Number.isSafeInteger(weight) && weight >= 1)) refuse('the weight of a centroid')
    if (i > 0 && i < mergedCount && mean < means[i - 1]) refuse('the order of the centroids')
    means[i] = mean
    weights[i] = weight
    if (i < mergedCount) mergedWeight += weight
    else bufferedWeight += weight
  }
  if (mergedWeight !== digest.mergedWeight || bufferedWeight !== digest.bufferedWeight) refuse('the weights')
  const isEmpty = count === 0
  const boundsFit = isEmpty ? min === Infinity && max === -Infinity : Number.isFinite(min) && Number.isFinite(max)
  if (!boundsFit) refuse('the least and the greatest value')
}

export const tDigestType = defineDataType<TDigest>({
  name: 'TDIS-TYPE',
  version: VERSION,
  save: writeFields,
  load: readFields,
  memoryBytes: (digest) => digest.memoryBytes,
  copy: (digest) => digest.copy(),
  digest: writeFields,
})
