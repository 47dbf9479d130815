import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { TYPE_STRING } from '../../keyspace/entry.ts'
import { CommonSubsequence, commonLength } from '../../structures/longest-subsequence.ts'

/** What Redis takes for each pair of positions; its limit is ours, though we get by with a bit. */
const BYTES_PER_CELL = 4

interface Options {
  readonly length: boolean
  readonly ranges: boolean
  readonly withLength: boolean
  /** Shorter ranges are left out. */
  readonly lengthMin: number
}

export default defineCoreCommand({
  name: 'LCS',
  summary: 'Finds the longest common subsequence of two strings.',
  since: '7.0.0',
  group: 'string',
  complexity: 'O(N*M), N and M being the lengths of the strings.',
  flags: ['readonly'],
  keySpecs: [
    {
      access: 'RO',
      flags: ['access'],
      beginSearch: { type: 'index', pos: 1 },
      findKeys: { type: 'range', lastKey: 1, step: 1, limit: 0 },
    },
  ],
  args: {
    key1: arg.key({ access: 'RO' }),
    key2: arg.key({ access: 'RO' }),
    len: arg.flag('LEN'),
    idx: arg.flag('IDX'),
    minMatchLen: arg.optional(arg.after('MINMATCHLEN', arg.integer())),
    withmatchlen: arg.flag('WITHMATCHLEN'),
  },
  reply: reply.oneOf([
    reply.string('the subsequence'),
    reply.integer('with LEN: its length'),
    reply.map(reply.any(), 'with IDX: `matches`, the ranges of both strings from the last to the first, and `len`'),
  ]),
  raw(call) {
    const a = stringAt(call, 1)
    const b = stringAt(call, 2)
    if (a === undefined || b === undefined) return call.reply.error('ERR The specified keys must contain string values')
    const options = readOptions(call)
    if (options === undefined) return
    if ((a.length + 1) * (b.length + 1) * BYTES_PER_CELL > call.engine.bulkBytesMax) {
      return call.reply.error('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
    }
    if (options.length) return call.reply.integer(commonLength(a, b))
    const common = new CommonSubsequence(a, b)
    if (options.ranges) replyRanges(call, common, options)
    else call.reply.bulk(common.bytes())
  },
})

/** A copy: looking the other key up may delete an expired one. @returns undefined when the key is no string */
function stringAt(call: Call, index: number): Uint8Array | undefined {
  const { db } = call
  const address = call.lookupRead(index)
  if (address === 0) return new Uint8Array(0)
  if (db.type(address) !== TYPE_STRING) return undefined
  db.value(address)
  return db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength)
}

function readOptions(call: Call): Options | undefined {
  let length = false
  let ranges = false
  let withLength = false
  let lengthMin = 0
  for (let i = 3; i < call.argc; i++) {
    if (call.argIs(i, 'len')) length = true
    else if (call.argIs(i, 'idx')) ranges = true
    else if (call.argIs(i, 'withmatchlen')) withLength = true
    else if (call.argIs(i, 'minmatchlen') && i + 1 < call.argc) {
      const value = call.argInt64(++i)
      if (value === undefined) {
        call.reply.error(ERRORS.notInteger)
        return undefined
      }
      lengthMin = Number(value)
    } else {
      call.syntaxError()
      return undefined
    }
  }
  if (!length || !ranges) return { length, ranges, withLength, lengthMin }
  call.reply.error('ERR If you want both the length and indexes, please just use IDX.')
  return undefined
}

function replyRanges(call: Call, common: CommonSubsequence, options: Options): void {
  const { reply: out } = call
  const ranges = common.ranges().filter((range) => range.length >= options.lengthMin)
  out.map(2)
  out.bulkString('matches')
  out.array(ranges.length)
  for (const { a, b, length } of ranges) {
    out.array(options.withLength ? 3 : 2)
    out.array(2)
    out.integer(a)
    out.integer(a + length - 1)
    out.array(2)
    out.integer(b)
    out.integer(b + length - 1)
    if (options.withLength) out.integer(length)
  }
  out.bulkString('len')
  out.integer(common.length)
}
