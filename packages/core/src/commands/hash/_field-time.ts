/** HTTL, HPTTL, HEXPIRETIME and HPEXPIRETIME. */

import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { readFieldsAfterKey } from './_fields.ts'
import { readHash } from './_hash.ts'

export const fieldTimesReply = (unit: string) =>
  reply.list(
    reply.oneOf([
      reply.integer(unit),
      reply.integer('-1: the field has no expiry'),
      reply.integer('-2: the key or the field does not exist'),
    ]),
  )

/**
 * Answers with the expiry of each field.
 * @param unitMs milliseconds that the answers count, 1 or 1000; seconds are rounded, halves up
 * @param isRelative counted from now, not from 1970
 */
export function replyWithFieldTimes(call: Call, unitMs: 1 | 1000, isRelative: boolean): void {
  const first = readFieldsAfterKey(call, ERRORS.syntax)
  if (first === 0) return
  const hash = readHash(call, 1)
  if (hash === undefined) return
  call.reply.array(call.argc - first)
  for (let i = first; i < call.argc; i++) {
    if (!hash.find(call.buf, call.starts[i], call.lengths[i])) {
      call.reply.integer(-2)
      continue
    }
    const expiryMs = hash.foundExpiryMs
    if (expiryMs === NO_FIELD_EXPIRY) {
      call.reply.integer(-1)
      continue
    }
    const ms = isRelative ? expiryMs - call.engine.nowMs : expiryMs
    call.reply.integer(Math.floor((ms + unitMs / 2) / unitMs))
  }
}
