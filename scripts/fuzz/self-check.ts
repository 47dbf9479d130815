/** Whether a server agrees with itself: what reading commands say of one key, and of all keys, must fit together. */

import { AUDIT, type Words } from './command-spec.ts'
import { keysOf } from './dataset.ts'
import { type Difference, walk } from './duel.ts'
import { parseReply, type Reply } from './reply.ts'
import type { Target } from './target.ts'

type Found = Omit<Difference, 'at'>

interface Fact {
  readonly command: Words
  /** The number that it stands for. */
  readonly number: (reply: Reply) => number
}

const integer = (reply: Reply): number => Number(reply.text)
const length = (reply: Reply): number => reply.items?.length ?? Number.NaN
const half = (reply: Reply): number => length(reply) / 2

/** By type: commands that must come to the same number. */
const FACTS: Readonly<Record<string, (key: string) => Fact[]>> = {
  string: (key) => [
    { command: ['STRLEN', key], number: integer },
    { command: ['GET', key], number: (reply) => reply.text.length },
    { command: ['GETRANGE', key, '0', '-1'], number: (reply) => reply.text.length },
  ],
  hash: (key) => [
    { command: ['HLEN', key], number: integer },
    { command: ['HGETALL', key], number: half },
    { command: ['HKEYS', key], number: length },
    { command: ['HVALS', key], number: length },
  ],
  list: (key) => [
    { command: ['LLEN', key], number: integer },
    { command: ['LRANGE', key, '0', '-1'], number: length },
  ],
  set: (key) => [
    { command: ['SCARD', key], number: integer },
    { command: ['SMEMBERS', key], number: length },
    { command: ['SINTER', key, key], number: length },
    { command: ['SRANDMEMBER', key, '1000000'], number: length },
  ],
  zset: (key) => [
    { command: ['ZCARD', key], number: integer },
    { command: ['ZRANGE', key, '0', '-1'], number: length },
    { command: ['ZREVRANGE', key, '0', '-1', 'WITHSCORES'], number: half },
    { command: ['ZRANGEBYSCORE', key, '-inf', '+inf'], number: length },
    { command: ['ZCOUNT', key, '-inf', '+inf'], number: integer },
  ],
  stream: (key) => [
    { command: ['XLEN', key], number: integer },
    { command: ['XRANGE', key, '-', '+'], number: length },
    { command: ['XREVRANGE', key, '+', '-'], number: length },
  ],
}

const SCANS: Readonly<Record<string, string>> = { hash: 'HSCAN', set: 'SSCAN', zset: 'ZSCAN' }

/** @returns what does not fit in the database that the RESP2 connection has selected */
export async function agreement(target: Target): Promise<Found | undefined> {
  const keys = await keysOf(target)
  // SCAN comes by keys whose time is over; DBSIZE counts them as long as nobody does.
  const scanned = await walk(target, 2, ['SCAN', '0', 'COUNT', '7'], 1)
  const [size = ''] = await target.send(2, [['DBSIZE']])
  const total = integer(parseReply(size))
  if (total !== keys.length || scanned.count !== total) {
    const counts = `DBSIZE ${total}, SCAN ${scanned.count}`
    return { words: [AUDIT, 'agreement'], ours: counts, peer: `KEYS * ${keys.length}` }
  }
  for (const key of keys) {
    const found = await keyAgreement(target, key)
    if (found !== undefined) return found
  }
  return undefined
}

async function keyAgreement(target: Target, key: string): Promise<Found | undefined> {
  const [type = ''] = await target.send(2, [['TYPE', key]])
  const name = parseReply(type).text
  const facts = FACTS[name]?.(key) ?? []
  if (facts.length === 0) return undefined
  const replies = (
    await target.send(
      2,
      facts.map(({ command }) => command),
    )
  ).map(parseReply)
  const numbers = facts.map(({ number }, i) => number(replies[i] as Reply))
  const told = facts.map(
    ({ command }, i) => `${command[0]} ${replies[i]?.type === '-' ? replies[i]?.text : numbers[i]}`,
  )
  const scan = SCANS[name]
  if (scan !== undefined) {
    const { count } = await walk(target, 2, [scan, key, '0', 'COUNT', '5'], 2)
    numbers.push(count)
    told.push(`${scan} ${count}`)
  }
  if (numbers.every((number) => number === numbers[0])) return undefined
  return { words: [AUDIT, `${name} agreement`, key], ours: told.join(', '), peer: 'one number' }
}
