/**
 * TCP listener: several addresses, one port.
 *
 *     bind 127.0.0.1 ::1        both must work
 *     bind * -::*               every IPv4 address; IPv6 too where the machine has it
 *
 * An address with `-` in front may be missing on this machine; a family of addresses that the machine has not is passed
 * over; everything else, an address in use above all, is an error. Source: the comments of valkey.conf.
 */

import { createServer, isIP, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Engine } from '@kvasir/core'
import type { Clients } from './clients.ts'
import { codeOf, ListenError, type Listener, systemWords } from './listener.ts'
import { lookUpNow } from './name-lookup.ts'
import { SocketTransport } from './socket-transport.ts'

/** The machine has no such family of addresses. */
const NO_FAMILY: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOPROTOOPT', 'EINVAL'])
const MS_PER_SECOND = 1000

export class TcpListener implements Listener {
  readonly kind: 'tcp' | 'tls' = 'tcp'
  /** The port; when 0 was asked for, the free one that was found. */
  port: number
  readonly addresses: readonly string[]
  readonly #engine: Engine
  readonly #clients: Clients
  readonly #backlog: number
  readonly #servers: Server[] = []
  #closed = false

  constructor(engine: Engine, clients: Clients, addresses: readonly string[], port: number) {
    this.#engine = engine
    this.#clients = clients
    this.addresses = addresses
    this.port = port
    this.#backlog = engine.config.parameter('tcp-backlog').value
  }

  /** What a client on this machine connects to. */
  get host(): string {
    const bound = this.#servers[0]?.address()
    if (bound === null || bound === undefined || typeof bound === 'string') return '127.0.0.1'
    if (bound.address === '0.0.0.0') return '127.0.0.1'
    return bound.address === '::' ? '::1' : bound.address
  }

  async listen(): Promise<void> {
    for (const address of this.addresses) {
      try {
        await this.#listenOn(address)
      } catch (error) {
        const isOptional = address.startsWith('-')
        if (NO_FAMILY.has(codeOf(error))) continue
        const where = `${isOptional ? address.slice(1) : address}:${this.port}`
        const what = `Could not create server TCP listening socket ${where}`
        this.#engine.log('warning', `Warning: ${what}: bind: ${systemWords(error)}`)
        if (isOptional && codeOf(error) === 'EADDRNOTAVAIL') continue
        await this.close()
        throw new ListenError(`Failed listening on port ${this.port} (${this.kind}), aborting.`, error)
      }
    }
    if (this.#servers.length > 0 || this.#closed) return
    throw new ListenError(`Failed listening on port ${this.port} (${this.kind}), aborting.`)
  }

  async #listenOn(address: string): Promise<void> {
    const host = hostOf(address)
    const server = createServer({ pauseOnConnect: true, noDelay: true })
    server.on('connection', (accepted) => this.accept(accepted))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.once('listening', () => {
        server.off('error', reject)
        resolve()
      })
      openNow(server, host, this.port, this.#backlog)
    })
    server.on('error', (error) => this.#engine.log('warning', `Accepting client connection: ${systemWords(error)}`))
    if (this.#closed) return void server.close()
    this.#servers.push(server)
    const bound = server.address()
    if (this.port === 0 && bound !== null && typeof bound === 'object') this.port = bound.port
  }

  /** @param accepted nothing read from it */
  protected accept(accepted: Socket): void {
    const refusal = this.#clients.refusal(isLoopback(accepted.remoteAddress))
    if (refusal !== undefined) {
      accepted.on('error', () => accepted.destroy())
      accepted.end(refusal, () => accepted.destroy())
      return
    }
    const transport = new SocketTransport(accepted, 'tcp', '')
    const { keepAliveSeconds } = this.#clients
    if (keepAliveSeconds > 0) transport.socket.setKeepAlive(true, keepAliveSeconds * MS_PER_SECOND)
    this.#clients.welcome(transport)
  }

  async close(): Promise<void> {
    this.#closed = true
    // The port is free at once. Not waited for: a server of Node.js calls back when its last connection has ended, and
    // those of TLS stay its own.
    for (const server of this.#servers.splice(0)) server.close()
  }

  describe(): string {
    return `name=${this.kind},${this.addresses.map((address) => `bind=${address}`).join(',')},port=${this.port}`
  }
}

/** The part of a server that has no public name: `listen` without looking up the host. */
interface ListensNow {
  _listen2?(host: string, port: number, family: number, backlog: number, fd: number, flags: number): void
}

const NO_DESCRIPTOR = -1
const IPV6_ONLY = 1

/**
 * Binds before it returns, so that after CONFIG SET port a client that has its reply finds the new port open. `listen`
 * with a host does so only a turn later; it stands in where the other is missing, and for names.
 */
function openNow(server: Server & ListensNow, host: string, port: number, backlog: number): void {
  const family = isIP(host)
  if (family !== 0 && server._listen2 !== undefined) {
    server._listen2(host, port, family, backlog, NO_DESCRIPTOR, family === 6 ? IPV6_ONLY : 0)
  } else server.listen({ host, port, backlog, exclusive: true })
}

function hostOf(address: string): string {
  const plain = address.startsWith('-') ? address.slice(1) : address
  if (plain === '*') return '0.0.0.0'
  return plain === '::*' ? '::' : plain
}

export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  return plain === '::1' || plain.startsWith('127.')
}

/**
 * Whether every name leads somewhere, no address is there twice and all that must exist are this machine's, as far as
 * can be told now.
 */
export function addressesExist(addresses: readonly string[]): boolean {
  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)))
  const seen = new Set<string>()
  return addresses.every((address) => {
    const host = hostOf(address)
    const ip = isIP(host) === 0 ? lookUpNow(host) : host
    if (ip === undefined || seen.has(ip)) return false
    seen.add(ip)
    return address.startsWith('-') || ip === '0.0.0.0' || ip === '::' || isLoopback(ip) || own.has(ip)
  })
}

/** Whether nobody listens on the port. Without a host, `listen` binds before it returns. */
export function portIsFree(port: number): boolean {
  const probe = createServer()
  probe.on('error', () => {})
  probe.listen({ port, exclusive: true })
  const isFree = probe.listening
  probe.close()
  return isFree
}
