/** The hash at the key of a call. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { TYPE_HASH } from '../../keyspace/entry.ts'
import { HashValue } from '../../keyspace/hash-value.ts'

/** For reading; a key that does not exist is an empty hash. @returns undefined after the error WRONGTYPE */
export function readHash(call: Call, index: number): HashValue | undefined {
  return valueAt(call, index, call.lookupReadAs(index, TYPE_HASH))
}

/** For a change. @returns undefined after the error WRONGTYPE */
export function writeHash(call: Call, index: number): HashValue | undefined {
  return valueAt(call, index, call.lookupWriteAs(index, TYPE_HASH))
}

function valueAt(call: Call, index: number, address: number): HashValue | undefined {
  if (address === WRONG_TYPE) return undefined
  return new HashValue(call.db, address, call.buf, call.starts[index], call.lengths[index])
}
