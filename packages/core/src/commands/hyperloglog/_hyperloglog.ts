/** The HyperLogLog at the key of a call. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import {
  CorruptedError,
  isDense,
  isHyperLogLog,
  mergeInto,
  raiseDense,
  raiseSparse,
  toDense,
} from '../../structures/hyperloglog.ts'

const NOT_ONE = 'WRONGTYPE Key is not a valid HyperLogLog string value.'
const CORRUPTED = 'INVALIDOBJ Corrupted HLL object detected'

/**
 * Lets `db.valueBuf`, `valueStart` and `valueLength` be those of the HyperLogLog in an entry that was just looked up.
 * @returns false after the error when it holds none
 */
export function locateHyperLogLog(call: Call, address: number): boolean {
  if (address === WRONG_TYPE) return false
  const { db } = call
  db.value(address)
  if (isHyperLogLog(db.valueBuf, db.valueStart, db.valueLength)) return true
  call.reply.error(NOT_ONE)
  return false
}

/** Raises registers to those of the one that `locateHyperLogLog` found. @returns false after the error */
export function mergeLocated(call: Call, registers: Uint8Array): boolean {
  const { valueBuf, valueStart, valueLength } = call.db
  return unlessCorrupted(call, () => mergeInto(registers, valueBuf, valueStart, valueLength))
}

/** Does what reads runs that may be broken. @returns false after the error */
export function unlessCorrupted(call: Call, task: () => void): boolean {
  try {
    task()
    return true
  } catch (error) {
    if (!(error instanceof CorruptedError)) throw error
    call.reply.error(CORRUPTED)
    return false
  }
}

/** A sparse one being changed in a copy, until it has to become dense. */
export class HyperLogLogCopy {
  bytes: Uint8Array
  readonly #sparseBytesMax: number
  isChanged = false

  constructor(bytes: Uint8Array, sparseBytesMax: number) {
    this.bytes = bytes
    this.#sparseBytesMax = sparseBytesMax
  }

  /** Raises a register. Throws CorruptedError. */
  raise(register: number, run: number): void {
    if (!isDense(this.bytes, 0)) {
      const raised = raiseSparse(this.bytes, register, run, this.#sparseBytesMax)
      if (raised === undefined) return
      if (raised !== null) {
        this.bytes = raised
        this.isChanged = true
        return
      }
      this.becomeDense()
    }
    if (raiseDense(this.bytes, 0, register, run)) this.isChanged = true
  }

  becomeDense(): void {
    if (!isDense(this.bytes, 0)) this.bytes = toDense(this.bytes)
  }

  /** Stores it at the key at an index, whose entry was just looked up. */
  store(call: Call, address: number, index: number): void {
    const { db, buf, starts, lengths } = call
    db.resizeString(address, buf, starts[index], lengths[index], this.bytes.length)
    db.valueBuf.set(this.bytes, db.valueStart)
  }
}
