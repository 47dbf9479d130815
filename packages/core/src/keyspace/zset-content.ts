/**
 * Sorted sets that are built aside, as a ZsetObject, and then become a key's value: results of ZUNIONSTORE and its
 * like.
 */

import { formatDouble } from '@kvasir/protocol'
import { EncodedElements } from '../structures/element.ts'
import type { ZsetObject } from '../types/zset-object.ts'
import type { Database } from './database.ts'
import { ENCODING_OBJECT, ENCODING_SHIFT, TYPE_ZSET } from './entry.ts'
import { PACKED_BYTES_MAX, runBytesOf, runOf } from './packed-value.ts'

export interface ZsetContent {
  /** Type and encoding, as in an entry's flags. */
  readonly kind: number
  /** The counted run, or the object that it is. */
  readonly content: Uint8Array | ZsetObject
}

/** A score as an element of a run: a number or its text. Zero has no sign there, as in Redis. */
export function addScore(elements: EncodedElements, score: number): void {
  if (Number.isSafeInteger(score)) elements.addInteger(score)
  else elements.addText(formatDouble(score))
}

/** The sorted set as what goes into an entry, in the smallest form that Redis would choose; if packed, it is freed. */
export function zsetContent(db: Database, built: ZsetObject): ZsetContent {
  const { zsetEntries, zsetValueBytes } = db.owner.limits
  built.isNominallyPacked = built.size <= zsetEntries && longestOf(built) <= zsetValueBytes
  const packed = built.isNominallyPacked ? packedBytes(built) : undefined
  if (packed === undefined) {
    if (built.isNominallyPacked) built.dropZeroSigns()
    return { kind: TYPE_ZSET | (ENCODING_OBJECT << ENCODING_SHIFT), content: built }
  }
  built.free()
  return { kind: TYPE_ZSET, content: packed }
}

function longestOf(zset: ZsetObject): number {
  let longest = 0
  zset.walk(0, zset.size, false, (address) => {
    zset.locate(address)
    longest = Math.max(longest, zset.memberLength)
  })
  return longest
}

/** The counted run, undefined when it would be too long. */
function packedBytes(zset: ZsetObject): Uint8Array | undefined {
  const elements = new EncodedElements()
  zset.walk(0, zset.size, false, (address) => {
    zset.locate(address)
    elements.add(zset.memberBuf, zset.memberStart, zset.memberLength)
    addScore(elements, zset.scoreOf(address))
    return runBytesOf(elements) <= PACKED_BYTES_MAX
  })
  return runBytesOf(elements) <= PACKED_BYTES_MAX ? runOf(elements) : undefined
}
