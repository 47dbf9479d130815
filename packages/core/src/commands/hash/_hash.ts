/** The hash at the key of a call, and what commands that change one have in common. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { wrongArity } from '../../engine/errors.ts'
import { EVENT_HASH } from '../../engine/events.ts'
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
  return HashValue.at(call.db, address, call.buf, call.starts[index], call.lengths[index])
}

/**
 * Sets the fields from index 2 on, each with its value behind it.
 * @returns how many of them are new, or -1 after an error
 */
export function setPairs(call: Call): number {
  const { buf, starts, lengths, argc } = call
  if (argc % 2 !== 0) {
    call.reply.error(wrongArity(call.command.fullName))
    return -1
  }
  const hash = writeHash(call, 1)
  if (hash === undefined) return -1
  const isNewKey = hash.size === 0
  hash.expect((argc - 2) / 2)
  let added = 0
  for (let i = 2; i < argc; i += 2) {
    if (hash.set(buf, starts[i], lengths[i], buf, starts[i + 1], lengths[i + 1])) added++
  }
  fieldsSet(call, hash, isNewKey, 'hset', 2)
  return added
}

/**
 * Tells that fields were set: of a new key, of fields that turned out to have expired, and of the change itself.
 * @param first index of the first field; each has another word behind it
 */
export function fieldsSet(call: Call, hash: HashValue, isNewKey: boolean, event: string, first: number): void {
  if (isNewKey) call.created(1)
  if (hash.expiredCount > 0) {
    call.engine.stats.expiredFields += hash.expiredCount
    call.notify(EVENT_HASH, 'hexpired', 1)
  }
  fieldsChanged(call, event, first, 2)
}

/**
 * Deletes the key if no field is left, and tells of what was taken out.
 * @param first index of the first field; the words behind it are fields
 */
export function fieldsRemoved(call: Call, hash: HashValue, event: string, first: number): void {
  const isEmptied = hash.size === 0
  if (isEmptied) call.removeEmptied(1)
  fieldsChanged(call, event, first, 1)
  if (isEmptied) call.keyEmptied(1)
}

/** Tells of the change, with the fields that the call names from index `first` on, `step` words apart. */
export function fieldsChanged(call: Call, event: string, first: number, step: 1 | 2): void {
  const { buf, starts, lengths, db, engine } = call
  engine.keyChanged(db, buf, starts[1], lengths[1])
  if (!engine.events.wanted(EVENT_HASH)) return
  const fields: string[] = []
  for (let i = first; i < call.argc; i += step) fields.push(call.argLatin1(i))
  engine.events.emit(EVENT_HASH, event, db, buf, starts[1], lengths[1], fields)
}
