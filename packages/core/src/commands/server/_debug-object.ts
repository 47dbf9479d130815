/** DEBUG OBJECT: how a value is kept. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import type { Database } from '../../keyspace/database.ts'
import { idleSeconds } from '../../keyspace/eviction.ts'
import { writeValue } from '../../keyspace/rdb/value-codec.ts'
import { LISTPACK_EMPTY_BYTES, listpackBytesOfRun } from '../../structures/listpack.ts'
import { RdbWriter } from '../../structures/rdb-writer.ts'
import type { ListObject } from '../../types/list-object.ts'

export function debugObject(call: Call): void {
  const { db, engine } = call
  const address = db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  const isFast = call.argc > 3 && call.argIs(3, 'fast')
  const clock = db.accessClock(address)
  const where = (address >>> 0).toString(16).padStart(8, '0')
  const length = isFast ? '' : ` serializedlength:${serializedLength(db, address)}`
  const idle = idleSeconds(clock, engine.nowMs)
  const encoding = encodingNameAt(db, address)
  const access = `lru:${clock} lru_seconds_idle:${idle}`
  const nodes = encoding === 'quicklist' ? describeNodes(call, db.object(address) as ListObject, isFast) : ''
  call.reply.simple(`Value at:0x${where} refcount:1 encoding:${encoding}${length} ${access}${nodes}`)
}

/** What a list's nodes are, and what the configuration says of them: ours are never compressed. */
function describeNodes({ engine }: Call, list: ListObject, isFast: boolean): string {
  let count = 0
  let bytes = 0
  list.forEachNode((buf, start, length, _items, isPlain) => {
    count++
    bytes += isPlain ? length : listpackBytesOfRun(buf, start, start + length) + LISTPACK_EMPTY_BYTES
  })
  const { listNodeSize } = list
  const { listCompressDepth } = engine.limits
  const average = (list.length / count).toFixed(2)
  const size = isFast ? '' : ` ql_uncompressed_size:${bytes}`
  const compressed = listCompressDepth === 0 ? 0 : 1
  return ` ql_nodes:${count} ql_avg_node:${average} ql_listpack_max:${listNodeSize} ql_compressed:${compressed}${size}`
}

/** Bytes of the value in an RDB file, with compression, which is what Valkey says by default. */
function serializedLength(db: Database, address: number): number {
  const writer = new RdbWriter(true, () => {})
  writeValue(writer, db, address)
  return writer.bytesWritten
}
