/** DEBUG LISTPACK: what a listpack holds, for the log. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import { ENCODING_OBJECT } from '../../keyspace/entry.ts'
import { listpackBytes, listpackTexts } from '../../structures/listpack.ts'

export function debugListpack(call: Call): void {
  const { db, engine } = call
  const address = db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  if (encodingNameAt(db, address) !== 'listpack') return call.reply.error('ERR Not a listpack encoded object.')
  if (db.encoding(address) === ENCODING_OBJECT) engine.log('notice', 'DEBUG LISTPACK: too long to be kept as one here')
  else {
    db.value(address)
    const texts = listpackTexts(db.valueBuf, db.valueStart).map((text) => JSON.stringify(text))
    const bytes = listpackBytes(db.valueBuf, db.valueStart)
    engine.log('notice', `DEBUG LISTPACK: ${bytes} bytes, ${texts.length} elements: ${texts.join(' ')}`)
  }
  call.reply.simple('Listpack structure printed on stdout')
}
