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
import { changeStream, createStream, INVALID_ID, parsedId, replyId, writeStream } from './_stream.ts'
import { checkTrim, newTrim, readTrimOption, type Trim, trimArguments, trimStream } from './_trim.ts'

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
    const { idIndex, noCreate, trim, asked } = options
    const fields = (call.argc - idIndex - 1) / 2
    if (fields < 1 || !Number.isInteger(fields)) return call.reply.error(wrongArity('xadd'))
    if (asked !== null && !asked.isAuto && isZeroId(asked.id)) {
      return call.reply.error('ERR The ID specified in XADD must be greater than 0-0')
    }
    const found = writeStream(call, 1)
    if (found === null) return
    if (found === undefined && noCreate) return call.reply.nil()
    const id = chooseId(call, found, asked)
    if (id === undefined) return
    const stream = found ?? createStream(call, 1)
    const deleted = changeStream(call, stream, () => {
      stream.append(id, call, idIndex + 1, fields, call.engine.limits)
      return trimStream(call, stream, trim)
    })
    replyId(call, id)
    if (found === undefined) call.created(1)
    call.changed(EVENT_STREAM, 'xadd', 1)
    if (deleted > 0) call.notify(EVENT_STREAM, 'xtrim', 1)
  },
})

const SMALLER = 'ERR The ID specified in XADD is equal or smaller than the target stream top item'
const EXHAUSTED = 'ERR The stream has exhausted the last possible ID, unable to add more items'

interface AddOptions {
  readonly idIndex: number
  readonly noCreate: boolean
  readonly trim: Trim
  /** The ID as far as it was given; null for `*`. */
  readonly asked: ParsedId | null
}

/** Reads the options and the ID behind them. @returns undefined after the error */
function readOptions(call: Call): AddOptions | undefined {
  const trim = newTrim()
  let noCreate = false
  let i = 2
  while (i < call.argc) {
    if (call.argIs(i, 'nomkstream')) {
      noCreate = true
      i++
      continue
    }
    const words = readTrimOption(call, i, trim)
    if (words < 0) return undefined
    if (words === 0) break
    i += words
  }
  const asked = i < call.argc ? readAskedId(call, i) : null
  if (asked === undefined || !checkTrim(call, trim)) return undefined
  return { idIndex: i, noCreate, trim, asked }
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
    const now = idOf(call.engine.nowMs, 0)
    return compareIds(now, last) > 0 ? now : nextId(last)
  }
  const { id, isAuto } = asked
  if (!isAuto) return compareIds(id, last) > 0 ? id : call.refuse(SMALLER)
  const isLastMs = id.msHigh === last.msHigh && id.msLow === last.msLow
  if (!isLastMs) return compareIds(id, last) > 0 ? id : call.refuse(SMALLER)
  return nextInMs(last) ?? call.refuse(SMALLER)
}
