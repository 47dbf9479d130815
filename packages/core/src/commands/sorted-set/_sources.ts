/** What ZUNION, ZINTER, ZDIFF and their like read from: sorted sets, and sets, whose members have the score 1. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { TYPE_SET, TYPE_ZSET } from '../../keyspace/entry.ts'
import { SetValue } from '../../keyspace/set-value.ts'
import { type VisitMember, ZsetValue } from '../../keyspace/zset-value.ts'
import { parseScore } from '../../structures/double.ts'
import type { ZsetObject } from '../../types/zset-object.ts'
import { rankArgument } from './_range.ts'
import { buildZset } from './_store.ts'

export interface Source {
  readonly size: number
  /**
   * The member's score times the weight, NaN for infinity times zero: as in Redis the sum makes zero of that. Undefined
   * when it is not there.
   */
  scoreOf(buf: Uint8Array, start: number, length: number): number | undefined
  /** Visits all members, with their scores times the weight, until `visit` returns false. */
  walk(visit: VisitMember): void
}

export type Aggregate = (a: number, b: number) => number

/** Infinities of both signs make zero, as in Redis. */
const sum: Aggregate = (a, b) => (Number.isNaN(a + b) ? 0 : a + b)
/** Unlike Math.min: of zeros with different signs the first stays, and what is no number is nothing. */
function least(a: number, b: number): number {
  if (b < a) return b
  return a
}

function most(a: number, b: number): number {
  if (b > a) return b
  return a
}

export interface Operation {
  readonly sources: readonly Source[]
  readonly aggregate: Aggregate
  readonly withScores: boolean
  readonly limit: number
}

/** Which options a command has. */
export interface OperationGrammar {
  readonly weights?: boolean
  readonly scores?: boolean
  readonly limit?: boolean
}

interface Options {
  weights: number[]
  aggregate: Aggregate
  withScores: boolean
  limit: number
}

/**
 * Reads `numkeys key ...` from `index` on and the options behind, then looks the keys up.
 * @returns undefined after the error
 */
export function readOperation(call: Call, index: number, grammar: OperationGrammar): Operation | undefined {
  const keyCount = rankArgument(call, index)
  if (Number.isNaN(keyCount)) return call.refuse(ERRORS.notInteger)
  if (keyCount < 1) return call.refuse(`ERR at least 1 input key is needed for '${call.command.fullName}' command`)
  const behind = index + 1 + keyCount
  if (behind > call.argc) return call.syntaxError()
  const missing = lookUp(call, index + 1, behind)
  if (missing === undefined) return undefined
  const options: Options = { weights: [], aggregate: sum, withScores: false, limit: 0 }
  for (let i = behind; i < call.argc; ) {
    const words = readOption(call, i, keyCount, grammar, options)
    if (words < 0) return undefined
    if (words === 0) return call.syntaxError()
    i += words
  }
  const sources = missing.map((isMissing, i) => sourceAt(call, index + 1 + i, isMissing, options.weights[i] ?? 1))
  return { sources, aggregate: options.aggregate, withScores: options.withScores, limit: options.limit }
}

/** @returns the words that the option takes, 0 when it is none, -1 after another error */
function readOption(call: Call, i: number, keyCount: number, grammar: OperationGrammar, options: Options): number {
  if (grammar.weights === true && call.argIs(i, 'weights') && i + keyCount < call.argc) {
    options.weights = []
    for (let k = 0; k < keyCount; k++) {
      const weight = parseScore(call.buf, call.starts[i + 1 + k], call.lengths[i + 1 + k])
      if (Number.isNaN(weight)) {
        call.reply.error('ERR weight value is not a float')
        return -1
      }
      options.weights.push(weight)
    }
    return keyCount + 1
  }
  if (grammar.weights === true && call.argIs(i, 'aggregate') && i + 1 < call.argc) {
    if (call.argIs(i + 1, 'sum')) options.aggregate = sum
    else if (call.argIs(i + 1, 'min')) options.aggregate = least
    else if (call.argIs(i + 1, 'max')) options.aggregate = most
    else return 0
    return 2
  }
  if (grammar.scores === true && call.argIs(i, 'withscores')) {
    options.withScores = true
    return 1
  }
  if (grammar.limit === true && call.argIs(i, 'limit') && i + 1 < call.argc) {
    options.limit = rankArgument(call, i + 1)
    if (options.limit >= 0) return 2
    call.reply.error("ERR LIMIT can't be negative")
    return -1
  }
  return 0
}

/** @returns which of the keys do not exist, or undefined after the error WRONGTYPE */
function lookUp(call: Call, first: number, end: number): boolean[] | undefined {
  const missing: boolean[] = []
  for (let i = first; i < end; i++) {
    call.prefetchKeys(i, first, 1, end)
    const address = call.lookupRead(i)
    const type = address === 0 ? TYPE_ZSET : call.db.type(address)
    if (type !== TYPE_ZSET && type !== TYPE_SET) return call.refuse(ERRORS.wrongType)
    missing.push(address === 0)
  }
  return missing
}

/**
 * The source at a key that was looked up. It is found anew, because whoever heard of another one that is missing or
 * expired may have moved or replaced it; empty if it is neither a sorted set nor a set any more.
 */
function sourceAt(call: Call, index: number, isMissing: boolean, weight: number): Source {
  const { buf, starts, lengths, db } = call
  const start = starts[index]
  const length = lengths[index]
  const address = isMissing ? 0 : db.find(buf, start, length)
  const type = address === 0 ? TYPE_ZSET : db.type(address)
  if (type === TYPE_SET) return setSource(new SetValue(db, address, buf, start, length), weight)
  return zsetSource(new ZsetValue(db, type === TYPE_ZSET ? address : 0, buf, start, length), weight)
}

function zsetSource(zset: ZsetValue, weight: number): Source {
  const { size } = zset
  return {
    size,
    scoreOf(member, start, length) {
      return zset.find(member, start, length) ? zset.score * weight : undefined
    },
    walk(visit) {
      zset.walk(0, size, false, (member, start, length, score) => visit(member, start, length, times(score, weight)))
    },
  }
}

function setSource(set: SetValue, weight: number): Source {
  return {
    size: set.size,
    scoreOf(member, start, length) {
      return set.has(member, start, length) ? weight : undefined
    },
    walk(visit) {
      set.some((member, start, length) => visit(member, start, length, weight) === false)
    },
  }
}

function times(score: number, weight: number): number {
  return Number.isNaN(score * weight) ? 0 : score * weight
}

/** The sources, smallest first: the order in which Redis adds their scores up, which shows in the last digits. */
function bySize(sources: readonly Source[]): readonly Source[] {
  return [...sources].sort((a, b) => a.size - b.size)
}

/** All members of any source. */
export function union(call: Call, { sources, aggregate }: Operation): ZsetObject {
  return buildZset(call, (result) => {
    for (const source of bySize(sources)) {
      source.walk((buf, start, length, score) => {
        const address = result.find(buf, start, length)
        if (address === 0) result.add(buf, start, length, score)
        else result.setScore(address, aggregate(result.scoreOf(address), score))
      })
    }
  })
}

/** The members that all sources have. */
export function intersection(call: Call, operation: Operation): ZsetObject {
  return buildZset(call, (result) => {
    eachCommon(operation, (member, score) => {
      result.add(member, 0, member.length, score)
    })
  })
}

/** Visits the members that all sources have until `visit` returns false; begins with the smallest source. */
export function eachCommon(
  { sources, aggregate }: Operation,
  visit: (member: Uint8Array, score: number) => unknown,
): void {
  const [smallest, ...others] = bySize(sources)
  smallest.walk((buf, start, length, score) => {
    // A copy: looking for it elsewhere may overwrite the text of a number.
    const member = buf.slice(start, start + length)
    let total = score
    for (const other of others) {
      const otherScore = other === smallest ? score : other.scoreOf(member, 0, length)
      if (otherScore === undefined) return true
      total = aggregate(total, otherScore)
    }
    return visit(member, total)
  })
}

/** The members of the first source that no other has. */
export function difference(call: Call, { sources }: Operation): ZsetObject {
  const [first, ...others] = sources
  return buildZset(call, (result) => {
    first.walk((buf, start, length, score) => {
      const member = buf.slice(start, start + length)
      if (others.some((other) => other.scoreOf(member, 0, length) !== undefined)) return
      result.add(member, 0, length, score)
    })
  })
}
