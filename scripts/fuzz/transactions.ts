/**
 * Transactions: WATCH, MULTI, commands of any family, EXEC or DISCARD; and how what an EXEC answers compares, command by
 * command.
 */

import { type CommandSpec, SLEEP, type Words } from './command-spec.ts'
import type { Draw } from './draw.ts'
import { specOf } from './families.ts'
import { splitReplies } from './reply.ts'

/** How often, of transactions or of the commands in them. */
const WATCHES = 0.5
const WATCHES_ELSEWHERE = 0.1
const EXPIRES_WATCHED = 0.01
const OTHER_CONNECTION = 0.3
const DISCARDED = 0.12
const STRAY = 0.02
const OTHER_DATABASE = 0.04
const COMMANDS_MAX = 12

/** Time to live of a watched key: sure not to be over before WATCH, which follows at once, and over after the sleep. */
const WATCHED_TTL_MS = 150
const WATCHED_SLEEP_MS = 200

interface Drawn {
  readonly words: Words
  readonly spec: CommandSpec
}

export interface TransactionSource {
  /** Draws a command of any family. */
  command(): Drawn
  /** @param onOther on the other connection */
  add(words: Words, onOther?: boolean): void
}

export function drawTransaction(draw: Draw, source: TransactionSource): void {
  if (draw.chance(WATCHES)) drawWatch(draw, source)
  source.add(['MULTI'])
  for (let i = draw.few(COMMANDS_MAX); i > 0; i--) {
    if (draw.chance(STRAY)) source.add(stray(draw))
    const { words, spec } = source.command()
    if (!isCertain(words, spec)) continue
    const elsewhere = draw.chance(OTHER_DATABASE)
    if (elsewhere) source.add(['SELECT', '1'])
    // A command that would wait elsewhere does not in a transaction.
    const mayWait = isBlocking(words) && draw.chance(0.5)
    if (!mayWait) for (const ahead of spec.ahead?.(words) ?? []) source.add(ahead)
    source.add(words)
    if (elsewhere) source.add(['SELECT', '0'])
  }
  source.add([draw.chance(DISCARDED) ? 'DISCARD' : 'EXEC'])
}

/**
 * Whether what a command does and answers is known without a look at its reply, which comes only with EXEC's. SORT's is
 * only behind what goes ahead of it.
 */
function isCertain(words: Words, { cursorAt, settle, lead }: CommandSpec): boolean {
  const [name = ''] = words
  if (cursorAt !== undefined || name === 'DEBUG' || name.startsWith('SORT')) return false
  return settle?.(words) === undefined && lead?.(words) === undefined
}

const isBlocking = ([name = '']: Words): boolean => /^(B[LRZ]|XREAD)/.test(name)

/** Watches every word of a command, which is then run: some of them are keys that it changes, or only seems to. */
function drawWatch(draw: Draw, { command, add }: TransactionSource): void {
  const { words, spec } = command()
  if (draw.chance(EXPIRES_WATCHED)) {
    const key = draw.anyKey()
    const expire = ['PEXPIRE', key, String(WATCHED_TTL_MS)]
    const watch = ['WATCH', key]
    // The first sleep ends the batch, so that both servers see PEXPIRE and WATCH together.
    for (const step of [[SLEEP, '1'], expire, watch, [SLEEP, String(WATCHED_SLEEP_MS)]]) add(step)
    return
  }
  for (const ahead of spec.ahead?.(words) ?? []) add(ahead)
  const watched = words.length > 1 ? words.slice(1) : [draw.anyKey()]
  const elsewhere = draw.chance(WATCHES_ELSEWHERE)
  if (elsewhere) add(['SELECT', '1'])
  add(['WATCH', ...watched])
  if (elsewhere) add(['SELECT', '0'])
  if (draw.chance(0.7)) add(words, draw.chance(OTHER_CONNECTION))
  if (draw.chance(STRAY)) add(['UNWATCH'])
}

/** What has no business in a transaction. */
function stray(draw: Draw): Words {
  return draw.pick([['MULTI'], ['WATCH', draw.anyKey()], ['UNWATCH'], ['EXEC', 'x'], ['DISCARD', 'x'], ['NOSUCH']])
}

/** A request, as it is compared. */
export interface Queued {
  readonly words: Words
  readonly spec: CommandSpec | undefined
  /** Known once its own reply has come. */
  isQueued: boolean
}

/** Which connections are in a transaction, and what they have queued, as far as the words alone tell. */
export class OpenTransactions {
  readonly #queues = new Map<2 | 3, Queued[]>()

  /** To be told of every command that is sent. @returns of an EXEC or DISCARD what it ends; whether it is queued */
  take(protocol: 2 | 3, words: Words): { readonly queued?: Queued; readonly ended?: readonly Queued[] } {
    const queue = this.#queues.get(protocol)
    const name = words[0]?.toUpperCase()
    const isWhole = words.length === 1
    if (queue === undefined) {
      if (name === 'MULTI' && isWhole) this.#queues.set(protocol, [])
      return {}
    }
    // EXEC with arguments ends the transaction too.
    if (name === 'EXEC' || (name === 'DISCARD' && isWhole)) {
      this.#queues.delete(protocol)
      return { ended: queue }
    }
    const queued = { words, spec: specOf(words), isQueued: false }
    queue.push(queued)
    return { queued }
  }

  clear(): void {
    this.#queues.clear()
  }
}

export interface QueuedReplies {
  readonly request: Queued
  readonly ours: string
  readonly peer: string
}

/** @returns the replies within two EXECs' replies, command by command; undefined when they cannot be laid side by side */
export function queuedReplies(queue: readonly Queued[], ours: string, peer: string): QueuedReplies[] | undefined {
  const requests = queue.filter(({ isQueued }) => isQueued)
  const head = `*${requests.length}\r\n`
  if (!ours.startsWith(head) || !peer.startsWith(head)) return undefined
  const [a, b] = [splitReplies(ours.slice(head.length)).replies, splitReplies(peer.slice(head.length)).replies]
  return requests.map((request, i) => ({ request, ours: a[i] ?? '', peer: b[i] ?? '' }))
}
