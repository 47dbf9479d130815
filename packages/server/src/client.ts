/**
 * A small client for programs and tests that want no library: commands in, values out, over any stream.
 *
 *     await client.send('SET', 'greeting', 'hello')      'OK'
 *     await client.send('GET', 'greeting')               'hello'
 *     await client.send('HGETALL', 'h')                  Map { 'field' => 'value' }
 *
 * Requests are pipelined: none waits for the reply to the one before it. An error reply rejects with ReplyError; one
 * within another reply is a value.
 */

import type { Duplex } from 'node:stream'
import {
  encodeRequest,
  NEED_MORE,
  PROTOCOL_ERROR,
  type Reply,
  ReplyError,
  ReplyParser,
  type RequestArgument,
  type SimpleValue,
  simpleValue,
} from '@kvasir/protocol'

/** What a reply is in JavaScript; strings are text. */
export type Value = SimpleValue<string>

export interface ClientOptions {
  /** Protocol version; 3 unless said otherwise. */
  readonly resp?: 2 | 3
  readonly user?: string
  readonly password?: string
}

interface Waiting {
  readonly resolve: (reply: Reply<string>) => void
  readonly reject: (error: Error) => void
  /** `subscribe` and the like, for commands that are answered by a confirmation for each name; else empty. */
  readonly confirms: string
  /** Confirmations still to come; NaN until nothing is left, for those that unsubscribe from everything. */
  confirmations: number
}

/** Commands that are answered by confirmations, one for each channel or pattern: with RESP3 by pushes. */
const CONFIRMED = /^([sp]?)(un)?subscribe$/
const MESSAGE = /^[sp]?message$/

export class Client {
  readonly stream: Duplex
  /** Gets what the server sends unasked: messages of channels; with RESP3 invalidations, too. */
  onPush: ((push: readonly Value[]) => void) | undefined
  readonly #resp: 2 | 3
  readonly #parser = new ReplyParser({ strings: 'text' })
  readonly #waiting: Waiting[] = []
  /** What it is subscribed to: `p news.*` a pattern, `s orders` a shard channel, ` news` a channel. */
  readonly #subscribed = new Set<string>()
  #error: Error | undefined

  /** @param stream connected, such as `server.connect()` or a socket of node:net */
  constructor(stream: Duplex, options: ClientOptions = {}) {
    this.stream = stream
    this.#resp = options.resp ?? 3
    stream.on('data', (bytes: Uint8Array) => this.#receive(bytes))
    stream.on('error', (error: Error) => this.#end(error))
    stream.on('close', () => this.#end(new Error('the connection is closed')))
    const { user = 'default', password } = options
    const credentials = password === undefined ? [] : ['AUTH', user, password]
    // What is wrong with the greeting shows in the first command, too, or in the end of the connection.
    if (this.#resp === 3) this.send('HELLO', 3, ...credentials).catch((error: Error) => this.#end(error))
    else if (password !== undefined) this.send('AUTH', user, password).catch((error: Error) => this.#end(error))
  }

  /** Sends a command. @returns its reply; an error reply rejects */
  async send<T extends Value = Value>(...words: readonly RequestArgument[]): Promise<T> {
    const reply = await this.sendTyped(...words)
    const value = simpleValue(reply)
    if (value instanceof ReplyError) throw value
    return value as T
  }

  /** As `send`, with the types that the protocol has; an error reply is a value. */
  sendTyped(...words: readonly RequestArgument[]): Promise<Reply<string>> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) return reject(this.#error)
      const name = String(words[0]).toLowerCase()
      const confirms = CONFIRMED.test(name) ? name : ''
      const confirmations = words.length > 1 ? words.length - 1 : Number.NaN
      this.#waiting.push({ resolve, reject, confirms, confirmations })
      this.stream.write(encodeRequest(words))
    })
  }

  #receive(bytes: Uint8Array): void {
    this.#parser.write(bytes)
    for (;;) {
      const found = this.#parser.parse()
      if (found === NEED_MORE) return
      if (found === PROTOCOL_ERROR) {
        this.#end(new Error(`the server sent what is no reply: ${this.#parser.error}`))
        this.stream.destroy()
        return
      }
      const { reply } = this.#parser
      const items = reply.type === 'push' || reply.type === 'array' ? reply.value : NO_ITEMS
      const kind = items[0]?.type === 'bulk' ? items[0].value : ''
      if (this.#waiting[0]?.confirms === kind && kind !== '') this.#confirm(kind, items, reply)
      else if (reply.type === 'push' || this.#isMessage(kind)) this.onPush?.(simpleValue(reply) as Value[])
      else this.#waiting.shift()?.resolve(reply)
    }
  }

  /** With RESP2 a subscriber's messages look like replies, of which it gets no others that begin so. */
  #isMessage(kind: string): boolean {
    return this.#resp === 2 && this.#subscribed.size > 0 && MESSAGE.test(kind)
  }

  /** One of the answers to a command: `subscribe`, the channel, how many there are now. */
  #confirm(kind: string, [, name]: readonly Reply<string>[], reply: Reply<string>): void {
    const waiting = this.#waiting[0] as Waiting
    const [, prefix = '', isUndone] = CONFIRMED.exec(kind) ?? []
    const key = `${prefix} ${name?.type === 'bulk' ? name.value : ''}`
    if (isUndone === undefined) this.#subscribed.add(key)
    else this.#subscribed.delete(key)
    const isLast = Number.isNaN(waiting.confirmations)
      ? ![...this.#subscribed].some((each) => each.startsWith(`${prefix} `))
      : --waiting.confirmations === 0
    if (!isLast) return
    this.#waiting.shift()
    waiting.resolve(reply)
  }

  #end(error: Error): void {
    this.#error ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#error)
  }

  /** Ends the connection; replies that have not come are given up. */
  close(): void {
    this.#end(new Error('the connection is closed'))
    this.stream.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

const NO_ITEMS: readonly Reply<string>[] = []
