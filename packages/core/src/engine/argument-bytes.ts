/** Arguments given as JavaScript values, as the bytes that a client would send. */

import type { CommandArgument } from '@kvasir/module-api'
import { utf8Length, writeUtf8 } from '@kvasir/protocol'

/**
 * Throws a TypeError for anything else: programs in plain JavaScript would store `undefined` and `[object Object]`.
 * @param index where it stands, for the error
 */
export function toBytes(value: CommandArgument, index?: number): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    const which = index === undefined ? 'an argument' : `argument ${index}`
    const got = value === null ? 'null' : typeof value
    throw new TypeError(`${which} must be a string, a number, a bigint or a Uint8Array, got ${got}`)
  }
  const text = String(value)
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(bytes, 0, text)
  return bytes
}
