/** ZADD and ZINCRBY. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_ZSET } from '../../engine/events.ts'
import { parseScore } from '../../structures/double.ts'
import { writeZset } from './_zset.ts'

export const NX = 1
export const XX = 2
export const GT = 4
export const LT = 8
export const CH = 16
export const INCR = 32

/** The option that a word is, or 0. */
export function optionAt(call: Call, index: number): number {
  if (call.argIs(index, 'nx')) return NX
  if (call.argIs(index, 'xx')) return XX
  if (call.argIs(index, 'gt')) return GT
  if (call.argIs(index, 'lt')) return LT
  if (call.argIs(index, 'ch')) return CH
  return call.argIs(index, 'incr') ? INCR : 0
}

const NOT_A_NUMBER = 'ERR resulting score is not a number (NaN)'

/**
 * Adds members with scores, from `index` on in pairs of score and member, and answers.
 * @param options NX, XX, GT, LT, CH and INCR
 */
export function addMembers(call: Call, index: number, options: number): void {
  const { buf, starts, lengths, argc, reply } = call
  const scores: number[] = []
  for (let i = index; i < argc; i += 2) {
    const score = parseScore(buf, starts[i], lengths[i])
    if (Number.isNaN(score)) return reply.error(ERRORS.notFloat)
    scores.push(score)
  }
  addScores(call, index + 1, 2, scores, options)
}

/**
 * Adds the members that stand at `index` and every `step` words behind it, and answers.
 * @param options NX, XX, GT, LT, CH and INCR
 */
export function addScores(call: Call, index: number, step: number, scores: readonly number[], options: number): void {
  const { buf, starts, lengths, reply } = call
  const zset = writeZset(call, 1)
  if (zset === undefined) return
  const isNewKey = zset.size === 0
  if (!isNewKey || (options & XX) === 0) {
    let longest = 0
    for (let i = 0; i < scores.length; i++) longest = Math.max(longest, lengths[index + i * step])
    zset.expect(scores.length, longest)
  }
  let added = 0
  let updated = 0
  // The result of INCR; NaN when a condition stood in its way.
  let result = Number.NaN
  for (let i = 0; i < scores.length; i++) {
    const start = starts[index + i * step]
    const length = lengths[index + i * step]
    let score = scores[i]
    if (zset.find(buf, start, length)) {
      if ((options & NX) !== 0) continue
      const old = zset.score
      if ((options & INCR) !== 0) {
        score += old
        if (Number.isNaN(score)) return reply.error(NOT_A_NUMBER)
      }
      if (((options & GT) !== 0 && score <= old) || ((options & LT) !== 0 && score >= old)) continue
      if (score !== old) {
        zset.set(buf, start, length, score)
        updated++
      }
    } else {
      if ((options & XX) !== 0) continue
      zset.set(buf, start, length, score)
      added++
    }
    result = score
  }
  if (added + updated > 0) {
    if (isNewKey) call.created(1)
    call.changed(EVENT_ZSET, (options & INCR) !== 0 ? 'zincr' : 'zadd', 1)
  }
  if ((options & INCR) === 0) reply.integer((options & CH) !== 0 ? added + updated : added)
  else if (Number.isNaN(result)) reply.nil()
  else reply.double(result)
}
