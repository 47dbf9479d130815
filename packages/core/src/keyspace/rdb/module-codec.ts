/**
 * Values of modules in RDB, type 7.
 *
 *     id       64 bits as a length: nine characters of 6 bits, then the version of the payload, 10 bits
 *     fields   0x01, a length: signed, 64 bits as unsigned   0x02, a length: unsigned
 *              0x03, 4 bytes: float                          0x04, 8 bytes: double        0x05, a string
 *     end      0x00
 */

import { type DataType, PayloadError, type PayloadReader, type PayloadWriter } from '@kvasir/module-api'
import { readUtf8, utf8Length, writeUtf8 } from '@kvasir/protocol'
import { RdbError, type RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { ModuleValue } from '../../types/module-value.ts'
import { TYPE_MODULE } from '../entry.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const NAME_LENGTH = 9
const VERSION_BITS = 10n

const FIELD_END = 0
const FIELD_SIGNED = 1
const FIELD_UNSIGNED = 2
const FIELD_FLOAT = 3
const FIELD_DOUBLE = 4
const FIELD_STRING = 5

export function moduleTypeId(name: string, version: number): bigint {
  let id = 0n
  for (const character of name) id = (id << 6n) | BigInt(CHARACTERS.indexOf(character))
  return (id << VERSION_BITS) | BigInt(version)
}

export function moduleTypeName(id: bigint): string {
  let name = ''
  let rest = id >> VERSION_BITS
  for (let i = 0; i < NAME_LENGTH; i++) {
    name = CHARACTERS[Number(rest & 63n)] + name
    rest >>= 6n
  }
  return name
}

function moduleTypeVersion(id: bigint): number {
  return Number(id & ((1n << VERSION_BITS) - 1n))
}

export function readModuleValue(reader: RdbReader, origin: RdbOrigin): RdbValue {
  const id = reader.length64()
  const name = moduleTypeName(id)
  const type = origin.dataType(name)
  if (type === undefined) damaged(`no module knows the data type ${name}`)
  const version = moduleTypeVersion(id)
  if (version > type.version) damaged(`version ${version} of the data type ${name} is newer than the module`)
  const value = load(reader, type, version)
  if (reader.byte() !== FIELD_END) {
    type.free?.(value)
    damaged(`the value of the data type ${name} has more fields than the module read`)
  }
  return { kind: TYPE_MODULE, content: new ModuleValue(type, value) }
}

function load(reader: RdbReader, type: DataType<unknown>, version: number): unknown {
  try {
    return type.load(new FieldReader(reader), version)
  } catch (error) {
    // Anything else is a mistake in the module, which the command that it happened in fails by.
    if (error instanceof PayloadError) damaged(`a value of the data type ${type.name}: ${error.message}`)
    throw error
  }
}

class FieldReader implements PayloadReader {
  readonly #reader: RdbReader

  constructor(reader: RdbReader) {
    this.#reader = reader
  }

  #field<T>(read: (reader: RdbReader, field: number) => T | undefined): T {
    try {
      const value = read(this.#reader, this.#reader.byte())
      if (value !== undefined) return value
    } catch (error) {
      if (error instanceof RdbError) throw new PayloadError(error.message)
      throw error
    }
    throw new PayloadError('another type of field was expected')
  }

  unsigned(): bigint {
    return this.#field((reader, field) => (field === FIELD_UNSIGNED ? reader.length64() : undefined))
  }

  signed(): bigint {
    return this.#field((reader, field) => {
      return field === FIELD_SIGNED ? BigInt.asIntN(64, reader.length64()) : undefined
    })
  }

  double(): number {
    return this.#field((reader, field) => {
      if (field === FIELD_DOUBLE) return reader.double()
      return field === FIELD_FLOAT ? reader.float() : undefined
    })
  }

  bytes(): Uint8Array {
    return this.#field((reader, field) => (field === FIELD_STRING ? reader.stringCopy() : undefined))
  }

  text(): string {
    const bytes = this.bytes()
    return readUtf8(bytes, 0, bytes.length)
  }
}

export function writeModuleValue(writer: RdbWriter, module: ModuleValue): void {
  writer.length64(moduleTypeId(module.type.name, module.type.version))
  module.type.save(module.value, new FieldWriter(writer))
  writer.byte(FIELD_END)
}

class FieldWriter implements PayloadWriter {
  readonly #writer: RdbWriter

  constructor(writer: RdbWriter) {
    this.#writer = writer
  }

  unsigned(value: bigint | number): void {
    const big = BigInt(value)
    if (big < 0n || big >= 2n ** 64n) throw new RangeError(`unsigned: 0 to 2^64 - 1 expected, got ${value}`)
    this.#writer.byte(FIELD_UNSIGNED)
    this.#writer.length64(big)
  }

  signed(value: bigint | number): void {
    const big = BigInt(value)
    if (big !== BigInt.asIntN(64, big)) throw new RangeError(`signed: a whole number of 64 bits expected, got ${value}`)
    this.#writer.byte(FIELD_SIGNED)
    this.#writer.length64(BigInt.asUintN(64, big))
  }

  double(value: number): void {
    this.#writer.byte(FIELD_DOUBLE)
    this.#writer.double(value)
  }

  bytes(value: Uint8Array): void {
    this.#writer.byte(FIELD_STRING)
    this.#writer.string(value, 0, value.length)
  }

  text(value: string): void {
    const bytes = new Uint8Array(utf8Length(value))
    writeUtf8(bytes, 0, value)
    this.bytes(bytes)
  }
}

/** Skips fields and their end: the auxiliary data of modules in a file. */
export function skipModuleFields(reader: RdbReader): void {
  for (;;) {
    switch (reader.byte()) {
      case FIELD_END:
        return
      case FIELD_SIGNED:
      case FIELD_UNSIGNED:
        reader.length64()
        break
      case FIELD_FLOAT:
        reader.float()
        break
      case FIELD_DOUBLE:
        reader.double()
        break
      case FIELD_STRING:
        reader.string()
        break
      default:
        damaged('an unknown field of a module')
    }
  }
}
