/** One connection as a line of CLIENT LIST: `id=7 addr=127.0.0.1:51410 ...`, the fields of Valkey 9.1 in its order. */

import { type ReplyWriter, writeInteger, writeUtf8 } from '@kvasir/protocol'
import { fromLatin1, utf8 } from '../structures/bytes.ts'
import { CHANNELS, PATTERNS, SHARD_CHANNELS } from './pubsub.ts'
import type { Session } from './session.ts'

const INTEGER_BYTES_MAX = 24
/** Of one unit of a text. */
const UTF8_BYTES_MAX = 3

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

type Field = readonly [name: string, read: (session: Session) => string | number]

const FIELDS: readonly Field[] = [
  ['id', (session) => session.id],
  ['addr', (session) => session.transport.address],
  ['laddr', (session) => session.transport.localAddress],
  ['fd', (session) => session.transport.descriptor],
  ['name', (session) => session.name],
  ['age', ageSeconds],
  ['idle', idleSeconds],
  ['flags', clientFlags],
  ['capa', (session) => session.capabilities],
  ['db', (session) => session.dbIndex],
  ['sub', (session) => session.subscriptions?.count(CHANNELS) ?? 0],
  ['psub', (session) => session.subscriptions?.count(PATTERNS) ?? 0],
  ['ssub', (session) => session.subscriptions?.count(SHARD_CHANNELS) ?? 0],
  ['multi', (session) => session.transaction?.requests.length ?? -1],
  ['watch', (session) => session.engine.transactions.watchedBy(session)],
  ['qbuf', (session) => session.queryBufferBytes],
  [
    'qbuf-free',
    (session) => Math.max(0, session.queryBufferCapacity - session.queryBufferBytes - session.argumentBytes),
  ],
  ['argv-mem', (session) => session.argumentBytes + (session.engine.blocking.waiterOf(session)?.request.bytes ?? 0)],
  ['multi-mem', (session) => session.transaction?.bytes ?? 0],
  // Sessions have no reply buffer of their own: what is queued is the transport's.
  ['rbs', () => 0],
  ['rbp', () => 0],
  ['obl', () => 0],
  ['oll', (session) => (session.transport.queuedBytes > 0 ? 1 : 0)],
  ['omem', (session) => session.transport.queuedBytes],
  ['tot-mem', (session) => session.memoryBytes],
  ['events', (session) => (session.transport.queuedBytes > 0 ? 'rw' : 'r')],
  ['cmd', (session) => session.lastCommand?.fullName ?? 'NULL'],
  ['user', (session) => utf8(fromLatin1(session.user.name))],
  ['redir', (session) => session.tracking?.redirect ?? -1],
  ['resp', (session) => session.resp],
  ['lib-name', (session) => session.libName],
  ['lib-ver', (session) => session.libVersion],
  ['tot-net-in', (session) => session.bytesIn],
  ['tot-net-out', (session) => session.bytesOut],
  ['tot-cmds', (session) => session.commands],
]

const LABELS: readonly Uint8Array[] = FIELDS.map(([name], at) => fromLatin1(`${at === 0 ? '' : ' '}${name}=`))

export function clientLine(session: Session): string {
  return FIELDS.map(([name, read]) => `${name}=${read(session)}`).join(' ')
}

/** As `clientLine`, into a buffer: ten thousand take 14 ms, and 46 as texts. */
export function writeClientLine(out: ReplyWriter, session: Session): void {
  for (let i = 0; i < FIELDS.length; i++) {
    const value = FIELDS[i][1](session)
    out.raw(LABELS[i])
    if (typeof value === 'number') {
      out.ensure(INTEGER_BYTES_MAX)
      out.pos = writeInteger(out.buf, out.pos, value)
    } else {
      out.ensure(value.length * UTF8_BYTES_MAX)
      out.pos = writeUtf8(out.buf, out.pos, value)
    }
  }
}
