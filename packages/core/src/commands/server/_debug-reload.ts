/** DEBUG RELOAD: the dataset through an RDB image and back, for tests that every value survives it. */

import type { Call } from '../../engine/call.ts'
import { loadDataset, MemoryImage, saveDataset } from '../../engine/rdb-dataset.ts'
import { RDB_VERSION_VALKEY } from '../../keyspace/rdb/value-types.ts'
import { RdbError, RdbReader } from '../../structures/rdb-reader.ts'

export function debugReload(call: Call): void {
  const { engine, reply } = call
  let flushes = true
  let replaces = false
  for (let i = 2; i < call.argc; i++) {
    if (call.argIs(i, 'noflush')) flushes = false
    else if (call.argIs(i, 'merge')) replaces = true
    else if (call.argIs(i, 'nosave')) {
      return reply.error('ERR DEBUG RELOAD NOSAVE is not implemented: there is no file to read')
    } else return reply.error('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.')
  }
  if (!flushes && !replaces) {
    // The peers end themselves at the first key: an image of what is there never loads beside it.
    return reply.error('ERR DEBUG RELOAD NOFLUSH needs MERGE: every key is there already')
  }
  const image = new MemoryImage()
  saveDataset(engine, RDB_VERSION_VALKEY, image.sink)
  if (flushes) engine.flush(-1)
  try {
    loadDataset(engine, new RdbReader(image.source()), { replaces })
  } catch (error) {
    if (!(error instanceof RdbError)) throw error
    engine.log('warning', `DEBUG RELOAD: ${error.message}`)
    return reply.error('ERR Error trying to load the RDB dump, check server logs.')
  }
  engine.dirty = 0
  reply.ok()
}
