/**
 * The HTTP endpoint: three paths, GET and HEAD, no bodies. What waits, how long and how much is limited, because
 * anybody who reaches the port may ask.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { ModuleContext } from '@kvasir/module-api'
import { CONTENT_TYPE } from './exposition.ts'
import { lookUpNow } from './name-lookup.ts'
import { metricsOf, notReadyReason } from './scrape.ts'

const CONNECTIONS_MAX = 64
const HEADER_BYTES_MAX = 8 * 1024
/** For a request to arrive, and for a connection without one to stay open. */
const REQUEST_MS_MAX = 5000
const CHECK_INTERVAL_MS = 1000
const MS_PER_SECOND = 1000
const PLAIN_TEXT = 'text/plain; charset=utf-8'

interface Where {
  /** 0 for none. */
  readonly port: number
  /** As it was asked for: a name, say. */
  readonly address: string
  /** What the name stands for. */
  readonly host: string
}

const decoder = new TextDecoder()

export class Endpoint {
  readonly #ctx: ModuleContext
  #server: Server | undefined
  #where: Where = { port: 0, address: '', host: '' }
  #scrapesCount = 0
  #lastSeconds = 0

  constructor(ctx: ModuleContext) {
    this.#ctx = ctx
  }

  /**
   * In place of where it listened before; where that cannot be, it stays.
   * @param port 0 for none
   * @returns why it cannot be
   */
  listen(port: number, address: string): string | undefined {
    const old = this.#where
    if (port === old.port && address === old.address) return undefined
    const host = port === 0 || address === '*' || isIP(address) !== 0 ? address : lookUpNow(address)
    if (host === undefined) return refusalOf(address, port)
    const where = { port, address, host }
    // The system gives a port to one only, on whichever of its addresses.
    if (port === old.port || port === 0) this.close()
    const server = port === 0 ? undefined : this.#open(where)
    if (server?.listening === false) {
      server.close()
      if (port === old.port) this.#server = this.#open(old)
      return refusalOf(address, port)
    }
    this.close()
    this.#server = server
    this.#where = where
    return undefined
  }

  #open({ port, address, host }: Where): Server {
    const { log } = this.#ctx
    const server = createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: REQUEST_MS_MAX,
        requestTimeout: REQUEST_MS_MAX,
        keepAliveTimeout: REQUEST_MS_MAX,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
      },
      (request, response) => this.#answer(request, response),
    )
    limitConnections(server)
    // Somebody who sends nothing at all.
    server.setTimeout(REQUEST_MS_MAX)
    const where = `${address}:${port}`
    server.on('error', (error) => log('warning', `Cannot listen for metrics on ${where}: ${error.message}`))
    server.on('listening', () => log('notice', `Metrics at http://${where}/metrics`))
    openNow(server, port, host)
    return server
  }

  close(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
    this.#server = undefined
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return refuse(response, 405, 'only GET and HEAD')
    }
    if (Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined) {
      return refuse(response, 413, 'a request has no body here')
    }
    try {
      this.#answerPath(url.split('?', 1)[0] as string, response)
    } catch (error) {
      this.#ctx.log('warning', `${method} ${JSON.stringify(url)} failed: ${(error as Error).stack}`)
      refuse(response, 500, 'failed; see the log of the server')
    }
  }

  #answerPath(path: string, response: ServerResponse): void {
    switch (path) {
      case '/metrics':
        return send(response, 200, CONTENT_TYPE, this.#scrape())
      case '/livez':
        return send(response, 200, PLAIN_TEXT, 'ok\n')
      case '/readyz': {
        const reason = notReadyReason(this.#info('persistence', 'replication'))
        return send(response, reason === undefined ? 200 : 503, PLAIN_TEXT, `${reason ?? 'ok'}\n`)
      }
    }
    refuse(response, 404, 'there are /metrics, /livez and /readyz')
  }

  #scrape(): string {
    const startMs = performance.now()
    const info = this.#info('everything')
    const text = metricsOf(info, { scrapesCount: ++this.#scrapesCount, lastSeconds: this.#lastSeconds })
    this.#lastSeconds = (performance.now() - startMs) / MS_PER_SECOND
    return text
  }

  #info(...sections: readonly string[]): string {
    const reply = this.#ctx.run((ctx) => ctx.call('INFO', ...sections))
    if (!(reply instanceof Uint8Array)) throw new Error(`INFO answered ${String(reply)}`)
    return decoder.decode(reply)
  }
}

/**
 * One connection too many ends the one that has been open for the longest: those who only hold a place must not keep
 * the probes out, and whoever has asked for something has been answered at once.
 */
function limitConnections(server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const [oldest] = open
    if (oldest !== undefined && open.size === CONNECTIONS_MAX) {
      open.delete(oldest)
      oldest.destroy()
    }
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
}

/** The part of a server that has no public name: `listen` without looking up the host. */
interface ListensNow {
  _listen2?(host: string, port: number, family: number, backlog: number, fd: number, flags: number): void
}

const NO_DESCRIPTOR = -1
const BACKLOG = 511

/** Binds before it returns, so that a port that is taken shows at once. `listen` does so without a host only. */
function openNow(server: Server & ListensNow, port: number, host: string): void {
  if (host === '*') server.listen({ port, exclusive: true })
  else if (server._listen2 !== undefined) server._listen2(host, port, isIP(host), BACKLOG, NO_DESCRIPTOR, 0)
  else server.listen({ port, host, exclusive: true })
}

const refusalOf = (address: string, port: number): string => `cannot listen for metrics on ${address}:${port}`

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
  response.end(body)
}

/** Ends the connection, too, whatever else was to come on it. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  response.setHeader('Connection', 'close')
  send(response, status, PLAIN_TEXT, `${reason}\n`)
}
