/**
 * Comparisons of replies that need not be the same bytes, errors excepted. Where a comment says "accepted", ours is
 * known to differ from Valkey.
 */

import type { Asked, Compare } from './command-spec.ts'
import { isError, isNil, pairs, type Reply, texts, written } from './reply.ts'

const sorted = (list: readonly string[]): string => [...list].sort().join('\n')

const sameKind = (ours: Reply, peer: Reply): boolean =>
  ours.type === peer.type && (ours.items === undefined) === (peer.items === undefined) && !isError(ours)

/** Elements in any order. */
export const unordered: Compare = (ours, peer) =>
  sameKind(ours, peer) && sorted((ours.items ?? []).map(written)) === sorted((peer.items ?? []).map(written))

const writtenPair = ([key, value]: readonly [Reply, Reply]): string => `${written(key)} ${written(value)}`

/** Pairs in any order: one map, or one list with keys and values in turn. */
export const unorderedPairs: Compare = (ours, peer) =>
  sameKind(ours, peer) &&
  ours.items?.length === peer.items?.length &&
  sorted(pairs(ours.items ?? []).map(writtenPair)) === sorted(pairs(peer.items ?? []).map(writtenPair))

/** Only how many there are. */
export const sameCount: Compare = (ours, peer) => sameKind(ours, peer) && ours.items?.length === peer.items?.length

/** Any reply of the same type. */
export const sameType: Compare = (ours, peer) => ours.type === peer.type && !isError(ours)

/**
 * Accepted: a time to live beyond the year 10000 is the longest that an entry can hold, 2^48 ms after 1970. The
 * clamped figures are told from there on.
 */
const FAR_MS = 250_000_000_000_000

/**
 * Times, anywhere in the reply: not more than so many units apart; -1 and -2 stand for themselves.
 * @param unitMs 1 for milliseconds, 1000 for seconds
 */
export function within(tolerance: number, unitMs: number): Compare {
  const near: Compare = (ours, peer, asked) => {
    if (ours.items !== undefined && peer.items !== undefined) {
      const { items } = peer
      return ours.items.length === items.length && ours.items.every((item, i) => near(item, items[i] as Reply, asked))
    }
    if (written(ours) === written(peer)) return true
    if (ours.type !== ':' || peer.type !== ':') return false
    const [a, b] = [Number(ours.text), Number(peer.text)]
    if (a >= FAR_MS / unitMs && b >= FAR_MS / unitMs) return true
    return a >= 0 && b >= 0 && Math.abs(a - b) <= tolerance
  }
  return near
}

/** Milliseconds; what two servers may be apart under load. */
export const TOLERANCE_MS = 5000
export const nearMs = within(TOLERANCE_MS, 1)
export const nearSeconds = within(TOLERANCE_MS / 1000, 1000)

/** Whether two points in time, or none (-1), are as good as the same. */
export const sameTime = (a: number, b: number): boolean =>
  a === b || (a >= FAR_MS && b >= FAR_MS) || (a >= 0 && b >= 0 && Math.abs(a - b) <= TOLERANCE_MS)

const STRING_ENCODINGS = new Set(['int', 'embstr', 'raw'])
const LIST_ENCODINGS = new Set(['listpack', 'quicklist'])

/**
 * Accepted: which name a string's encoding has. Valkey decides between `embstr` and `raw` by the room that key, time to
 * live and value take together when the value is set, and calls what INCRBYFLOAT leaves `embstr`, whole or not. And
 * when a list that got smaller is a `listpack` again: that depends on how many nodes it has, and ours hold more.
 */
export const sameEncoding = (ours: string, peer: string): boolean =>
  ours === peer ||
  (STRING_ENCODINGS.has(ours) && STRING_ENCODINGS.has(peer)) ||
  (LIST_ENCODINGS.has(ours) && LIST_ENCODINGS.has(peer))

/** Members that either server chose at random, out of those that `before` listed. @param stride 2 when values follow */
function chosen(ours: Reply, peer: Reply, { words, before }: Asked, stride: number, distinct: boolean): boolean {
  if (isError(ours) || isError(peer) || isNil(ours) !== isNil(peer)) return false
  if (ours.type !== peer.type || ours.items?.length !== peer.items?.length) return false
  if (before === undefined || before.items === undefined) return true
  const all = new Set<string>()
  for (let i = 0; i < before.items.length; i += stride) all.add((before.items[i] as Reply).text)
  return [ours, peer].every((reply) => {
    const list = choices(reply, words)
    if (distinct && new Set(list).size !== list.length) return false
    return list.every((member) => all.has(member))
  })
}

/** The members in a random choice, whichever form it has: one, a list, a list with values, a list of pairs. */
export function choices(reply: Reply, words: readonly string[]): string[] {
  if (reply.items === undefined) return isNil(reply) || isError(reply) ? [] : [reply.text]
  if (reply.items[0]?.items !== undefined) return reply.items.map((pair) => pair.items?.[0]?.text ?? '')
  const list = texts(reply)
  return /^with/i.test(words.at(-1) ?? '') ? list.filter((_, i) => i % 2 === 0) : list
}

/** Random members: of a positive count, each only once. @param stride 2 when `before` lists values too */
export const randomMembers =
  (stride: number): Compare =>
  (ours, peer, asked) =>
    chosen(ours, peer, asked, stride, !(asked.words[2] ?? '').startsWith('-'))
