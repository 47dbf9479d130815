/** Payloads made by hand, and a server that restores them: for the tests of DUMP and RESTORE. */

import type { CommandArgument, ModuleDefinition } from '@kvasir/module-api'
import { startTestEngine, type TestEngine } from '../../commands/_test-client.ts'
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
  return Uint8Array.from(Buffer.from(reply.slice(reply.indexOf('\r\n') + 2, -2), 'latin1'))
}

/** The bulk strings of an array, or of a flat map of RESP2. */
export function arrayOf(reply: string): string[] {
  const words: string[] = []
  let at = reply.indexOf('\r\n') + 2
  while (at < reply.length) {
    const end = reply.indexOf('\r\n', at)
    const length = Number(reply.slice(at + 1, end))
    words.push(reply.slice(end + 2, end + 2 + length))
    at = end + 4 + length
  }
  return words
}

/** A server whose keys are dumped and restored. */
export class PayloadServer {
  readonly server: TestEngine

  constructor(modules: readonly ModuleDefinition[] = []) {
    this.server = startTestEngine(modules)
  }

  run(line: string): string {
    return this.server.client.run(line)
  }

  raw(...words: CommandArgument[]): string {
    return this.server.client.raw(...words)
  }

  dump(key: string): Uint8Array {
    return bulkOf(this.raw('DUMP', key)) as Uint8Array
  }

  /** What DUMP gives in hexadecimal, without the footer. */
  body(key: string): string {
    return Buffer.from(this.dump(key).subarray(0, -10)).toString('hex')
  }

  /** Makes the key `k` of these bytes, type and value. @returns OK, or the text of the error */
  restore(body: string | Uint8Array, version = 11): string {
    return this.raw('RESTORE', 'k', '0', payload(body, version), 'REPLACE').slice(1, -2)
  }

  /** Copies `k` to `copy` by DUMP and RESTORE. */
  copy(): void {
    const reply = this.raw('RESTORE', 'copy', '0', this.dump('k'), 'REPLACE')
    if (reply !== '+OK\r\n') throw new Error(`RESTORE: ${reply}`)
  }
}

export const BAD_FORMAT = 'ERR Bad data format'
