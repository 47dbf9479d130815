/** What the commands of t-digests share. */

import { type Context, type ReplyValue, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import type { TDigest } from '../../t-digest.ts'
import { tDigestType } from '../../t-digest-type.ts'

/** What a value's answer is for a digest that is not empty, all of it merged. */
type Answer = (digest: TDigest, input: number) => ReplyValue

/** Answers each of several questions. @param empty the answer of a digest without observations */
export function answerEach(
  ctx: Context,
  key: Uint8Array,
  inputs: readonly number[],
  empty: ReplyValue,
  answer: Answer,
): ReplyValue {
  const digest = ctx.key(key).getValue(tDigestType)
  if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
  if (digest.count === 0) return inputs.map(() => empty)
  const merged = digest.merged()
  return inputs.map((input) => answer(merged, input))
}

export const NAN = reply.double(Number.NaN)
