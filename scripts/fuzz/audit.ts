/**
 * Audit: two datasets compared key by key, and values carried from each server to the other with DUMP and RESTORE.
 */

import { AUDIT } from './command-spec.ts'
import { differenceOf, type KeyView, keysOf, viewKeys } from './dataset.ts'
import type { Audit, Difference } from './duel.ts'
import { parseReply } from './reply.ts'
import { agreement } from './self-check.ts'
import type { Target } from './target.ts'

const DATABASES = ['0', '1']
/** Where a value from the other server is put. */
const GUEST = 'guest of the audit'

type Found = Omit<Difference, 'at'>

export interface AuditOptions {
  /** Whether both know HPEXPIRETIME. */
  readonly fieldTimes: boolean
  /** Whether both know DUMP and RESTORE. */
  readonly carries: boolean
}

export function auditOf(options: AuditOptions): Audit {
  return async (ours, peer) => {
    for (const db of DATABASES) {
      await Promise.all([ours.send(2, [['SELECT', db]]), peer.send(2, [['SELECT', db]])])
      const found = (await compareDatabase(ours, peer, db, options)) ?? (await agreement(ours))
      await Promise.all([ours.send(2, [['SELECT', '0']]), peer.send(2, [['SELECT', '0']])])
      if (found !== undefined) return found
    }
    return undefined
  }
}

async function compareDatabase(
  ours: Target,
  peer: Target,
  db: string,
  options: AuditOptions,
): Promise<Found | undefined> {
  const [our, their] = await Promise.all([keysOf(ours), keysOf(peer)])
  if (JSON.stringify(our) !== JSON.stringify(their)) {
    const only = (a: string[], b: string[]): string => JSON.stringify(a.filter((key) => !b.includes(key)))
    return { words: [AUDIT, 'keys', `only in database ${db} of`], ours: only(our, their), peer: only(their, our) }
  }
  const [a, b] = await Promise.all([viewKeys(ours, our, options.fieldTimes), viewKeys(peer, our, options.fieldTimes)])
  for (const [i, key] of our.entries()) {
    const found = differenceOf(a[i] as KeyView, b[i] as KeyView)
    if (found !== undefined) return { words: [AUDIT, `${a[i]?.type} ${found[0]}`, key], ours: found[1], peer: found[2] }
  }
  if (!options.carries) return undefined
  return (await carry(peer, ours, our, a)) ?? (await carry(ours, peer, our, b))
}

/** A skip list that is as small as a listpack becomes one by RESTORE, in which zero has no sign. */
const carriedView = (view: KeyView): KeyView =>
  view.type === 'zset' ? { ...view, content: view.content.replace(/\$2:-0(?=[ \]])/g, '$1:0') } : view

/** Carries all values over and compares them with those that are there. */
async function carry(
  from: Target,
  to: Target,
  keys: readonly string[],
  expected: readonly KeyView[],
): Promise<Found | undefined> {
  if (keys.length === 0) return undefined
  const dumps = await from.send(
    2,
    keys.map((key) => ['DUMP', key]),
  )
  const guests = keys.map((key) => `${GUEST} ${key}`)
  const restores = guests.map((guest, i) => ['RESTORE', guest, '0', parseReply(dumps[i] as string).text])
  const restored = await to.send(2, restores)
  const views = await viewKeys(to, guests, true)
  await to.send(2, [['DEL', ...guests]])
  for (const [i, key] of keys.entries()) {
    const { type } = expected[i] as KeyView
    const words = [AUDIT, `${from.title}'s DUMP of a ${type} at ${to.title}`, key]
    if (restored[i] !== '+OK\r\n') return { words, ours: restored[i] as string, peer: expected[i]?.content as string }
    const view = carriedView(views[i] as KeyView)
    // Where the limits were changed after the value was made, the encoding may be another one.
    const wanted = { ...carriedView(expected[i] as KeyView), expiryMs: -1, encoding: view.encoding }
    const found = differenceOf(view, wanted)
    if (found !== undefined) return { words: [...words, found[0]], ours: found[1], peer: found[2] }
  }
  return undefined
}
