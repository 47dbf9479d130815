/** What ZUNION, ZINTER, ZDIFF and their like read from: sorted sets, and sets, whose members have the score 1. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { TYPE_SET, TYPE_ZSET } from '../../keyspace/entry.ts'
import { SetValue } from '../../keyspace/set-value.ts'
import { type VisitMember, ZsetValue } from '../../keyspace/zset-value.ts'
import { parseScore } from '../../structures/double.ts'
import { ZsetObject } from '../../types/zset-object.ts'
import { rankArgument } from './_range.ts'

export interface Source {
  readonly size: number
  /** What its scores are multiplied by. */
  weight: number
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
  if (Number.isNaN(keyCount)) return refuse(call, ERRORS.notInteger)
  if (keyCount < 1) return refuse(call, `ERR at least 1 input key is needed for '${call.command.fullName}' command`)
  const behind = index + 1 + keyCount
  if (behind > call.argc) return refuse(call, ERRORS.syntax)
  const sources: Source[] = []
  for (let i = index + 1; i < behind; i++) {
    const source = sourceAt(call, i)
    if (source === undefined) return refuse(call, ERRORS.wrongType)
    sources.push(source)
  }
  const options: Options = { weights: [], aggregate: sum, withScores: false, limit: 0 }
  for (let i = behind; i < call.argc; ) {
    const words = readOption(call, i, keyCount, grammar, options)
    if (words < 0) return undefined
    if (words === 0) return refuse(call, ERRORS.syntax)
    i += words
  }
  for (let i = 0; i < keyCount; i++) sources[i].weight = options.weights[i] ?? 1
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

function refuse(call: Call, text: string): undefined {
  call.reply.error(text)
}

function sourceAt(call: Call, index: number): Source | undefined {
  const { buf, starts, lengths, db } = call
  const address = call.lookupRead(index)
  const type = address === 0 ? TYPE_ZSET : db.type(address)
  // Looking the next key up may delete an expired one, and so move nothing: addresses stay good.
  if (type === TYPE_ZSET) {
    const zset = new ZsetValue(db, address, buf, starts[index], lengths[index])
    return {
      size: zset.size,
      weight: 1,
      scoreOf(member, start, length) {
        return zset.find(member, start, length) ? zset.score * this.weight : undefined
      },
      walk(visit) {
        zset.walk(0, zset.size, false, (member, start, length, score) =>
          visit(member, start, length, times(score, this.weight)),
        )
      },
    }
  }
  if (type !== TYPE_SET) return undefined
  const set = new SetValue(db, address, buf, starts[index], lengths[index])
  return {
    size: set.size,
    weight: 1,
    scoreOf(member, start, length) {
      return set.has(member, start, length) ? this.weight : undefined
    },
    walk(visit) {
      set.some((member, start, length) => visit(member, start, length, this.weight) === false)
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
  const result = new ZsetObject(call.db.arena, call.engine, true)
  for (const source of bySize(sources)) {
    source.walk((buf, start, length, score) => {
      const address = result.find(buf, start, length)
      if (address === 0) result.add(buf, start, length, score)
      else result.setScore(address, aggregate(result.scoreOf(address), score))
    })
  }
  return result
}

/** The members that all sources have. */
export function intersection(call: Call, operation: Operation): ZsetObject {
  const result = new ZsetObject(call.db.arena, call.engine, true)
  eachCommon(operation, (member, score) => {
    result.add(member, 0, member.length, score)
  })
  return result
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
  const result = new ZsetObject(call.db.arena, call.engine, true)
  const [first, ...others] = sources
  first.walk((buf, start, length, score) => {
    const member = buf.slice(start, start + length)
    if (others.some((other) => other.scoreOf(member, 0, length) !== undefined)) return
    result.add(member, 0, length, score)
  })
  return result
}
