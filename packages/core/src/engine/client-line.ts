/** One connection as a line of CLIENT LIST: `id=7 addr=127.0.0.1:51410 ...`, the fields of Valkey 9.1 in its order. */

import { fromLatin1, utf8 } from '../structures/bytes.ts'
import { CHANNELS, PATTERNS, SHARD_CHANNELS } from './pubsub.ts'
import type { Session } from './session.ts'

const secondsSince = (nowMs: number, thenMs: number): number => Math.max(0, Math.floor((nowMs - thenMs) / 1000))

export const ageSeconds = (session: Session): number => secondsSince(session.engine.nowMs, session.createdMs)
export const idleSeconds = (session: Session): number => secondsSince(session.engine.nowMs, session.lastInteractionMs)

/** The connection's state, a letter each; `N` for none. */
export function clientFlags(session: Session): string {
  let flags = ''
  if (session.outputClass === 'replica') flags += 'S'
  if (session.isMonitor) flags += 'O'
  if (session.outputClass === 'pubsub') flags += 'P'
  if (session.transaction !== undefined) flags += 'x'
  if (session.blocked) flags += 'b'
  if (session.engine.transactions.isDirty(session)) flags += 'd'
  if (session.tracking !== undefined) flags += 't'
  if (session.tracking?.isRedirectBroken) flags += 'R'
  if (session.tracking?.bcast) flags += 'B'
  if (session.closing) flags += session.isProtected ? 'A' : 'c'
  if (session.transport.kind === 'unix') flags += 'U'
  if (session.readsReplicas) flags += 'r'
  if (session.noEvict) flags += 'e'
  if (session.noTouch) flags += 'T'
  if (session.importSource) flags += 'I'
  return flags === '' ? 'N' : flags
}

export function clientLine(session: Session): string {
  const { transport, subscriptions, queryBufferBytes, queryBufferCapacity, argumentBytes } = session
  const { queuedBytes } = transport
  const waitingBytes = session.engine.blocking.waiterOf(session)?.request.bytes ?? 0
  const fields: readonly (readonly [name: string, value: string | number])[] = [
    ['id', session.id],
    ['addr', transport.address],
    ['laddr', transport.localAddress],
    ['fd', transport.descriptor],
    ['name', session.name],
    ['age', ageSeconds(session)],
    ['idle', idleSeconds(session)],
    ['flags', clientFlags(session)],
    ['capa', session.capabilities],
    ['db', session.dbIndex],
    ['sub', subscriptions?.count(CHANNELS) ?? 0],
    ['psub', subscriptions?.count(PATTERNS) ?? 0],
    ['ssub', subscriptions?.count(SHARD_CHANNELS) ?? 0],
    ['multi', session.transaction?.requests.length ?? -1],
    ['watch', session.engine.transactions.watchedBy(session)],
    ['qbuf', queryBufferBytes],
    ['qbuf-free', Math.max(0, queryBufferCapacity - queryBufferBytes - argumentBytes)],
    ['argv-mem', argumentBytes + waitingBytes],
    ['multi-mem', session.transaction?.bytes ?? 0],
    // Sessions have no reply buffer of their own: what is queued is the transport's.
    ['rbs', 0],
    ['rbp', 0],
    ['obl', 0],
    ['oll', queuedBytes > 0 ? 1 : 0],
    ['omem', queuedBytes],
    ['tot-mem', session.memoryBytes],
    ['events', queuedBytes > 0 ? 'rw' : 'r'],
    ['cmd', session.lastCommand?.fullName ?? 'NULL'],
    ['user', utf8(fromLatin1(session.user.name))],
    ['redir', session.tracking?.redirect ?? -1],
    ['resp', session.resp],
    ['lib-name', session.libName],
    ['lib-ver', session.libVersion],
    ['tot-net-in', session.bytesIn],
    ['tot-net-out', session.bytesOut],
    ['tot-cmds', session.commands],
  ]
  return fields.map(([name, value]) => `${name}=${value}`).join(' ')
}
