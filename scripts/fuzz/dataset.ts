/** A dataset through reading commands: every key with its type, its encoding, its time and its elements. */

import type { Words } from './command-spec.ts'
import { sameEncoding, sameTime } from './comparisons.ts'
import { isError, pairs, parseReply, type Reply, texts, written } from './reply.ts'
import type { Target } from './target.ts'

export interface KeyView {
  readonly type: string
  readonly encoding: string
  /** ms since 1970; -1 for never. */
  readonly expiryMs: number
  /** The elements, in order where they have one, else sorted. */
  readonly content: string
  /** Of a hash, sorted. */
  readonly fields: readonly string[]
  /** Times of fields, in their order, or within a stream: compared with a tolerance. */
  readonly times: readonly number[]
}

/** Reading commands by type. */
const CONTENT: Readonly<Record<string, (key: string) => Words[]>> = {
  string: (key) => [['GET', key]],
  list: (key) => [['LRANGE', key, '0', '-1']],
  set: (key) => [['SMEMBERS', key]],
  hash: (key) => [['HGETALL', key]],
  zset: (key) => [['ZRANGE', key, '0', '-1', 'WITHSCORES']],
  stream: (key) => [
    ['XRANGE', key, '-', '+'],
    ['XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'],
  ],
}

/** Later times are points in time; smaller numbers are counts. */
const TIME_MIN = 100_000_000_000
/** What XINFO tells of how a stream is kept. */
const INTERNAL = new Set(['radix-tree-keys', 'radix-tree-nodes'])

/** A stream's state, with its times taken out. */
function withoutTimes(reply: Reply, times: number[]): string {
  if (reply.type === ':' && Number(reply.text) > TIME_MIN && Number(reply.text) < Number.MAX_SAFE_INTEGER) {
    times.push(Number(reply.text))
    return 'time'
  }
  const { items } = reply
  if (items === undefined) return written(reply)
  const parts: string[] = []
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Reply
    if (INTERNAL.has(item.text)) i++
    else parts.push(withoutTimes(item, times))
  }
  return `[${parts.join(' ')}]`
}

function contentOf(type: string, replies: readonly Reply[], times: number[]): string {
  const [first] = replies
  if (first === undefined) return ''
  if (type === 'set') return texts(first).map(quoted).sort().join('\n')
  if (type === 'hash') {
    const fields = pairs(first.items ?? []).map(([field, value]) => `${quoted(field.text)} ${quoted(value.text)}`)
    return fields.sort().join('\n')
  }
  if (type === 'stream')
    return replies.map((reply, i) => (i === 0 ? written(reply) : withoutTimes(reply, times))).join('\n')
  return written(first)
}

const quoted = (text: string): string => JSON.stringify(text)

/** @returns the keys of the database that the RESP2 connection has selected, sorted */
export async function keysOf(target: Target): Promise<string[]> {
  const [keys = ''] = await target.send(2, [['KEYS', '*']])
  return texts(parseReply(keys)).sort()
}

/** @param fieldTimes whether HPEXPIRETIME is known */
export async function viewKeys(target: Target, keys: readonly string[], fieldTimes: boolean): Promise<KeyView[]> {
  if (keys.length === 0) return []
  const heads = await target.send(
    2,
    keys.flatMap((key) => [
      ['TYPE', key],
      ['OBJECT', 'ENCODING', key],
      ['PEXPIRETIME', key],
    ]),
  )
  const head = (key: number, part: number): string => parseReply(heads[key * 3 + part] as string).text
  const asked = keys.map((key, i) => CONTENT[head(i, 0)]?.(key) ?? [])
  const commands = asked.flat()
  const replies = commands.length === 0 ? [] : (await target.send(2, commands)).map(parseReply)
  const views: KeyView[] = []
  for (const i of keys.keys()) {
    const mine = replies.splice(0, asked[i]?.length ?? 0)
    const times: number[] = []
    const type = head(i, 0)
    const content = contentOf(type, mine, times)
    const fields =
      type === 'hash'
        ? pairs(mine[0]?.items ?? [])
            .map(([field]) => field.text)
            .sort()
        : []
    views.push({ type, encoding: head(i, 1), expiryMs: Number(head(i, 2)), content, fields, times })
  }
  return fieldTimes ? withFieldTimes(target, keys, views) : views
}

/** Asks for the times of all fields of all hashes at once. */
async function withFieldTimes(target: Target, keys: readonly string[], views: KeyView[]): Promise<KeyView[]> {
  const hashes = views.map(({ type }, i) => (type === 'hash' ? i : -1)).filter((i) => i >= 0)
  const commands = hashes.map((i) => {
    const fields = (views[i] as KeyView).fields
    return ['HPEXPIRETIME', keys[i] as string, 'FIELDS', String(fields.length), ...fields]
  })
  const replies = await target.send(2, commands)
  for (const [n, i] of hashes.entries()) {
    const reply = parseReply(replies[n] as string)
    views[i] = { ...(views[i] as KeyView), times: isError(reply) ? [] : texts(reply).map(Number) }
  }
  return views
}

/** @returns what differs between two views of one key, or undefined */
export function differenceOf(a: KeyView, b: KeyView): [string, string, string] | undefined {
  for (const part of ['type', 'content'] as const) {
    if (a[part] !== b[part]) return [part, a[part], b[part]]
  }
  if (!sameEncoding(a.encoding, b.encoding)) return ['encoding', a.encoding, b.encoding]
  if (!sameTime(a.expiryMs, b.expiryMs)) return ['expiry', String(a.expiryMs), String(b.expiryMs)]
  if (a.times.length !== b.times.length || !a.times.every((time, i) => sameTime(time, b.times[i] as number))) {
    return ['times', a.times.join(' '), b.times.join(' ')]
  }
  return undefined
}
