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
  for (const [i, key] of our.entries()) {
    const found = (await carry(peer, ours, key, a[i] as KeyView)) ?? (await carry(ours, peer, key, b[i] as KeyView))
    if (found !== undefined) return found
  }
  return undefined
}

/** Carries a value over and compares it with the one that is there. */
async function carry(from: Target, to: Target, key: string, expected: KeyView): Promise<Found | undefined> {
  const [dump = ''] = await from.send(2, [['DUMP', key]])
  const payload = parseReply(dump)
  const what = `${from.title}'s DUMP of a ${expected.type} at ${to.title}`
  if (payload.type !== '$') return { words: [AUDIT, what, key], ours: dump, peer: expected.content }
  const [restored = ''] = await to.send(2, [['RESTORE', GUEST, '0', payload.text, 'REPLACE']])
  if (restored !== '+OK\r\n') return { words: [AUDIT, what, key], ours: restored, peer: expected.content }
  const [view] = await viewKeys(to, [GUEST], expected.times.length > 0)
  await to.send(2, [['DEL', GUEST]])
  // Where the servers' limits were changed after the value was made, the encoding may be another one.
  const wanted = { ...expected, expiryMs: -1, encoding: (view as KeyView).encoding }
  const found = differenceOf(view as KeyView, wanted)
  return found && { words: [AUDIT, `${what}, ${found[0]}`, key], ours: found[1], peer: found[2] }
}
