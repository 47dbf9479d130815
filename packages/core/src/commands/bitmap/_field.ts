/** BITFIELD and BITFIELD_RO. */

import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { readUnsigned, writeUnsigned } from '../../structures/bits.ts'
import { readBitOffset } from './_bits.ts'

const TYPE_INVALID = 'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.'

export const getArguments = { encoding: arg.string(), offset: arg.integer() }

export const fieldReply = reply.list(
  reply.oneOf([
    reply.integer('GET: the number; SET: the number before; INCRBY: the number afterwards'),
    reply.nil('OVERFLOW FAIL, and the number does not fit'),
  ]),
)

type Overflow = 'wrap' | 'sat' | 'fail'

interface FieldType {
  readonly isSigned: boolean
  readonly bits: number
}

interface Operation extends FieldType {
  readonly kind: 'get' | 'set' | 'incrby'
  readonly offset: number
  readonly value: bigint
  readonly overflow: Overflow
}

/** @param isReadOnly for BITFIELD_RO */
export function runFields(call: Call, isReadOnly: boolean): void {
  const operations = readOperations(call)
  if (operations === undefined) return
  const writes = operations.filter(({ kind }) => kind !== 'get')
  if (writes.length === 0) return readFields(call, operations)
  if (isReadOnly) return call.reply.error('ERR BITFIELD_RO only supports the GET subcommand')
  changeFields(call, operations, writes)
}

function readOperations(call: Call): readonly Operation[] | undefined {
  const operations: Operation[] = []
  let overflow: Overflow = 'wrap'
  for (let i = 2; i < call.argc; ) {
    if (call.argIs(i, 'overflow') && i + 1 < call.argc) {
      const found = (['wrap', 'sat', 'fail'] as const).find((name) => call.argIs(i + 1, name))
      if (found === undefined) return call.refuse('ERR Invalid OVERFLOW type specified')
      overflow = found
      i += 2
      continue
    }
    const kind = (['get', 'set', 'incrby'] as const).find((name) => call.argIs(i, name))
    const words = kind === 'get' ? 3 : 4
    if (kind === undefined || i + words > call.argc) return call.syntaxError()
    const operation = readOperation(call, i, kind, overflow)
    if (operation === undefined) return undefined
    operations.push(operation)
    i += words
  }
  return operations
}

function readOperation(call: Call, i: number, kind: Operation['kind'], overflow: Overflow): Operation | undefined {
  const type = readType(call, i + 1)
  if (type === undefined) return call.refuse(TYPE_INVALID)
  const offset = readBitOffset(call, i + 2, type.bits)
  if (Number.isNaN(offset)) return undefined
  const value = kind === 'get' ? 0n : call.argInt64(i + 3)
  if (value === undefined) return call.refuse(ERRORS.notInteger)
  return { ...type, kind, offset, value, overflow }
}

/** `u1` to `u63`, `i1` to `i64`. */
function readType(call: Call, index: number): FieldType | undefined {
  const match = /^([iu])([1-9]\d?)$/.exec(call.argLatin1(index))
  if (match === null) return undefined
  const isSigned = match[1] === 'i'
  const bits = Number(match[2])
  return bits <= (isSigned ? 64 : 63) ? { isSigned, bits } : undefined
}

function readFields(call: Call, operations: readonly Operation[]): void {
  const { db, reply: out } = call
  const address = call.lookupReadString(1)
  if (address === WRONG_TYPE) return
  if (address !== 0) db.value(address)
  const end = address === 0 ? db.valueStart : db.valueStart + db.valueLength
  out.array(operations.length)
  for (const operation of operations) out.bigInteger(valueAt(call, operation, end))
}

function changeFields(call: Call, operations: readonly Operation[], writes: readonly Operation[]): void {
  const { db, buf, starts, lengths, reply: out } = call
  const address = call.lookupWriteString(1)
  if (address === WRONG_TYPE) return
  let length = 0
  if (address !== 0) {
    db.value(address)
    length = db.valueLength
  }
  const need = Math.max(...writes.map(({ offset, bits }) => Math.floor((offset + bits - 1) / 8) + 1))
  db.resizeString(address, buf, starts[1], lengths[1], Math.max(length, need))
  const end = db.valueStart + Math.max(length, need)
  out.array(operations.length)
  // Once the string has grown every write counts, as in Valkey, whatever was there before.
  let isChanged = false
  for (const operation of operations) {
    const before = valueAt(call, operation, end)
    if (operation.kind === 'get') {
      out.bigInteger(before)
      continue
    }
    const stored = operation.kind === 'set' ? fitSet(operation) : fit(operation, before, operation.value)
    if (stored === undefined) {
      out.nil()
      continue
    }
    writeUnsigned(db.valueBuf, db.valueStart, operation.offset, operation.bits, stored)
    out.bigInteger(operation.kind === 'set' ? before : stored)
    if (need > length || stored !== before) isChanged = true
  }
  if (address === 0) call.created(1)
  if (isChanged) call.changed(EVENT_STRING, 'setbit', 1)
}

function valueAt({ db }: Call, { offset, bits, isSigned }: Operation, end: number): bigint {
  const value = readUnsigned(db.valueBuf, db.valueStart, end, offset, bits)
  return isSigned ? BigInt.asIntN(bits, value) : value
}

function fitSet(operation: Operation): bigint | undefined {
  const { isSigned, value } = operation
  return fit(operation, isSigned ? value : BigInt.asUintN(64, value), 0n)
}

/**
 * The number to store: `increment` added to `base`, as far as the field holds that; undefined for nothing. With a base
 * that is itself too large (SET), the room that is left is counted in 64 bits, as in Redis: a very low one may seem to
 * be too high.
 */
function fit(operation: Operation, base: bigint, increment: bigint): bigint | undefined {
  const { bits, isSigned, overflow } = operation
  const size = 2n ** BigInt(bits)
  const low = isSigned ? -size / 2n : 0n
  const high = isSigned ? size / 2n - 1n : size - 1n
  const above = BigInt.asIntN(64, high - base)
  const below = BigInt.asIntN(64, low - base)
  const isSmall = isSigned && bits < 64
  const isOver = base > high || (increment > above && (isSmall || (base >= 0n && increment > 0n)))
  const isUnder = base < low || (increment < below && (isSmall || (increment < 0n && (base < 0n || !isSigned))))
  const sum = base + increment
  if (!isOver && !isUnder) return sum
  if (overflow === 'fail') return undefined
  if (overflow === 'sat') return isOver ? high : low
  return isSigned ? BigInt.asIntN(bits, sum) : BigInt.asUintN(bits, sum)
}
