/** The sets at the keys of a call. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { TYPE_SET } from '../../keyspace/entry.ts'
import { SetValue } from '../../keyspace/set-value.ts'

/** For reading; a key that does not exist is an empty set. @returns undefined after the error WRONGTYPE */
export function readSet(call: Call, index: number): SetValue | undefined {
  return valueAt(call, index, call.lookupReadAs(index, TYPE_SET))
}

/** For a change. @returns undefined after the error WRONGTYPE */
export function writeSet(call: Call, index: number): SetValue | undefined {
  return valueAt(call, index, call.lookupWriteAs(index, TYPE_SET))
}

function valueAt(call: Call, index: number, address: number): SetValue | undefined {
  if (address === WRONG_TYPE) return undefined
  return new SetValue(call.db, address, call.buf, call.starts[index], call.lengths[index])
}

/** A set that was looked up already, to take members out; empty when whoever heard of something else replaced it. */
export function setAgain(call: Call, index: number): SetValue {
  const address = call.lookupAgain(index)
  const isSet = address !== 0 && call.db.type(address) === TYPE_SET
  return new SetValue(call.db, isSet ? address : 0, call.buf, call.starts[index], call.lengths[index])
}

/**
 * Several sets for reading, in the order of their keys; a key that does not exist is an empty one.
 * @param first index of the first key, `end` behind the last
 * @param destination index of the key that is going to be written, 0 for none: then that one is looked up in between
 * @returns undefined after the error WRONGTYPE
 */
export function readSets(call: Call, first: number, end: number, destination = 0): SetValue[] | undefined {
  const { db, buf, starts, lengths } = call
  const missing: boolean[] = []
  for (let i = first; i < end; i++) {
    call.prefetchKeys(i, first, 1, end)
    const address = call.lookupReadAs(i, TYPE_SET)
    if (address === WRONG_TYPE) return undefined
    missing.push(address === 0)
  }
  if (destination !== 0) call.lookupWrite(destination)
  // Found anew, because whoever heard of one that was missed or expired may have moved those before.
  const sets: SetValue[] = []
  for (let i = first; i < end; i++) {
    const found = missing[i - first] ? 0 : db.find(buf, starts[i], lengths[i])
    const address = found !== 0 && db.type(found) === TYPE_SET ? found : 0
    sets.push(new SetValue(db, address, buf, starts[i], lengths[i]))
  }
  return sets
}

/** Writes every member; the caller has announced how many. */
export function writeMembers(call: Call, set: SetValue): void {
  const { reply: out } = call
  set.forEach((buf, start, length) => {
    out.bulk(buf, start, length)
  })
}
