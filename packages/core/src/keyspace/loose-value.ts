import type { ValueObject } from '../types/value-object.ts'

/** A value on its way from one key to another: taken from its entry by `takeFound`, or copied by `copyValue`. */
export interface LooseValue {
  /** Type and encoding, as in the flags. */
  readonly kind: number
  /** The value's bytes, or the object that it is. */
  readonly content: Uint8Array | ValueObject
  readonly expiryMs: number
}
