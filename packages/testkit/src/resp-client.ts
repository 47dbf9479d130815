/**
 * A client for tests: every reply with its RESP type, and as the very bytes that came.
 *
 *     await client.value('GET', 'key')      'value'
 *     await client.reply('GET', 'key')      { type: 'bulk', value: 'value' }
 *     await client.raw('GET', 'key')        '$5\r\nvalue\r\n'
 *     await client.bytes('PING\r\n')        '+PONG\r\n'
 *     await client.next()                   what the server sends next, such as a message of a channel
 *
 * Replies come in the order of the calls. Bytes are shown with one character each.
 */

import type { Duplex } from 'node:stream'
import {
  encodeRequest,
  PROTOCOL_ERROR,
  REPLY,
  type Reply,
  ReplyParser,
  type RequestArgument,
  type SimpleValue,
  simpleValue,
} from '@kvasir/protocol'

interface Received {
  readonly reply: Reply<string>
  /** Its bytes, one character each. */
  readonly raw: string
}

interface Waiting {
  readonly resolve: (received: Received) => void
  readonly reject: (error: Error) => void
}

const LF = 10

export class RespClient {
  readonly stream: Duplex
  readonly #parser = new ReplyParser({ strings: 'text' })
  readonly #received: Received[] = []
  readonly #waiting: Waiting[] = []
  #raw = ''
  #error: Error | undefined

  /** @param stream connected: `server.connect()`, or a socket of node:net */
  constructor(stream: Duplex) {
    this.stream = stream
    stream.on('data', (bytes: Uint8Array) => this.#receive(bytes))
    stream.on('error', (error: Error) => this.#end(error))
    stream.on('close', () => this.#end(new Error('the connection is closed')))
  }

  /** Whether the server, or the test, has ended the connection. */
  get closed(): boolean {
    return this.#error !== undefined
  }

  /** Sends a command. @returns its reply as a plain value; an error reply is a ReplyError, not thrown */
  async value(...words: readonly RequestArgument[]): Promise<SimpleValue<string>> {
    return simpleValue(await this.reply(...words))
  }

  /** Sends a command. @returns its reply with its types */
  async reply(...words: readonly RequestArgument[]): Promise<Reply<string>> {
    this.stream.write(encodeRequest(words))
    return (await this.#take()).reply
  }

  /** Sends a command. @returns the bytes of its reply */
  async raw(...words: readonly RequestArgument[]): Promise<string> {
    this.stream.write(encodeRequest(words))
    return (await this.#take()).raw
  }

  /** Sends bytes as they are. @returns the bytes of the next `count` replies */
  async bytes(request: Uint8Array | string, count = 1): Promise<string> {
    this.write(request)
    let raw = ''
    for (let i = 0; i < count; i++) raw += (await this.#take()).raw
    return raw
  }

  /** Sends bytes and waits for nothing. */
  write(request: Uint8Array | string): void {
    this.stream.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request)
  }

  /** The next reply, or whatever else the server sends. */
  async next(): Promise<Reply<string>> {
    return (await this.#take()).reply
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    if (!this.stream.closed) await new Promise((done) => this.stream.once('close', done))
  }

  #take(): Promise<Received> {
    const received = this.#received.shift()
    if (received !== undefined) return Promise.resolve(received)
    if (this.#error !== undefined) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Hands the parser line by line: a reply ends at a line end, so that its bytes are known exactly. */
  #receive(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const lineEnd = bytes.indexOf(LF, start)
      const end = lineEnd < 0 ? bytes.length : lineEnd + 1
      const part = bytes.subarray(start, end)
      start = end
      this.#raw += Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1')
      this.#parser.write(part)
      const found = this.#parser.parse()
      if (found === PROTOCOL_ERROR) return this.#end(new Error(`no reply: ${this.#parser.error}`))
      if (found === REPLY) this.#deliver({ reply: this.#parser.reply, raw: this.#raw })
    }
  }

  #deliver(received: Received): void {
    this.#raw = ''
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#received.push(received)
    else waiting.resolve(received)
  }

  #end(error: Error): void {
    this.#error ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#error)
  }

  close(): void {
    this.stream.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
