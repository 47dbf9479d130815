/** DEBUG LISTPACK: what a listpack holds, for the log. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import { ENCODING_OBJECT, TYPE_LIST } from '../../keyspace/entry.ts'
import { firstElement, runTexts } from '../../structures/element-run.ts'
import { listpackTexts } from '../../structures/listpack.ts'

export function debugListpack(call: Call): void {
  const { db, engine } = call
  const address = db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  if (encodingNameAt(db, address) !== 'listpack') return call.reply.error('ERR Not a listpack encoded object.')
  if (db.encoding(address) === ENCODING_OBJECT) engine.log('notice', 'DEBUG LISTPACK: too long to be kept as one here')
  else {
    db.value(address)
    const { valueBuf: buf, valueStart: start, valueLength: bytes } = db
    const isList = db.type(address) === TYPE_LIST
    const texts = isList ? listpackTexts(buf, start) : runTexts(buf, firstElement(start), start + bytes)
    const quoted = texts.map((text) => JSON.stringify(text))
    engine.log('notice', `DEBUG LISTPACK: ${bytes} bytes, ${texts.length} elements: ${quoted.join(' ')}`)
  }
  call.reply.simple('Listpack structure printed on stdout')
}
