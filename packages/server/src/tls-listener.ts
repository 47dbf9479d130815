/** TLS listener: as TCP, with a handshake before a connection becomes a client. */

import type { Socket } from 'node:net'
import type { Engine } from '@kvasir/core'
import type { Clients } from './clients.ts'
import { TcpListener } from './tcp-listener.ts'
import type { TlsHandshakes } from './tls-handshakes.ts'

export class TlsListener extends TcpListener {
  override readonly kind = 'tls'
  readonly #handshakes: TlsHandshakes

  constructor(engine: Engine, clients: Clients, addresses: readonly string[], port: number, handshakes: TlsHandshakes) {
    super(engine, clients, addresses, port)
    this.#handshakes = handshakes
  }

  protected override accept(accepted: Socket): void {
    this.#handshakes.begin(accepted)
  }
}
