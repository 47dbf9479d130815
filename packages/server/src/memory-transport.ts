/**
 * In-memory connection: a stream for a client in the same process, with a session behind it, and no socket between.
 *
 *     client --write--> MemoryStream --setImmediate--> session.feed --> MemoryTransport.send --nextTick, push--> 'data'
 *
 * What a client writes is run in the next turn of the event loop and not inside `write`: a client that writes from its
 * 'data' listener would otherwise run a command inside another one, and two that answer each other would starve timers.
 * Until then the write counts as not done: the bytes are the writer's, and one that is too fast is held back. Replies
 * are pushed when the engine is done for the same reason: a long one is sent in parts, while its command still runs.
 *
 * The stream has the methods of `net.Socket` that client libraries call.
 */

import { Duplex } from 'node:stream'
import type { Session } from '@kvasir/core'
import type { ConnectedTransport } from './clients.ts'

let connections = 0

/** The client's end. */
export class MemoryStream extends Duplex {
  readonly connecting = false
  readonly remoteAddress = 'memory'
  readonly #transport: MemoryTransport

  constructor(transport: MemoryTransport) {
    super({ allowHalfOpen: false })
    this.#transport = transport
  }

  override _read(): void {
    this.#transport.taken()
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#transport.receive([chunk], done)
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: () => void): void {
    this.#transport.receive(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: () => void): void {
    this.#transport.receiveEnd()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#transport.gone()
    done(error)
  }

  // What `net.Socket` has besides, and what means nothing here.

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  destroySoon(): void {
    this.end()
  }
}

/** The server's end. */
export class MemoryTransport implements ConnectedTransport {
  readonly kind = 'memory'
  readonly address: string
  readonly localAddress = 'memory:0'
  readonly descriptor = -1
  readonly stream: MemoryStream
  onBacklog: ((session: Session, queuedBytes: number) => void) | undefined
  onClosed: ((transport: ConnectedTransport) => void) | undefined
  #session: Session | undefined
  #received: readonly Uint8Array[] = []
  #done: (() => void) | undefined
  #ended = false
  #scheduled = false
  /** What was sent and is not pushed yet; null is the end. */
  #sent: (Buffer | null)[] = []
  #sentBytes = 0

  constructor() {
    this.address = `memory:${++connections}`
    this.stream = new MemoryStream(this)
  }

  start(session: Session): void {
    this.#session = session
  }

  get queuedBytes(): number {
    return this.stream.readableLength + this.#sentBytes
  }

  get unsentBytes(): number {
    return this.queuedBytes
  }

  /** Takes what the client wrote. @param done to be called when the bytes are the client's again */
  receive(chunks: readonly Uint8Array[], done: () => void): void {
    this.#received = chunks
    this.#done = done
    this.#schedule()
  }

  /** The client has read some of what was sent. */
  taken(): void {
    this.#session?.queueChanged()
  }

  receiveEnd(): void {
    this.#ended = true
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#run()
    })
  }

  #run(): void {
    const chunks = this.#received
    const done = this.#done
    this.#received = []
    this.#done = undefined
    for (const { buffer, byteOffset, byteLength } of chunks) {
      // A plain array: the engine copies with `slice`, which for a Buffer makes a view.
      this.#session?.feed(new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength)
    }
    done?.()
    if (this.#ended) this.#session?.end(false)
  }

  send(buf: Uint8Array, start: number, length: number): boolean {
    if (this.stream.destroyed) return false
    this.#pushLater(Buffer.from(buf.subarray(start, start + length)))
    if (this.queuedBytes > this.stream.readableHighWaterMark && this.#session !== undefined) {
      this.onBacklog?.(this.#session, this.queuedBytes)
    }
    return false
  }

  #pushLater(part: Buffer | null): void {
    this.#sent.push(part)
    this.#sentBytes += part?.length ?? 0
    if (this.#sent.length === 1) process.nextTick(() => this.#push())
  }

  #push(): void {
    const parts = this.#sent
    this.#sent = []
    this.#sentBytes = 0
    for (const part of parts) if (!this.stream.destroyed) this.stream.push(part)
  }

  close(force: boolean): void {
    if (force) this.stream.destroy()
    else if (!this.stream.destroyed) this.#pushLater(null)
  }

  /** The stream is destroyed. */
  gone(): void {
    this.#session?.end(true)
    this.onClosed?.(this)
  }
}
