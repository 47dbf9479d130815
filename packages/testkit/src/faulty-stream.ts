/**
 * Faulty stream: a connection that is slow, or ends after some bytes. It goes between a client and its connection:
 *
 *     client <-> FaultyStream <-> server.connect(), or a socket of node:net
 *                sends and receives up to so many bytes, each chunk after so long on a virtual clock
 */

import { Duplex } from 'node:stream'
import type { VirtualClock } from './virtual-clock.ts'

export interface ConnectionFaults {
  /** Bytes that reach the server; the connection ends with the last of them. */
  readonly sentBytesMax?: number
  /** Bytes that reach the client; the connection ends with the last of them. */
  readonly receivedBytesMax?: number
  /** How long bytes are on their way, in each direction. */
  readonly latency?: { readonly ms: number; readonly clock: VirtualClock }
}

type Deliver = (chunk: Uint8Array) => void

export class FaultyStream extends Duplex {
  readonly #inner: Duplex
  readonly #latency: ConnectionFaults['latency']
  #sentBytesLeft: number
  #receivedBytesLeft: number
  /** Timers of chunks that are on their way. */
  readonly #stops = new Set<() => void>()

  /** @param inner connected; the faulty stream ends it with itself */
  constructor(inner: Duplex, faults: ConnectionFaults) {
    super({ allowHalfOpen: false })
    this.#inner = inner
    this.#latency = faults.latency
    this.#sentBytesLeft = faults.sentBytesMax ?? Number.POSITIVE_INFINITY
    this.#receivedBytesLeft = faults.receivedBytesMax ?? Number.POSITIVE_INFINITY
    inner.on('data', (chunk: Uint8Array) => this.#later(chunk, (bytes) => this.#receive(bytes)))
    inner.on('error', (error: Error) => this.destroy(error))
    inner.on('close', () => this.destroy())
    if (this.#sentBytesLeft === 0 || this.#receivedBytesLeft === 0) this.#cut()
  }

  #later(chunk: Uint8Array, deliver: Deliver): void {
    if (this.#latency === undefined) return deliver(chunk)
    const stop = this.#latency.clock.every(this.#latency.ms, () => {
      stop()
      this.#stops.delete(stop)
      deliver(chunk)
    })
    this.#stops.add(stop)
  }

  #receive(chunk: Uint8Array): void {
    if (this.destroyed) return
    const part = chunk.subarray(0, this.#receivedBytesLeft)
    this.#receivedBytesLeft -= part.length
    this.push(part)
    if (this.#receivedBytesLeft === 0) this.#cut()
  }

  #send(chunk: Uint8Array): void {
    if (this.destroyed) return
    const part = chunk.subarray(0, this.#sentBytesLeft)
    this.#sentBytesLeft -= part.length
    // Not before the last byte is the server's: a connection in memory drops what it has not run.
    this.#inner.write(part, () => {
      if (this.#sentBytesLeft === 0) this.#cut()
    })
  }

  /** Once what is there already has been read. */
  #cut(): void {
    setImmediate(() => this.destroy())
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    // The bytes are the writer's again after `done`.
    this.#later(Uint8Array.from(chunk), (bytes) => this.#send(bytes))
    done()
  }

  override _final(done: () => void): void {
    this.#inner.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const stop of this.#stops) stop()
    this.#inner.destroy()
    done(error)
  }
}
