/** Data types of modules: ordinary JavaScript values behind a key. */

/** Appends typed fields to a payload; the reader reads them back in the same order. */
export interface PayloadWriter {
  unsigned(value: bigint | number): void
  signed(value: bigint | number): void
  double(value: number): void
  bytes(value: Uint8Array): void
  text(value: string): void
}

/** Reads a payload; throws `PayloadError` when the next field is not of the type asked for, or the payload ends. */
export interface PayloadReader {
  unsigned(): bigint
  signed(): bigint
  double(): number
  bytes(): Uint8Array
  text(): string
}

/** The payload is not what its type writes. Thrown by readers; a type's `load` may throw it too. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError'
}

export interface DataType<T> {
  /** Nine characters of A-Z, a-z, 0-9, `-` and `_`: the name in RDB files. */
  readonly name: string
  /** Version of the payload, 0 to 1023. */
  readonly version: number
  /** What TYPE answers; the name, if absent. */
  readonly typeName?: string
  save(value: T, writer: PayloadWriter): void
  /** @param version the payload's, at most `version`. Throws PayloadError rather than returning half a value. */
  load(reader: PayloadReader, version: number): T
  /** Bytes that the value takes, roughly. */
  memoryBytes(value: T): number
  /** A value of its own, for COPY. */
  copy(value: T): T
  /** Everything that makes two values different, in a fixed order, for DEBUG DIGEST. */
  digest(value: T, writer: PayloadWriter): void
  /** The key is gone. */
  free?(value: T): void
  /** How many steps freeing takes, for UNLINK; 1 if absent. */
  freeEffort?(value: T): number
}

/** Declares a data type. */
export function defineDataType<T>(type: DataType<T>): DataType<T> {
  return type
}
