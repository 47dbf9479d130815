/** A connection to a server that is measured: sends requests, and counts replies without looking into them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const CR = 13
const LF = 10
const DOLLAR = 36
const STAR = 42

export function encodeRequest(words: readonly string[]): Buffer {
  return Buffer.from(
    `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
  )
}

/** Counts the complete RESP2 replies in a stream. */
export class ReplyCounter {
  count = 0
  /** Of the replies counted, errors. */
  errors = 0
  /** Bytes of a bulk string that are still to come. */
  #skip = 0
  /** Replies that belong to an array that is still open. */
  #inside = 0
  #line: number[] = []

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at)
        at += skipped
        this.#skip -= skipped
        if (this.#skip === 0) this.#done()
        continue
      }
      const byte = bytes[at++] as number
      if (byte === LF) this.#lineDone()
      else if (byte !== CR) this.#line.push(byte)
    }
  }

  #lineDone(): void {
    const type = this.#line[0]
    const length = type === DOLLAR || type === STAR ? Number(String.fromCharCode(...this.#line.slice(1))) : 0
    this.#line = []
    if (type === 45) this.errors++
    if (type === DOLLAR && length >= 0) this.#skip = length + 2
    else {
      if (type === STAR && length > 0) this.#inside += length
      this.#done()
    }
  }

  #done(): void {
    if (this.#inside > 0) this.#inside--
    else this.count++
  }
}

export class Connection {
  readonly #socket: Socket
  readonly #counter = new ReplyCounter()
  #text = ''
  #wake: (() => void) | undefined
  #failure: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.#counter.take(bytes as Buffer)
      this.#text = (this.#text + bytes.toString('latin1')).slice(-65536)
      this.#wake?.()
    })
    const fail = (error: Error): void => {
      this.#failure = error
      this.#wake?.()
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the server closed the connection')))
  }

  /** Waits for the server to listen, for at most ten seconds. */
  static async open(port: number): Promise<Connection> {
    for (let attempt = 0; ; attempt++) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      try {
        await once(socket, 'connect')
        return new Connection(socket)
      } catch (error) {
        if (attempt === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  /** Runs a command. @returns the reply as it came, at most its last 64 KiB */
  async run(...words: readonly string[]): Promise<string> {
    this.#text = ''
    const target = this.#counter.count + 1
    this.#socket.write(encodeRequest(words))
    await this.#until(target)
    return this.#text
  }

  /** A figure of INFO. */
  async info(section: string, field: string): Promise<number> {
    const text = await this.run('INFO', section)
    return Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  }

  /** Sends requests as fast as they are answered; an error reply is one too many. */
  async pour(requests: Iterable<readonly string[]>): Promise<void> {
    const errors = this.#counter.errors
    let target = this.#counter.count
    let parts: Buffer[] = []
    for (const words of requests) {
      parts.push(encodeRequest(words))
      target++
      if (parts.length < 1000) continue
      this.#socket.write(Buffer.concat(parts))
      parts = []
      // One portion is under way while the next is made.
      await this.#until(target - 1000)
    }
    if (parts.length > 0) this.#socket.write(Buffer.concat(parts))
    await this.#until(target)
    if (this.#counter.errors > errors) throw new Error(`the server refused some requests: ${this.#text.slice(-200)}`)
  }

  async #until(count: number): Promise<void> {
    while (this.#counter.count < count) {
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }
}
