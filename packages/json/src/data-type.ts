/**
 * The data type `ReJSON-RL`, as RedisJSON and valkey-json write it to RDB files.
 *
 *     version   payload
 *     3         one string: the document as JSON text. What valkey-json writes, which loads files of RedisJSON 2 and
 *               writes files for it; and what we write
 *     2         taken for the same
 *     0, 1      RedisJSON 1: a tree of fields. Refused.
 */

import { type DataType, defineDataType, PayloadError } from '@kvasir/module-api'
import { type JsonDocument, parseDocument } from './document.ts'

const VERSION = 3
const OLDEST_VERSION = 2

export const jsonType: DataType<JsonDocument> = defineDataType<JsonDocument>({
  name: 'ReJSON-RL',
  version: VERSION,
  save(document, writer) {
    writer.bytes(document.toText())
  },
  load(reader, version) {
    if (version < OLDEST_VERSION) throw new PayloadError(`documents of RedisJSON 1 (version ${version}) are not read`)
    const document = parseDocument(reader.bytes())
    if (typeof document === 'string') throw new PayloadError(document.replace(/^ERR /, ''))
    return document
  },
  memoryBytes: (document) => document.memoryBytes,
  copy: (document) => document.copy(),
  digest(document, writer) {
    writer.bytes(document.toText())
  },
})
