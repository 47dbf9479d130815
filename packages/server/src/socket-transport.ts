/**
 * Socket transport: carries a session's bytes over a `node:net` socket, TCP or unix, or over TLS.
 *
 * Reading: all sockets share one receive buffer. Requests are run where they lie, inside the read callback, so no
 * buffer is allocated per read and an idle connection holds none. `node:net` offers such a buffer (`onread`) to
 * sockets that are made by hand only; so the listener accepts paused sockets, takes the handle of each, which has not
 * read anything yet, and makes the socket anew. The handle has no public name; where it is not found, 'data' events
 * bring the bytes. A TLS socket cannot be made anew; it is given the buffer by the properties that `onread` sets,
 * which are found on a socket made for the purpose. On Windows reads may be under way in several sockets at once, so
 * each has a buffer of its own there.
 *
 * Writing: one `write` for the replies to all requests of a read, at the end of the event loop's turn
 * (turn-writes.ts), or at once from the engine's reply buffer. When the system takes all bytes (nearly always), the
 * buffer is free again on return. Otherwise the socket keeps it for a while, and the engine takes a new one: output
 * limits count those bytes. What comes behind it is gathered into chunks, because a write costs the socket some 400
 * bytes of memory that the limits do not see: ten times a short message. TLS encrypts the bytes within `write`, so that
 * the buffer is free then, but says so only a turn later: until then, what waits is what the TCP socket beneath has not
 * passed on.
 *
 * Measured, one PING a turn over 50 connections, CPU per request: 'data' events 10.5 us, this 9.4 us, Valkey 8.4 us.
 * Over TLS, GET: 'data' events 15.3 us, this 14.3 us, Valkey 11.6 us; 16 a turn 1.71, 1.37 and 1.05 us.
 */

import { Socket } from 'node:net'
import type { Session } from '@kvasir/core'
import { dropBuffer } from '@kvasir/protocol'
import type { ConnectedTransport } from './clients.ts'
import { type TurnWriter, turnWrites } from './turn-writes.ts'

const RECEIVE_BYTES = 64 * 1024
/** Replies up to this are copied when they must wait, which is cheaper than a new reply buffer. */
const KEPT_BYTES_MIN = 64 * 1024
/** TLS passes on so much at once; of more, a part stays with it. */
const ENCRYPTED_BYTES_MAX = 64 * 1024
/** What waits behind a write that is not done is gathered into chunks up to this. */
const CHUNK_BYTES = 16 * 1024
const CHUNK_BYTES_FIRST = 1024
const SHARES_BUFFER = process.platform !== 'win32'
let sharedBuffer: Uint8Array | undefined

function receiveBuffer(): Uint8Array {
  if (!SHARES_BUFFER) return new Uint8Array(RECEIVE_BYTES)
  sharedBuffer ??= new Uint8Array(RECEIVE_BYTES)
  return sharedBuffer
}

/** The part of a socket that has no public name: the handle that `new Socket` takes. */
interface WithHandle {
  _handle: Handle | null | undefined
}

interface Handle {
  readonly fd?: number
  readonly writeQueueSize?: number
  readonly readStart?: unknown
  useUserBuffer?(buffer: Uint8Array): void
}

interface OnRead {
  readonly buffer: Uint8Array
  readonly callback: (bytes: number, buffer: Uint8Array) => boolean
}

function socketWith(onread: OnRead, handle?: Handle): Socket {
  const options = { allowHalfOpen: false, onread, ...(handle === undefined ? {} : { handle }) }
  return new Socket(options as unknown as ConstructorParameters<typeof Socket>[0])
}

/** Gives a socket the buffer that `onread` would have given it. @returns false where that cannot be */
function giveBuffer(socket: Socket, onread: OnRead): boolean {
  const handle = handleOf(socket)
  const model = socketWith(onread)
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(model).find(({ description }) => description === name)
  const [buffer, callback] = [named('kBuffer'), named('kBufferCb')]
  // What has come already is in the stream, where the buffer would pass it by.
  if (buffer === undefined || callback === undefined || socket.readableLength > 0) return false
  if (typeof handle?.useUserBuffer !== 'function') return false
  Object.assign(socket, { [buffer]: onread.buffer, [callback]: onread.callback })
  handle.useUserBuffer(onread.buffer)
  return true
}

/** The handle of a socket, where this Node.js has such as we know. */
function handleOf(socket: Socket): Handle | undefined {
  const { _handle } = socket as unknown as WithHandle
  return typeof _handle?.readStart === 'function' ? _handle : undefined
}

export class SocketTransport implements ConnectedTransport, TurnWriter {
  readonly kind: 'tcp' | 'tls' | 'unix'
  readonly address: string
  readonly localAddress: string
  readonly descriptor: number
  readonly socket: Socket
  turnStart = 0
  turnBytes = 0
  /** Set right after the session exists. */
  session: Session | undefined
  /**
   * Called when the peer did not take all bytes at once, so that the output limits are looked at then and only then.
   */
  onBacklog: ((session: Session, queuedBytes: number) => void) | undefined
  onClosed: ((transport: ConnectedTransport) => void) | undefined
  /** With TLS, the TCP socket beneath. */
  readonly #tcp: Socket | undefined
  /** What TLS has encrypted and passed on, and not told of yet. */
  #encryptedBytes = 0
  /** What waits behind a write whose end will be told. */
  #chunk: Uint8Array | undefined
  #chunkBytes = 0
  #awaitsWritten = false
  /** The reply buffer that the socket did not take all of, when nothing waited before it. */
  #lent: Uint8Array | undefined
  readonly #onWritten = (): void => {
    this.#encryptedBytes = 0
    this.#awaitsWritten = false
    if (this.socket.writableLength === 0) this.#returnLent()
    this.#writeChunk()
    if (!this.#awaitsWritten) this.session?.queueChanged()
  }

  /**
   * @param accepted a socket of a server with `pauseOnConnect`, or one of TLS; nothing read from it
   * @param beneath the TCP socket of one of TLS
   */
  constructor(accepted: Socket, kind: 'tcp' | 'tls' | 'unix', unixPath: string, beneath?: Socket) {
    const handle = handleOf(accepted)
    this.kind = kind
    this.address = kind === 'unix' ? `${unixPath}:0` : joinAddress(accepted.remoteAddress, accepted.remotePort)
    this.localAddress = kind === 'unix' ? `${unixPath}:0` : joinAddress(accepted.localAddress, accepted.localPort)
    this.descriptor = handle?.fd ?? -1
    this.#tcp = beneath
    if (beneath !== undefined)
      this.socket = giveBuffer(accepted, this.#onRead()) ? accepted : this.#withEvents(accepted)
    else this.socket = handle === undefined ? this.#withEvents(accepted) : this.#withBuffer(accepted, handle)
    if (kind !== 'unix') this.socket.setNoDelay(true)
    this.socket.on('error', () => this.socket.destroy())
    this.socket.on('drain', () => {
      if (this.socket.writableLength === 0) this.#returnLent()
      this.session?.queueChanged()
    })
    this.socket.on('close', () => {
      this.#returnLent()
      this.session?.end(true)
      this.onClosed?.(this)
    })
  }

  #withBuffer(accepted: Socket, handle: Handle): Socket {
    ;(accepted as unknown as WithHandle)._handle = null
    // Ends the hollow socket, which the listener would otherwise wait for when it closes.
    accepted.destroy()
    return socketWith(this.#onRead(), handle)
  }

  #onRead(): OnRead {
    return {
      buffer: receiveBuffer(),
      callback: (bytes, buffer) => {
        this.session?.feed(buffer, 0, bytes)
        turnWrites.readDone()
        return true
      },
    }
  }

  #withEvents(socket: Socket): Socket {
    // A plain array: the engine copies with `slice`, which for a Buffer makes a view.
    return socket.on('data', ({ buffer, byteOffset, byteLength }: Buffer) => {
      this.session?.feed(new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength)
      turnWrites.readDone()
    })
  }

  start(session: Session): void {
    this.session = session
    this.socket.resume()
  }

  get queuedBytes(): number {
    const waiting = this.#streamBytes
    return this.#encryptedBytes === 0 ? waiting : waiting - this.#encryptedBytes + this.#handleBytes
  }

  get unsentBytes(): number {
    // Bytes count as queued until their whole write is done; the handle knows how much of that is.
    return this.#streamBytes + this.#handleBytes
  }

  get #streamBytes(): number {
    return this.socket.writableLength + this.#chunkBytes
  }

  get #handleBytes(): number {
    const handle = ((this.#tcp ?? this.socket) as unknown as WithHandle)._handle
    return handle?.writeQueueSize ?? 0
  }

  send(buf: Uint8Array, start: number, length: number): boolean {
    if (this.#streamBytes > 0) {
      // Something waits already: these bytes wait too. A buffer that is nearly full of them waits as it is.
      const keeps = length > KEPT_BYTES_MIN && length > buf.length / 2
      if (length > CHUNK_BYTES) {
        this.#writeChunk()
        const copy = keeps ? buf : buf.slice(start, start + length)
        const done = (): void => (keeps ? this.session?.bufferDone(buf) : dropBuffer(copy))
        this.#write(keeps ? buf.subarray(start, start + length) : copy, done)
      } else this.#gather(buf, start, length)
      this.#backlog()
      return keeps
    }
    if (this.#tcp !== undefined) return this.#encrypt(buf, start, length)
    if (turnWrites.take(this, buf, start, length)) return false
    // What was taken before may have been written now, and not all of it have left.
    if (this.#streamBytes > 0) return this.send(buf, start, length)
    if (!this.#writeFirst(buf, start, length)) return false
    this.#backlog()
    return true
  }

  /** Writes where nothing waits. @returns true when the system did not take all of it, so that the buffer is needed */
  #writeFirst(buf: Uint8Array, start: number, length: number): boolean {
    // A Buffer, because the stream would make a second view of any other array.
    this.socket.write(Buffer.from(buf.buffer as ArrayBuffer, buf.byteOffset + start, length))
    if (this.socket.writableLength === 0) return false
    this.#returnLent()
    this.#lent = buf
    return true
  }

  writeTurn(buf: Uint8Array, start: number, length: number): void {
    if (this.socket.destroyed || !this.#writeFirst(buf, start, length)) return
    turnWrites.keep(buf)
    this.session?.queueChanged()
    this.#backlog()
  }

  /** @returns false: TLS has copied what it could not encrypt at once */
  #encrypt(buf: Uint8Array, start: number, length: number): boolean {
    this.#encryptedBytes = length
    this.#write(Buffer.from(buf.buffer as ArrayBuffer, buf.byteOffset + start, length))
    if (this.#handleBytes > 0 || length > ENCRYPTED_BYTES_MAX) {
      this.#encryptedBytes = 0
      this.#backlog()
    }
    return false
  }

  /** Adds to the chunk that waits; a full one is given to the socket. */
  #gather(buf: Uint8Array, start: number, length: number): void {
    if (this.#chunkBytes + length > CHUNK_BYTES) this.#writeChunk()
    const bytes = this.#chunkBytes + length
    const before = this.#chunk
    if (before === undefined || before.length < bytes) {
      this.#chunk = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(CHUNK_BYTES_FIRST, 2 * bytes)))
      if (before !== undefined) this.#chunk.set(before.subarray(0, this.#chunkBytes))
    }
    this.#chunk?.set(buf.subarray(start, start + length), this.#chunkBytes)
    this.#chunkBytes = bytes
    // Nobody would tell when the first write is done: the chunk must not wait for it.
    if (!this.#awaitsWritten) this.#writeChunk()
  }

  #writeChunk(): void {
    const chunk = this.#chunk
    const length = this.#chunkBytes
    if (chunk === undefined) return
    this.#chunk = undefined
    this.#chunkBytes = 0
    this.#write(chunk.subarray(0, length))
  }

  /**
   * Writes behind what waits, and hears of it when that is done.
   * @param done called when these bytes are not needed any more
   */
  #write(bytes: Uint8Array, done?: () => void): void {
    if (this.#awaitsWritten) {
      this.socket.write(bytes, done)
      return
    }
    this.#awaitsWritten = true
    const written = this.#onWritten
    this.socket.write(bytes, done === undefined ? written : () => [done(), written()])
  }

  /** The socket holds nothing any more; that a write is done would not say so, as its end may be told late. */
  #returnLent(): void {
    const lent = this.#lent
    if (lent === undefined) return
    this.#lent = undefined
    // It is of the one or of the other.
    turnWrites.bufferDone(lent)
    this.session?.bufferDone(lent)
  }

  #backlog(): void {
    if (this.session !== undefined) this.onBacklog?.(this.session, this.queuedBytes)
  }

  close(force: boolean): void {
    if (force) {
      this.socket.destroy()
      return
    }
    turnWrites.flushOne(this)
    this.#writeChunk()
    this.socket.destroySoon()
  }
}

/** `127.0.0.1:6379`, `[::1]:6379` */
export function joinAddress(host: string | undefined, port: number | undefined): string {
  if (host === undefined) return '?:0'
  const plain = host.startsWith('::ffff:') ? host.slice(7) : host
  return plain.includes(':') ? `[${plain}]:${port ?? 0}` : `${plain}:${port ?? 0}`
}
