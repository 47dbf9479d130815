/**
 * Rate limiting with token buckets: one key is one bucket.
 *
 *     RL.TAKE user:1 5 60000          five tokens a minute; takes one
 *     RL.TAKE user:1 5 60000 COST 2   takes two
 *     RL.PEEK user:1                  tokens left, without taking any
 */

import {
  arg,
  type Context,
  defineCommand,
  defineDataType,
  defineModule,
  type ModuleDefinition,
  PayloadError,
  reply,
} from '@kvasir/module-api'

interface Bucket {
  /** Tokens left at `updatedMs`; a fraction while one is being refilled. */
  tokens: number
  updatedMs: number
  limit: number
  windowMs: number
}

/** A year: the times that follow from it stay within what a key's time to live can be. */
const WINDOW_MS_MAX = 366 * 24 * 3600 * 1000
/** The last millisecond of the year 9999. */
const TIME_MS_MAX = 253_402_300_799_999

const bucketType = defineDataType<Bucket>({
  name: 'ratelimit',
  version: 1,
  save(bucket, writer) {
    writer.double(bucket.tokens)
    writer.unsigned(bucket.updatedMs)
    writer.unsigned(bucket.limit)
    writer.unsigned(bucket.windowMs)
  },
  load(reader) {
    const bucket = {
      tokens: reader.double(),
      updatedMs: Number(reader.unsigned()),
      limit: Number(reader.unsigned()),
      windowMs: Number(reader.unsigned()),
    }
    // A payload may come from anywhere: RESTORE is a command like any other.
    if (!isBucket(bucket)) throw new PayloadError('no such bucket is ever saved')
    return bucket
  },
  memoryBytes: () => 64,
  copy: bucket => ({ ...bucket }),
  digest(bucket, writer) {
    writer.double(bucket.tokens)
    writer.unsigned(bucket.updatedMs)
    writer.unsigned(bucket.limit)
    writer.unsigned(bucket.windowMs)
  },
})

function isBucket({ tokens, updatedMs, limit, windowMs }: Bucket): boolean {
  return (
    limit >= 1 &&
    Number.isSafeInteger(limit) &&
    tokens >= 0 &&
    tokens <= limit &&
    windowMs >= 1 &&
    windowMs <= WINDOW_MS_MAX &&
    updatedMs <= TIME_MS_MAX
  )
}

/** For INFO. Each engine has its own: a process may have many. */
interface Figures {
  taken: number
  refused: number
  forgotten: number
}

/** Tokens at `nowMs`: refilled evenly over the window, never more than the limit. */
function refilled(bucket: Bucket, nowMs: number): number {
  // A bucket from another server may be of a time that is still to come here.
  const passedMs = Math.max(0, nowMs - bucket.updatedMs)
  return Math.min(bucket.limit, bucket.tokens + (passedMs * bucket.limit) / bucket.windowMs)
}

const takeCommand = (figures: Figures) =>
  defineCommand({
    name: 'RL.TAKE',
    summary: 'Takes tokens from a bucket, which is made full when it does not exist.',
    since: '1.0.0',
    complexity: 'O(1)',
    flags: ['write', 'denyoom', 'fast'],
    acl: ['ratelimit'],
    args: {
      key: arg.key({ access: 'RW' }),
      limit: arg.integer({ min: 1 }),
      windowMs: arg.integer({ min: 1, max: WINDOW_MS_MAX }),
      cost: arg.optional(arg.after('COST', arg.integer({ min: 1 })), 1),
    },
    reply: reply.array([reply.integer('1 when the tokens were taken, else 0'), reply.integer('milliseconds to wait, or 0')]),
    handler(ctx, { key, limit, windowMs, cost }) {
      if (cost > limit) return reply.error('ERR COST is more than the bucket can hold')
      const entry = ctx.key(key)
      const bucket = entry.getValue(bucketType) ?? { tokens: limit, updatedMs: ctx.nowMs, limit, windowMs }
      const tokens = refilled({ ...bucket, limit, windowMs }, ctx.nowMs)
      const taken = tokens >= cost
      const left = taken ? tokens - cost : tokens
      entry.setValue(bucketType, { tokens: left, updatedMs: ctx.nowMs, limit, windowMs })
      // A full bucket need not be remembered.
      const fullInMs = Math.ceil(((limit - left) * windowMs) / limit)
      entry.setExpiryMs(ctx.nowMs + fullInMs + Number(ctx.config('refill-ms')))
      if (taken) figures.taken++
      else figures.refused++
      return [taken ? 1 : 0, taken ? 0 : Math.ceil(((cost - tokens) * windowMs) / limit)]
    },
  })

const peek = defineCommand({
  name: 'RL.PEEK',
  summary: 'Returns the whole tokens in a bucket.',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['ratelimit'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.oneOf([reply.integer('tokens'), reply.nil('no such bucket')]),
  handler(ctx: Context, { key }) {
    const bucket = ctx.key(key).getValue(bucketType)
    return bucket === undefined ? null : Math.floor(refilled(bucket, ctx.nowMs))
  },
})

/** A module of its own for each engine: `modules: [ratelimit()]`, or `loadmodule`, which calls it. */
export default function ratelimit(): ModuleDefinition {
  const figures: Figures = { taken: 0, refused: 0, forgotten: 0 }
  return defineModule({
    name: 'ratelimit',
    version: '1.0.0',
    api: 1,
    aclCategories: ['ratelimit'],
    types: [bucketType],
    commands: [takeCommand(figures), peek],
    config: {
      'refill-ms': {
        type: 'integer',
        summary: 'How long a bucket is kept after it is full again, milliseconds.',
        default: 1000,
        min: 0,
        max: 3_600_000,
      },
    },
    info: { buckets: () => ({ ...figures }) },
    load(ctx) {
      ctx.onKeyEvent({ classes: ['expired', 'evicted'] }, () => {
        figures.forgotten++
      })
      ctx.log('notice', `keeps full buckets for ${ctx.config('refill-ms')} ms`)
    },
  })
}
