/** Payloads for the tests of RESTORE, made by hand. */

import { Crc64 } from '../../structures/crc64.ts'
import { RdbWriter } from '../../structures/rdb-writer.ts'

/** A payload with a right footer around these bytes: type and value. @param body hexadecimal, or bytes */
export function payload(body: string | Uint8Array, version = 11): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body.replaceAll(' ', ''), 'hex') : body
  const out = new Uint8Array(bytes.length + 10)
  out.set(bytes)
  out[bytes.length] = version
  out[bytes.length + 1] = version >> 8
  const crc = new Crc64()
  crc.update(out, 0, bytes.length + 2)
  crc.write(out, bytes.length + 2)
  return out
}

/** A type byte, and what `write` writes behind it, with a right footer. */
export function payloadOf(type: number, write: (writer: RdbWriter) => void, version = 11): Uint8Array {
  const writer = new RdbWriter()
  writer.byte(type)
  write(writer)
  return payload(writer.bytes, version)
}

/** The bytes of a bulk string in a reply of `TestClient.raw`, one character each; undefined for nil. */
export function bulkOf(reply: string): Uint8Array | undefined {
  if (!reply.startsWith('$') || reply.startsWith('$-1')) return undefined
  return Buffer.from(reply.slice(reply.indexOf('\r\n') + 2, -2), 'latin1')
}
