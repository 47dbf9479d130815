/**
 * Sets that are built aside, as a SetObject, and then become a key's value: results of SINTERSTORE and its like.
 */

import { EncodedElements } from '../structures/element.ts'
import { RUN_COUNT_BYTES } from '../structures/element-run.ts'
import { INTSET_WIDTH_MAX, IntsetNumbers, intsetBytes, parseNumber } from '../structures/intset.ts'
import { FORM_HASHTABLE, FORM_INTSET } from '../types/set-form.ts'
import type { SetObject } from '../types/set-object.ts'
import { ENCODING_INTSET, ENCODING_OBJECT, ENCODING_SHIFT, TYPE_SET } from './entry.ts'
import { PACKED_BYTES_MAX, runBytesOf, runOf } from './packed-value.ts'

export const KIND_INTSET = TYPE_SET | (ENCODING_INTSET << ENCODING_SHIFT)

export interface SetContent {
  /** Type and encoding, as in an entry's flags. */
  readonly kind: number
  /** The packed set, or the object that it is. */
  readonly content: Uint8Array | SetObject
}

export interface PackedSet extends SetContent {
  readonly content: Uint8Array
}

/** The set as what goes into an entry, packed if its form allows; then the object is freed. */
export function setContent(object: SetObject): SetContent {
  const packed = packedSet(object)
  if (packed === undefined) return { kind: TYPE_SET | (ENCODING_OBJECT << ENCODING_SHIFT), content: object }
  object.free()
  return packed
}

/** The packed form of a set; undefined when it is to be large. */
export function packedSet(object: SetObject): PackedSet | undefined {
  if (object.form === FORM_HASHTABLE) return undefined
  if (object.form === FORM_INTSET) {
    if (intsetBytes(INTSET_WIDTH_MAX, object.size) > PACKED_BYTES_MAX) return undefined
    const numbers = new IntsetNumbers()
    object.forEach((address) => {
      object.locate(address)
      parseNumber(object.memberBuf, object.memberStart, object.memberLength)
      numbers.add()
    })
    return { kind: KIND_INTSET, content: numbers.build() }
  }
  if (object.size + RUN_COUNT_BYTES > PACKED_BYTES_MAX) return undefined
  const elements = new EncodedElements()
  for (const address of inOrderOfAdding(object)) {
    object.locate(address)
    elements.add(object.memberBuf, object.memberStart, object.memberLength)
  }
  if (runBytesOf(elements) > PACKED_BYTES_MAX) return undefined
  return { kind: TYPE_SET, content: runOf(elements) }
}

/** Records lie one behind the other: as their members came, unless some went in between. */
function inOrderOfAdding(object: SetObject): Int32Array {
  const addresses = new Int32Array(object.size)
  let count = 0
  object.forEach((address) => {
    addresses[count++] = address
  })
  return addresses.sort()
}
