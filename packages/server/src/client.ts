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
  /** Confirmations still to come, for the commands whose replies are pushes. */
  pushes: number
}

/** With RESP3 their replies are pushes, one for each channel. */
const ANSWERED_BY_PUSHES = /^[sp]?(un)?subscribe$/i

export class Client {
  readonly stream: Duplex
  /** Gets what the server sends unasked: messages of channels, invalidations. With RESP3 only. */
  onPush: ((push: readonly Value[]) => void) | undefined
  readonly #resp: 2 | 3
  readonly #parser = new ReplyParser({ strings: 'text' })
  readonly #waiting: Waiting[] = []
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
      const isPushed = this.#resp === 3 && ANSWERED_BY_PUSHES.test(String(words[0]))
      this.#waiting.push({ resolve, reject, pushes: isPushed ? Math.max(1, words.length - 1) : 0 })
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
      if (reply.type !== 'push' || this.#confirms(reply.value)) this.#answer(reply)
      else this.onPush?.(simpleValue(reply) as Value[])
    }
  }

  /** Whether a push is the answer to a command: `subscribe`, the channel, how many there are now. */
  #confirms(push: readonly Reply<string>[]): boolean {
    const [kind] = push
    if ((this.#waiting[0]?.pushes ?? 0) === 0 || kind?.type !== 'bulk') return false
    return ANSWERED_BY_PUSHES.test(kind.value)
  }

  #answer(reply: Reply<string>): void {
    const waiting = this.#waiting[0]
    if (waiting === undefined) return
    if (reply.type === 'push' && --waiting.pushes > 0) return
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
