/**
 * Unix socket listener. A socket file that a dead server has left behind is removed; one that somebody still answers on
 * is an address in use, and so is a file that is no socket. On Windows the path is that of a named pipe.
 */

import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import type { Engine } from '@kvasir/core'
import type { Clients } from './clients.ts'
import { ListenError, type Listener, systemWords } from './listener.ts'
import { SocketTransport } from './socket-transport.ts'

export class UnixListener implements Listener {
  readonly kind = 'unix'
  readonly path: string
  readonly #engine: Engine
  readonly #clients: Clients
  readonly #permissions: number
  #server: Server | undefined

  constructor(engine: Engine, clients: Clients, path: string) {
    this.#engine = engine
    this.#clients = clients
    this.path = path
    this.#permissions = engine.config.parameter('unixsocketperm').value
  }

  async listen(): Promise<void> {
    try {
      await removeStaleSocket(this.path)
      this.#server = await this.#open()
    } catch (error) {
      throw new ListenError(`Failed opening Unix socket: bind: ${systemWords(error)}`, error)
    }
  }

  #open(): Promise<Server> {
    const server = createServer({ pauseOnConnect: true })
    server.on('connection', (accepted) => {
      const refusal = this.#clients.refusal(true)
      if (refusal !== undefined) {
        accepted.on('error', () => accepted.destroy())
        accepted.end(refusal, () => accepted.destroy())
        return
      }
      this.#clients.welcome(new SocketTransport(accepted, 'unix', this.path))
    })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(
        { path: this.path, backlog: this.#engine.config.parameter('tcp-backlog').value, exclusive: true },
        () => {
          server.off('error', reject)
          server.on('error', (error) =>
            this.#engine.log('warning', `Accepting client connection: ${systemWords(error)}`),
          )
          resolve(server)
        },
      )
      // A path is bound before `listen` returns: no client comes in before the permissions are set.
      if (this.#permissions !== 0 && server.listening) chmodSync(this.path, this.#permissions)
    })
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    this.#engine.log('notice', 'Removing the unix socket file.')
    // `close` removes the file.
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  describe(): string {
    return `name=unix,bind=${this.path}`
  }
}

async function removeStaleSocket(path: string): Promise<void> {
  if (process.platform === 'win32' || !lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path)
    const answer = (alive: boolean) => () => {
      probe.destroy()
      resolve(alive)
    }
    probe.once('connect', answer(true)).once('error', answer(false))
  })
  if (!isAlive) rmSync(path, { force: true })
}
