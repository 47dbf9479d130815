/** Servers and clients with TLS, for tests. The certificates are described in _test-certificates/make.sh. */

import { readFileSync } from 'node:fs'
import { createServer as createNetServer } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { Client } from './client.ts'
import { createServer, type Server, type ServerOptions } from './server.ts'

export const CERTIFICATES = join(import.meta.dirname, '_test-certificates')

export const pem = (file: string): Buffer => readFileSync(join(CERTIFICATES, file))

/** A server with TLS alone, which asks for no certificates of clients unless `options` say so. */
export async function tlsServer(options: ServerOptions = {}): Promise<Server> {
  return createServer({
    port: null,
    dir: CERTIFICATES,
    'tls-port': await freePort(),
    'tls-cert-file': 'server.crt',
    'tls-key-file': 'server.key',
    'tls-ca-cert-file': 'ca.crt',
    'tls-auth-clients': 'no',
    ...options,
  })
}

export async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** How a client connects. @param certificate the name of its certificate's files */
export function tlsAddress(server: Server, certificate?: string): ConnectionOptions & { host: string; port: number } {
  const own = certificate === undefined ? {} : { cert: pem(`${certificate}.crt`), key: pem(`${certificate}.key`) }
  return { host: '127.0.0.1', port: server.tlsPort, ca: pem('ca.crt'), ...own }
}

/** A connection whose handshake is done. Rejects when there is none. */
export function shakeHands(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => resolve(socket))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
}

/** The answer to a command over a connection of its own, or `refused`. */
export async function ask(options: ConnectionOptions, ...words: string[]): Promise<unknown> {
  try {
    const client = new Client(await shakeHands(options), { resp: 2 })
    const answer = await client.send(...(words as [string]))
    client.close()
    return answer
  } catch {
    return 'refused'
  }
}
