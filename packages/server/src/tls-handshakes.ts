/**
 * TLS handshakes: between a connection that a listener has taken and the client that it becomes.
 *
 *     raw socket --begin--> handshake, at most HANDSHAKE_MS_MAX --> transport --> session, as the user of a certificate
 *
 * A new configuration is a new `tls.Server`, which never listens itself: handshakes that begin from then on are its
 * own, and connections that were made stay as they are. Its tickets are encrypted with a new key, so that no session
 * outlives the certificates that it was checked with.
 *
 * Source: the comments of valkey.conf; texts as observed on Valkey 9.1.
 */

import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Engine } from '@kvasir/core'
import { type CertificateFigures, certificateFields, certificateFigures, userNames } from './certificate.ts'
import type { Clients } from './clients.ts'
import { joinAddress, SocketTransport } from './socket-transport.ts'
import { isLoopback } from './tcp-listener.ts'
import { type TlsFileOptions, TlsFiles, tlsOptions, tlsWords } from './tls-settings.ts'

/** From the connection to the end of the handshake. */
const HANDSHAKE_MS_MAX = 10_000
const MS_PER_SECOND = 1000

interface Handshake {
  readonly raw: Socket
  readonly startedMs: number
}

interface Credentials {
  readonly server: Server
  readonly certificate: CertificateFigures | undefined
  readonly authority: CertificateFigures | undefined
}

export class TlsHandshakes {
  readonly #engine: Engine
  readonly #clients: Clients
  #server: Server | undefined
  #certificate: CertificateFigures | undefined
  #authority: CertificateFigures | undefined
  /** By the two addresses of the connection; the oldest first. */
  readonly #waiting = new Map<string, Handshake>()
  readonly #files: TlsFiles

  constructor(engine: Engine, clients: Clients) {
    this.#engine = engine
    this.#clients = clients
    this.#files = new TlsFiles(engine.config)
  }

  /** @returns why the parameters cannot be taken */
  check(): string | undefined {
    const made = this.#make()
    return typeof made === 'string' ? made : undefined
  }

  /** Takes what the parameters say for handshakes to come. @returns why that cannot be; nothing is changed then */
  configure(): string | undefined {
    const made = this.#make()
    if (typeof made === 'string') return made
    this.#server = made.server
    this.#certificate = made.certificate
    this.#authority = made.authority
    this.#files.remember(this.#engine.nowMs)
    return undefined
  }

  #make(): Credentials | string {
    try {
      const options = tlsOptions(this.#engine.config)
      const [authority] = options.ca.map(certificateFigures)
      return { server: this.#serverOf(options), certificate: certificateFigures(options.cert), authority }
    } catch (error) {
      this.#engine.log('warning', tlsWords(error))
      return 'Unable to update TLS configuration. Check server logs.'
    }
  }

  #serverOf(options: TlsFileOptions): Server {
    const server = createServer(options)
    server.on('secureConnection', (socket) => this.#finish(socket, options.needsCertificate))
    server.on('tlsClientError', (error, socket) => this.#fail(error, socket))
    return server
  }

  /** @param raw nothing read from it */
  begin(raw: Socket): void {
    const { config, stats } = this.#engine
    raw.on('error', () => raw.destroy())
    // No words for those who are too many: to encrypt them would cost as much as to let them in.
    if (
      this.#server === undefined ||
      this.#engine.sessions.size + this.#waiting.size >= config.parameter('maxclients').value
    ) {
      stats.rejectedConnections++
      return void raw.destroy()
    }
    const { keepAliveSeconds } = this.#clients
    if (keepAliveSeconds > 0) raw.setKeepAlive(true, keepAliveSeconds * MS_PER_SECOND)
    const name = nameOf(raw)
    this.#waiting.set(name, { raw, startedMs: this.#engine.clock.nowMs() })
    raw.on('close', () => {
      // By then the same port of the same client may be another connection.
      if (this.#waiting.get(name)?.raw === raw) this.#waiting.delete(name)
    })
    this.#server.emit('connection', raw)
  }

  #finish(socket: TLSSocket, needsCertificate: boolean): void {
    const name = nameOf(socket)
    const raw = this.#waiting.get(name)?.raw
    this.#waiting.delete(name)
    const certificate = socket.getPeerX509Certificate()
    const isRefused = !socket.authorized && (needsCertificate || certificate !== undefined)
    if (raw === undefined || isRefused) {
      if (isRefused) this.#fail(socket.authorizationError, socket)
      return void socket.destroy()
    }
    const isLocal = isLoopback(socket.remoteAddress)
    const refusal = this.#clients.refusal(isLocal)
    if (refusal !== undefined) {
      socket.on('error', () => socket.destroy())
      return void socket.end(refusal, () => socket.destroy())
    }
    const session = this.#clients.welcome(new SocketTransport(socket, 'tls', '', raw))
    if (certificate === undefined) return
    const { config, acl } = this.#engine
    acl.loginByCertificate(session, userNames(certificate, config.parameter('tls-auth-clients-user').value))
  }

  #fail(error: unknown, socket: TLSSocket): void {
    const address = `addr=${joinAddress(socket.remoteAddress, socket.remotePort)}`
    const local = `laddr=${joinAddress(socket.localAddress, socket.localPort)}`
    this.#engine.log('verbose', `Error accepting a client connection: ${tlsWords(error)} (${address} ${local})`)
  }

  /** Once a second. */
  cron(): void {
    const { clock, config, log } = this.#engine
    const nowMs = clock.nowMs()
    for (const { raw, startedMs } of [...this.#waiting.values()]) {
      if (nowMs - startedMs < HANDSHAKE_MS_MAX) break
      log(
        'verbose',
        `Closing a connection whose TLS handshake took too long: ${joinAddress(raw.remoteAddress, raw.remotePort)}`,
      )
      raw.destroy()
    }
    const intervalMs = config.parameter('tls-auto-reload-interval').value * MS_PER_SECOND
    if (this.#server === undefined || intervalMs === 0 || !this.#files.areChanged(nowMs, intervalMs)) return
    if (this.configure() === undefined) log('notice', 'TLS materials reloaded')
  }

  /** Fields of INFO. */
  figures(): Readonly<Record<string, string | number>> {
    const nowMs = this.#engine.clock.nowMs()
    return {
      ...certificateFields('server', this.#certificate, nowMs),
      ...certificateFields('client', undefined, nowMs),
      ...certificateFields('ca', this.#authority, nowMs),
    }
  }

  /** Ends those that are not finished. */
  close(): void {
    for (const { raw } of this.#waiting.values()) raw.destroy()
  }
}

/** A connection by its two ends. */
function nameOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
