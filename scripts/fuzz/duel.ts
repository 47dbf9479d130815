/**
 * Duel: one sequence of commands on two servers, every reply compared. Commands go in batches, one round trip for
 * hundreds; a batch ends where the protocol changes or where a command needs its reply before the next one is known.
 *
 * What may differ between two correct servers is said by each command's spec (command-spec.ts). Replies are compared as
 * bytes first; only those that differ are taken apart.
 */

import { isAccepted } from './accepted.ts'
import { type Asked, AUDIT, type CommandSpec, SLEEP, type Step, type Words } from './command-spec.ts'
import { ACL_USERS } from './families/acl.ts'
import { specOf } from './families.ts'
import { isError, parseReply, type Reply, texts, written } from './reply.ts'
import type { Target } from './target.ts'
import { OpenTransactions, type Queued, queuedReplies } from './transactions.ts'

const BATCH_COUNT_MAX = 200
/** Rounds of a SCAN, after which it counts as endless. */
const SCAN_ROUNDS_MAX = 20_000

/** Two replies that should mean the same, or a broken promise. */
export interface Difference {
  /** Which step of the sequence. */
  readonly at: number
  readonly words: Words
  readonly ours: string
  readonly peer: string
}

/** What a sequence is run on: two servers, or one engine with its invariants. */
export interface Arena {
  /** Empties everything and gives every setting its first value again. */
  reset(): Promise<void>
  /** @returns the first difference */
  run(steps: readonly Step[]): Promise<Difference | undefined>
  /** Commands sent so far, to all servers together. */
  readonly commandCount: number
}

/** @returns what is wrong */
export type Audit = (ours: Target, peer: Target) => Promise<Omit<Difference, 'at'> | undefined>

/** A command on its way, with the reading command that goes before it. */
interface Pending {
  readonly at: number
  readonly words: Words
  readonly spec: CommandSpec | undefined
  readonly before: Words | undefined
  /** Within a transaction. */
  readonly queued?: Queued
  /** Of EXEC and DISCARD: what was queued. */
  readonly ended?: readonly Queued[]
}

/** Leaves a transaction, should an episode have ended within one, and takes away the users that it made. */
export const LEAVE: readonly Words[] = [['DISCARD'], ['UNWATCH'], ['SELECT', '0'], ['ACL', 'DELUSER', ...ACL_USERS]]

export class Duel implements Arena {
  commandCount = 0
  readonly #ours: Target
  readonly #peer: Target
  readonly #audit: Audit
  /** Commands that reset every setting. */
  readonly #reset: readonly Words[]
  readonly #transactions = new OpenTransactions()
  #pending: Pending[] = []
  #protocol: 2 | 3 = 2

  constructor(ours: Target, peer: Target, reset: readonly Words[], audit: Audit) {
    this.#ours = ours
    this.#peer = peer
    this.#reset = reset
    this.#audit = audit
  }

  async reset(): Promise<void> {
    await this.#both(3, LEAVE)
    await this.#both(2, [...LEAVE, ...this.#reset, ['FLUSHALL']])
    this.#transactions.clear()
  }

  async run(steps: readonly Step[]): Promise<Difference | undefined> {
    this.#pending = []
    for (const [at, { words, protocol }] of steps.entries()) {
      if (protocol !== this.#protocol || this.#pending.length >= BATCH_COUNT_MAX) {
        const difference = await this.#flush()
        if (difference !== undefined) return difference
        this.#protocol = protocol
      }
      const isOwn = words[0]?.startsWith('#') === true
      const transaction = isOwn ? {} : this.#transactions.take(protocol, words)
      if (transaction.queued !== undefined || transaction.ended !== undefined) {
        this.#pending.push({ at, words, spec: undefined, before: undefined, ...transaction })
        continue
      }
      const spec = specOf(words)
      const alone = isOwn || spec?.cursorAt !== undefined || spec?.lead?.(words) !== undefined
      if (!alone) this.#pending.push({ at, words, spec, before: spec?.before?.(words) })
      if (!alone && spec?.settle?.(words) === undefined) continue
      const difference = (await this.#flush()) ?? (alone ? await this.#special(at, words, spec) : undefined)
      if (difference !== undefined) return difference
    }
    return this.#flush()
  }

  async #both(protocol: 2 | 3, commands: readonly Words[]): Promise<readonly [string[], string[]]> {
    this.commandCount += commands.length * 2
    // The peer works while the engine in this process does.
    const peer = this.#peer.send(protocol, commands)
    peer.catch(() => {})
    return [await this.#ours.send(protocol, commands), await peer]
  }

  /** Sends what is pending and compares. */
  async #flush(): Promise<Difference | undefined> {
    const pending = this.#pending
    if (pending.length === 0) return undefined
    this.#pending = []
    const commands: Words[] = []
    for (const { before, words } of pending) {
      if (before !== undefined) commands.push(before)
      commands.push(words)
    }
    let ours: string[]
    let peer: string[]
    try {
      ;[ours, peer] = await this.#both(this.#protocol, commands)
    } catch (error) {
      const { at, words } = pending.at(-1) as Pending
      return { at, words, ours: '', peer: `${error}` }
    }
    let i = 0
    for (const one of pending) {
      let asked: Asked = { words: one.words }
      if (one.before !== undefined) asked = { words: one.words, before: parseReply(ours[i++] as string) }
      const [a, b] = [ours[i] as string, peer[i] as string]
      i++
      if (one.queued !== undefined) one.queued.isQueued = a.startsWith('+QUEUED')
      const difference = a === b ? undefined : differenceOf(one, asked, a, b)
      if (difference !== undefined) return difference
      // Only the last command of a batch can have something to settle.
      const commands = one.spec?.settle?.(one.words)?.(parseReply(a), parseReply(b)) ?? []
      if (commands.length > 0) await this.#both(this.#protocol, commands)
    }
    return undefined
  }

  async #special(at: number, words: Words, spec: CommandSpec | undefined): Promise<Difference | undefined> {
    try {
      if (words[0] === SLEEP) {
        const ms = Number(words[1])
        await Promise.all([this.#ours.sleep(ms), this.#peer.sleep(ms)])
        return undefined
      }
      if (words[0] === AUDIT) {
        const found = await this.#audit(this.#ours, this.#peer)
        return found && { at, ...found }
      }
      if (spec?.cursorAt !== undefined) return await this.#walk(at, words, spec.cursorAt)
      return await this.#leadAndFollow(at, words, spec as CommandSpec)
    } catch (error) {
      return { at, words, ours: '', peer: `${error}` }
    }
  }

  /** Asks one server, by turns, and the other one accordingly. */
  async #leadAndFollow(at: number, words: Words, spec: CommandSpec): Promise<Difference | undefined> {
    const order = at % 2 === 0 ? [this.#ours, this.#peer] : [this.#peer, this.#ours]
    const [first, second] = order as [Target, Target]
    const [lead = ''] = await first.send(this.#protocol, [words])
    const follow = spec.lead?.(words)?.(parseReply(lead)) ?? words
    const [reply = ''] = await second.send(this.#protocol, [follow])
    this.commandCount += 2
    const [ours, peer] = at % 2 === 0 ? [lead, reply] : [reply, lead]
    return ours === peer || same(ours, peer, spec, { words }) ? undefined : { at, words, ours, peer }
  }

  async #walk(at: number, words: Words, cursorAt: number): Promise<Difference | undefined> {
    const ours = await this.#walkOne(this.#ours, words, cursorAt)
    const peer = await this.#walkOne(this.#peer, words, cursorAt)
    return ours === peer ? undefined : { at, words, ours, peer }
  }

  /** @returns every element that a cursor leads to, in order and once each */
  async #walkOne(target: Target, words: Words, cursorAt: number): Promise<string> {
    const { rounds, text } = await walk(target, this.#protocol, words, cursorAt)
    this.commandCount += rounds
    return text
  }
}

/** Follows a cursor from the first call to the end. */
export async function walk(
  target: Target,
  protocol: 2 | 3,
  words: Words,
  cursorAt: number,
): Promise<{ readonly rounds: number; readonly text: string; readonly count: number }> {
  const name = (words[0] as string).toUpperCase()
  const bare = words.some((word) => /^no(values|scores)$/i.test(word))
  const stride = (name === 'HSCAN' || name === 'ZSCAN') && !bare ? 2 : 1
  const seen = new Set<string>()
  const asked = [...words]
  for (let rounds = 1; ; rounds++) {
    const [bytes = ''] = await target.send(protocol, [asked])
    const reply = parseReply(bytes)
    const [cursor, elements] = reply.items ?? []
    if (cursor === undefined || elements === undefined) return { rounds, text: bytes, count: 0 }
    const list = texts(elements)
    for (let i = 0; i < list.length; i += stride)
      seen.add(
        list
          .slice(i, i + stride)
          .map(quoted)
          .join(' '),
      )
    if (cursor.text === '0') return { rounds, text: [...seen].sort().join('\n'), count: seen.size }
    if (rounds === SCAN_ROUNDS_MAX) return { rounds, text: `${target.title}: the cursor does not end`, count: -1 }
    asked[cursorAt] = cursor.text
  }
}

const quoted = (text: string): string => JSON.stringify(text)

function differenceOf(
  { at, words, spec, ended }: Pending,
  asked: Asked,
  ours: string,
  peer: string,
): Difference | undefined {
  const replies = queuedReplies(ended ?? [], ours, peer)
  if (replies === undefined) return same(ours, peer, spec, asked) ? undefined : { at, words, ours, peer }
  const parting = replies.find(
    ({ request, ours, peer }) => ours !== peer && !same(ours, peer, request.spec, { words: request.words }),
  )
  return parting && { at, words: [...words, ...parting.request.words], ours: parting.ours, peer: parting.peer }
}

function same(ours: string, peer: string, spec: CommandSpec | undefined, asked: Asked): boolean {
  if (isAccepted(asked.words, ours, peer)) return true
  if (spec?.compare === undefined || ours === '' || peer === '') return false
  const a: Reply = parseReply(ours)
  const b: Reply = parseReply(peer)
  if (isError(a) || isError(b)) return false
  return written(a) === written(b) || spec.compare(a, b, asked)
}
