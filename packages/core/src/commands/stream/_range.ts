/** XRANGE and XREVRANGE. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { readRangeEnd, readStream, writeEntries } from './_stream.ts'

export function replyRange(call: Call, isReverse: boolean): void {
  const startIndex = isReverse ? 3 : 2
  const start = readRangeEnd(call, startIndex, true)
  if (start === undefined) return
  const end = readRangeEnd(call, isReverse ? 2 : 3, false)
  if (end === undefined) return
  let count: number | undefined
  for (let i = 4; i < call.argc; i += 2) {
    if (!call.argIs(i, 'count') || i + 1 === call.argc) return call.syntaxError()
    const value = call.argInt64(i + 1)
    if (value === undefined) return call.reply.error(ERRORS.notInteger)
    count = Math.max(0, Number(value))
  }
  const stream = readStream(call, 1)
  if (stream === null) return
  if (stream === undefined) return call.reply.array(0)
  if (count === 0) return call.reply.nullArray()
  writeEntries(call, stream, start, end, count ?? 0, isReverse)
}
