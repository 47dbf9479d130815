/** What the commands of count-min sketches share. */

import { type Context, type ReplyValue, reply } from '@kvasir/module-api'
import { CountMinSketch, countMinSketchType } from '../../count-min-sketch.ts'
import { ERRORS } from '../../errors.ts'

/** The reply of the commands that create a sketch. */
export function createSketch(ctx: Context, key: Uint8Array, width: number, depth: number, event: string): ReplyValue {
  const entry = ctx.key(key)
  if (entry.getValue(countMinSketchType) !== undefined) return reply.error(ERRORS.cmsExists)
  const sketch = CountMinSketch.create(width, depth)
  if (sketch === undefined) return reply.error(ERRORS.cmsMemory)
  entry.setValue(countMinSketchType, sketch, event)
  return reply.OK
}
