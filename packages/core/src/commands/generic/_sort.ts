/**
 * SORT and SORT_RO. The elements are copied, then ordered by number or by bytes, themselves or by what BY leads to;
 * then come GET's values, or the elements.
 *
 * As in Valkey: numbers that are equal are ordered by the bytes of the elements, and all of it is turned round by DESC;
 * texts of BY that are equal leave their elements in the order in which they were. BY without a star sorts nothing:
 * sorted sets and lists keep their order, which DESC turns round, and LIMIT reads no more than its range. A set has no
 * order that others could rely on, so that one that is stored is sorted as texts even then.
 *
 * Texts are compared by their bytes, which is Valkey's order in the locale C.
 */

import { arg, type CommandWords, type FoundKey, type KeySpec, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { TYPE_LIST, TYPE_SET, TYPE_ZSET } from '../../keyspace/entry.ts'
import { ListValue } from '../../keyspace/list-value.ts'
import { SetValue } from '../../keyspace/set-value.ts'
import { ZsetValue } from '../../keyspace/zset-value.ts'
import { parseScore } from '../../structures/double.ts'
import { readInteger } from '../list/_list.ts'
import { ByteStrings } from './_sort-bytes.ts'
import { KeyPattern } from './_sort-pattern.ts'
import { storeResult } from './_sort-store.ts'

const KEY = 1
const NOT_A_NUMBER = "ERR One or more scores can't be converted into double"

// --- what the declarations of SORT and SORT_RO have in common

export const SORT_COMPLEXITY = 'O(N+M*log(M)) where N is the number of elements and M the number of them to sort'

export const sortArguments = () => ({
  key: arg.key({ access: 'RO' }),
  byPattern: arg.optional(arg.after('BY', arg.pattern({ display: 'pattern', keySpec: 1 }))),
  limit: arg.optional(arg.after('LIMIT', arg.block({ offset: arg.integer(), count: arg.integer() }))),
  getPattern: arg.optional(arg.repeatedAfter('GET', arg.pattern({ display: 'pattern', keySpec: 1 }))),
  order: arg.optional(arg.oneOf({ asc: arg.token('ASC'), desc: arg.token('DESC') })),
  sorting: arg.flag('ALPHA'),
})

const source: KeySpec = {
  access: 'RO',
  flags: ['access'],
  beginSearch: { type: 'index', pos: KEY },
  findKeys: { type: 'range', lastKey: 0, step: 1, limit: 0 },
}
/** Keys that the patterns lead to: nobody knows them ahead. */
const patterned: KeySpec = {
  access: 'RO',
  flags: ['access'],
  beginSearch: { type: 'unknown' },
  findKeys: { type: 'unknown' },
}
/** STORE's key may stand anywhere, and STORE be a pattern: `findSortKeys` finds it. */
const stored: KeySpec = {
  access: 'OW',
  flags: ['update'],
  beginSearch: { type: 'unknown' },
  findKeys: { type: 'unknown' },
}

export const readKeySpecs: readonly KeySpec[] = [source, patterned]
export const storeKeySpecs: readonly KeySpec[] = [source, patterned, stored]

/**
 * The key to sort, and the one behind the last STORE, which is the one that is written. Valkey reads STORE's key as an
 * option again, and so names another one in `STORE by STORE d`.
 */
export function findSortKeys(words: CommandWords, mayStore: boolean): readonly FoundKey[] {
  const keys: FoundKey[] = [{ index: KEY, access: 'RO', flags: ['access'] }]
  if (!mayStore) return keys
  let destination = 0
  for (let i = KEY + 1; i < words.argc; i++) {
    if (words.is(i, 'limit')) i += 2
    else if (words.is(i, 'get') || words.is(i, 'by')) i++
    else if (words.is(i, 'store') && i + 1 < words.argc) destination = ++i
  }
  if (destination > 0) keys.push({ index: destination, access: 'OW', flags: ['update'] })
  return keys
}

export const sortedReply = reply.list(
  reply.oneOf([reply.string('an element, or what GET leads to'), reply.nil('GET leads to nothing')]),
)

// --- the options

class Query {
  by: KeyPattern | undefined
  /** A pattern of BY has no star. */
  isUnsorted = false
  /** Undefined stands for `#`. */
  readonly gets: (KeyPattern | undefined)[] = []
  offset = 0
  /** Negative for all. */
  count = -1
  isDescending = false
  isAlpha = false
  /** Index of STORE's key, or 0. */
  destination = 0
}

/** @returns undefined after the error */
function readQuery(call: Call, mayStore: boolean): Query | undefined {
  const query = new Query()
  for (let i = KEY + 1; i < call.argc; ) {
    const words = readOption(call, query, i, mayStore)
    if (words === 0) call.syntaxError()
    if (words <= 0) return undefined
    i += words
  }
  return query
}

/** @returns how many words the option takes, 0 when it is none, -1 after another error */
function readOption(call: Call, query: Query, i: number, mayStore: boolean): number {
  const left = call.argc - 1 - i
  if (call.argIs(i, 'asc')) query.isDescending = false
  else if (call.argIs(i, 'desc')) query.isDescending = true
  else if (call.argIs(i, 'alpha')) query.isAlpha = true
  else if (call.argIs(i, 'limit') && left >= 2) {
    query.offset = readInteger(call, i + 1)
    if (Number.isNaN(query.offset)) return -1
    query.count = readInteger(call, i + 2)
    return Number.isNaN(query.count) ? -1 : 3
  } else if (call.argIs(i, 'store') && left >= 1 && mayStore) {
    query.destination = i + 1
    return 2
  } else if (call.argIs(i, 'by') && left >= 1) {
    query.by = new KeyPattern(call, i + 1)
    if (!query.by.hasStar) query.isUnsorted = true
    return !query.by.hasStar || mayFollowPatterns(call, 'BY') ? 2 : -1
  } else if (call.argIs(i, 'get') && left >= 1) {
    query.gets.push(call.argIs(i + 1, '#') ? undefined : new KeyPattern(call, i + 1))
    return mayFollowPatterns(call, 'GET') ? 2 : -1
  } else return 0
  return 1
}

/** Patterns may lead to any key: it takes permission to read them all. @returns false after the error */
function mayFollowPatterns(call: Call, option: string): boolean {
  if (call.engine.acl.mayReadAllKeys(call.session, call.command, call)) return true
  call.reply.error(`ERR ${option} option of SORT denied due to insufficient ACL permissions.`)
  return false
}

// --- the command

export function sort(call: Call, mayStore: boolean): void {
  const query = readQuery(call, mayStore)
  if (query === undefined) return
  const address = call.lookupRead(KEY)
  const type = address === 0 ? TYPE_LIST : call.db.type(address)
  if (type !== TYPE_LIST && type !== TYPE_SET && type !== TYPE_ZSET) return call.reply.error(ERRORS.wrongType)
  if (query.isUnsorted) {
    query.by = undefined
    if (type === TYPE_SET && query.destination > 0) {
      query.isUnsorted = false
      query.isAlpha = true
    }
  }
  const elements = readElements(call, query, type, address)
  let order: Uint32Array | undefined = new Uint32Array(elements.count).map((_, index) => index)
  if (!query.isUnsorted) {
    order = ordered(query, elements, order)
    if (order === undefined) return call.reply.error(NOT_A_NUMBER)
    const { first, count } = rangeOf(query, order.length)
    order = order.subarray(first, first + count)
  }
  if (query.destination > 0) storeResult(call, resultOf(query, elements, order), query.destination)
  else answer(call, query, elements, order)
}

function rangeOf({ offset, count }: Query, size: number): { readonly first: number; readonly count: number } {
  const first = Math.min(Math.max(offset, 0), size)
  return { first, count: count < 0 ? size - first : Math.min(count, size - first) }
}

/** All elements to be sorted; those of the range, in the order of the reply, when none is to be. */
function readElements(call: Call, query: Query, type: number, address: number): ByteStrings {
  const { db, buf, starts, lengths } = call
  const all = (size: number) => (query.isUnsorted ? rangeOf(query, size) : { first: 0, count: size })
  const isReverse = query.isUnsorted && query.isDescending
  if (type === TYPE_SET) {
    const set = new SetValue(db, address, buf, starts[KEY], lengths[KEY])
    const { first, count } = all(set.size)
    const elements = new ByteStrings(count)
    let index = 0
    set.some((memberBuf, start, length) => {
      if (index++ >= first && elements.count < count) elements.add(memberBuf, start, length)
      return elements.count === count
    })
    return elements
  }
  const isList = type === TYPE_LIST
  const value = new (isList ? ListValue : ZsetValue)(db, address, buf, starts[KEY], lengths[KEY])
  const size = value instanceof ListValue ? value.length : value.size
  const { first, count } = all(size)
  const elements = new ByteStrings(count)
  const add = (elementBuf: Uint8Array, start: number, length: number): void => elements.add(elementBuf, start, length)
  const from = isReverse ? size - 1 - first : first
  if (count === 0) return elements
  if (value instanceof ZsetValue) value.walk(from, count, isReverse, add)
  else if (isReverse) value.forRangeBackwards(from, count, add)
  else value.forRange(from, count, add)
  return elements
}

/** @returns the elements' indexes as sorted, or undefined when what should be a number is none */
function ordered(query: Query, elements: ByteStrings, order: Uint32Array): Uint32Array | undefined {
  const { by, isAlpha } = query
  const sign = query.isDescending ? -1 : 1
  const weights = by === undefined ? elements : weightsOf(by, elements)
  if (isAlpha) return order.sort((a, b) => sign * weights.compare(a, b))
  const numbers = numbersOf(weights)
  return (
    numbers &&
    order.sort((a, b) => {
      if (numbers[a] === numbers[b]) return sign * elements.compare(a, b)
      return numbers[a] < numbers[b] ? -sign : sign
    })
  )
}

function weightsOf(by: KeyPattern, elements: ByteStrings): ByteStrings {
  const weights = new ByteStrings(elements.count)
  for (let i = 0; i < elements.count; i++) {
    if (by.find(elements.bytes, elements.start(i), elements.length(i))) {
      weights.add(by.valueBuf, by.valueStart, by.valueLength)
    } else weights.addMissing()
  }
  return weights
}

/** What is missing counts as 0. @returns undefined when one is no number */
function numbersOf(texts: ByteStrings): Float64Array | undefined {
  const numbers = new Float64Array(texts.count)
  for (let i = 0; i < texts.count; i++) {
    if (texts.isMissing(i)) continue
    numbers[i] = numberOf(texts.bytes, texts.start(i), texts.length(i))
    if (Number.isNaN(numbers[i])) return undefined
  }
  return numbers
}

/** As Valkey's strtod, which ends at a zero byte. @returns NaN for what is no number */
function numberOf(bytes: Uint8Array, start: number, length: number): number {
  const number = parseScore(bytes, start, length)
  if (!Number.isNaN(number)) return number
  const zero = bytes.subarray(start, start + length).indexOf(0)
  return zero < 0 ? Number.NaN : parseScore(bytes, start, zero)
}

// --- the result

function answer(call: Call, { gets }: Query, elements: ByteStrings, order: Uint32Array): void {
  const { reply: out } = call
  out.array(order.length * Math.max(1, gets.length))
  for (const index of order) {
    const start = elements.start(index)
    const length = elements.length(index)
    if (gets.length === 0) out.bulk(elements.bytes, start, length)
    for (const get of gets) {
      if (get === undefined) out.bulk(elements.bytes, start, length)
      else if (get.find(elements.bytes, start, length)) out.bulk(get.valueBuf, get.valueStart, get.valueLength)
      else out.nil()
    }
  }
}

/** What STORE puts into its list. */
function resultOf({ gets }: Query, elements: ByteStrings, order: Uint32Array): ByteStrings {
  const result = new ByteStrings(order.length * Math.max(1, gets.length))
  for (const index of order) {
    const start = elements.start(index)
    const length = elements.length(index)
    if (gets.length === 0) result.add(elements.bytes, start, length)
    for (const get of gets) {
      if (get === undefined) result.add(elements.bytes, start, length)
      else if (get.find(elements.bytes, start, length)) result.add(get.valueBuf, get.valueStart, get.valueLength)
      else result.addMissing()
    }
  }
  return result
}
