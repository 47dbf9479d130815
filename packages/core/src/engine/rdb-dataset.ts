/** The whole dataset of an engine as an RDB image. */

import { type ImageCounts, readImage } from '../keyspace/rdb/image-reader.ts'
import { ImageWriter } from '../keyspace/rdb/image-writer.ts'
import { damaged } from '../keyspace/rdb/rdb-value.ts'
import { latin1 } from '../structures/bytes.ts'
import type { RdbReader, RdbSource } from '../structures/rdb-reader.ts'
import { type RdbSink, RdbWriter } from '../structures/rdb-writer.ts'
import type { Engine } from './engine.ts'
import { REDIS_VERSION, VALKEY_VERSION } from './version.ts'

/** Writes every key of every database. @param version see ImageOptions */
export function saveDataset(engine: Engine, version: number, sink: RdbSink): void {
  const { config, eviction, nowMs } = engine
  const writer = new RdbWriter(config.parameter('rdbcompression').value, sink)
  const { policy } = eviction.parameters
  const image = new ImageWriter(writer, {
    version,
    hasChecksum: config.parameter('rdbchecksum').value,
    clock: eviction.usesLfu ? 'frequency' : policy.endsWith('lru') ? 'idle' : 'none',
    nowMs,
  })
  image.aux('redis-ver', REDIS_VERSION)
  image.aux('valkey-ver', VALKEY_VERSION)
  image.aux('redis-bits', '64')
  image.aux('ctime', `${Math.floor(nowMs / 1000)}`)
  image.aux('used-mem', `${engine.usedBytes()}`)
  image.aux('aof-base', '0')
  for (const db of engine.databases()) {
    if (db.size === 0) continue
    image.database(db.index, db.size, db.wheel.size)
    db.table.forEach((address) => {
      image.key(db, address)
    })
  }
  image.end()
  writer.flush()
}

/** The log names so many of the keys that have no elements. */
const EMPTY_KEYS_LOGGED = 10

export interface LoadOptions {
  /** Whether keys that are there already get the image's values; otherwise such a key is an error. */
  readonly replaces: boolean
}

/** Reads an image into the databases. Throws RdbError; what was read by then stays. */
export function loadDataset(engine: Engine, reader: RdbReader, options: LoadOptions): ImageCounts {
  let left = EMPTY_KEYS_LOGGED
  return readImage(reader, {
    database: (index) => (index < engine.databaseCount ? engine.db(index) : undefined),
    dataType: (name) => engine.modules.dataType(name),
    emptyKey: (key) => {
      if (left-- > 0) engine.log('notice', `rdb: skipping empty key: ${latin1(key)}`)
    },
    functions: () => damaged('functions are not supported yet'),
    nowMs: engine.nowMs,
    dropsExpired: engine.canDeleteExpired,
    replaces: options.replaces,
    usesLfu: engine.eviction.usesLfu,
    skipsChecksum: engine.skipsChecksums,
    anyVersion: engine.config.parameter('rdb-version-check').value === 'relaxed',
  })
}

/** An image in memory: written in pieces, read once, and each piece is given up when it has been read. */
export class MemoryImage {
  #pieces: Uint8Array[] = []
  #at = 0

  readonly sink: RdbSink = (buf, start, length) => {
    this.#pieces.push(buf.slice(start, start + length))
  }

  /** The pieces from the first to the last. */
  source(): RdbSource {
    this.#pieces.reverse()
    return (buf, start, length) => {
      const piece = this.#pieces.at(-1)
      if (piece === undefined) return 0
      const got = Math.min(length, piece.length - this.#at)
      buf.set(piece.subarray(this.#at, this.#at + got), start)
      this.#at += got
      if (this.#at === piece.length) {
        this.#pieces.pop()
        this.#at = 0
      }
      return got
    }
  }
}
