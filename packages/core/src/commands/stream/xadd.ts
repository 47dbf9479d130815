import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import {
  compareIds,
  idOf,
  isZeroId,
  MAX_ID,
  MIN_ID,
  nextId,
  nextInMs,
  type ParsedId,
  type StreamId,
} from '../../structures/stream-id.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { createStream, INVALID_ID, parsedId, replyId, writeStream } from './_stream.ts'
import { checkTrim, readTrimOption, Trim, trimArguments, trimStream } from './_trim.ts'

export default defineCoreCommand({
  name: 'XADD',
  summary: 'Adds an entry to a stream. The key is created if it does not exist.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1) for the entry, O(N) where N is the number of entries deleted when the stream is trimmed',
  flags: ['write', 'denyoom', 'fast'],
  tips: ['nondeterministic_output'],
  history: [
    ['6.2.0', 'Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.'],
    ['7.0.0', 'Added support for the `<ms>-*` explicit ID form.'],
  ],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    nomkstream: arg.flag('NOMKSTREAM', { since: '6.2.0' }),
    trim: arg.optional(arg.block(trimArguments)),
    idSelector: arg.oneOf({ autoId: arg.token('*'), id: arg.string() }),
    data: arg.repeated(arg.block({ field: arg.string(), value: arg.string() })),
  },
  reply: reply.oneOf([
    reply.string('the ID of the entry'),
    reply.nil('NOMKSTREAM was given, and the key does not exist'),
  ]),
  raw(call) {
    const options = readOptions(call)
    if (options === undefined) return
    const { idIndex, asked } = options
    const fields = (call.argc - idIndex - 1) / 2
    if (fields < 1 || !Number.isInteger(fields)) return call.reply.error(wrongArity('xadd'))
    if (asked !== null && !asked.isAuto && isZeroId(asked.id)) {
      return call.reply.error('ERR The ID specified in XADD must be greater than 0-0')
    }
    const found = writeStream(call, 1)
    if (found === null) return
    if (found === undefined && options.noCreate) return call.reply.nil()
    const id = chooseId(call, found, asked)
    if (id === undefined) return
    const stream = found ?? createStream(call, 1)
    // As `changeStream` does, without a function made for each entry.
    const before = stream.externalBytes
    stream.append(id, call, idIndex + 1, fields, call.engine.limits)
    const deleted = trimStream(call, stream, options)
    call.db.accountObject(stream, before)
    replyId(call, id)
    if (found === undefined) call.created(1)
    call.changed(EVENT_STREAM, 'xadd', 1)
    if (deleted > 0) call.notify(EVENT_STREAM, 'xtrim', 1)
  },
})

const SMALLER = 'ERR The ID specified in XADD is equal or smaller than the target stream top item'
const EXHAUSTED = 'ERR The stream has exhausted the last possible ID, unable to add more items'

class AddOptions extends Trim {
  idIndex = 0
  noCreate = false
  /** The ID as far as it was given; null for `*`. */
  asked: ParsedId | null = null
}

/** Reads the options and the ID behind them. @returns undefined after the error */
function readOptions(call: Call): AddOptions | undefined {
  const options = new AddOptions()
  let i = 2
  while (i < call.argc) {
    if (call.argIs(i, 'nomkstream')) {
      options.noCreate = true
      i++
      continue
    }
    const words = readTrimOption(call, i, options)
    if (words < 0) return undefined
    if (words === 0) break
    i += words
  }
  options.idIndex = i
  const asked = i < call.argc ? readAskedId(call, i) : null
  if (asked === undefined || !checkTrim(call, options)) return undefined
  options.asked = asked
  return options
}

/** `*` as null. @returns undefined after the error */
function readAskedId(call: Call, index: number): ParsedId | null | undefined {
  if (call.argIs(index, '*')) return null
  const parsed = parsedId(call, index, 'first')
  if (parsed === undefined) call.reply.error(INVALID_ID)
  return parsed
}

/** The ID of the new entry, above all others. @returns undefined after the error */
function chooseId(call: Call, stream: StreamObject | undefined, asked: ParsedId | null): StreamId | undefined {
  const last = stream === undefined ? MIN_ID : stream.lastId
  if (compareIds(last, MAX_ID) === 0) return call.refuse(EXHAUSTED)
  if (asked === null) {
    const { nowMs } = call.engine
    return nowMs > last.msHigh * 2 ** 32 + last.msLow ? idOf(nowMs, 0) : nextId(last)
  }
  const { id, isAuto } = asked
  if (!isAuto) return compareIds(id, last) > 0 ? id : call.refuse(SMALLER)
  const isLastMs = id.msHigh === last.msHigh && id.msLow === last.msLow
  if (!isLastMs) return compareIds(id, last) > 0 ? id : call.refuse(SMALLER)
  return nextInMs(last) ?? call.refuse(SMALLER)
}
