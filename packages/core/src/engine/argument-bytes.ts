/** Arguments given as JavaScript values, as the bytes that a client would send. */

import type { CommandArgument } from '@kvasir/module-api'
import { utf8Length, writeUtf8 } from '@kvasir/protocol'

export function toBytes(value: CommandArgument): Uint8Array {
  if (value instanceof Uint8Array) return value
  const text = String(value)
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(bytes, 0, text)
  return bytes
}
