/**
 * What clients that mean harm, or are broken, cost a server and its other clients, beside a Valkey or Redis:
 *
 *     npm run bench -- abuse [filter] [--connections=10000] [--seconds=3] [--ours=COMMAND] [--peer=COMMAND]
 *
 * Memory is what the server's resident memory has grown by since the server was started, for all of the connections
 * together; latency is that of a well-behaved client meanwhile (latency-probe.ts). A server is started anew for each
 * line, with a password, that the abusers know where it says so. `--connections` is about those that are idle; the
 * limit on open files must be higher.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { countOption, parseArguments, wanted } from './arguments.ts'
import { type Connection, encodeRequest } from './connection.ts'
import type { Latency } from './latency-probe.ts'
import { MeasuredServer, ourServer, type Program, peerServer, programPath } from './servers.ts'
import { mebibytes, Table } from './table.ts'

const PASSWORD = 'secret'
const AUTH = encodeRequest(['AUTH', PASSWORD])
const VALUE_BYTES = 1024 * 1024
const DIAL_AT_ONCE = 100
const STEP_MS = 10
const MEANWHILE_MS = 100
const PINGS_AT_ONCE = 10_000
const LARGE_BYTES = 5_000_000
const QUEUED_COUNT = 100
const QUEUED_BYTES = 64 * 1024
const BLOCKING_KEYS = 50_000
/** Ends with the server, or by UNPAUSE. */
const PAUSE = ['CLIENT', 'PAUSE', '600000', 'WRITE']
/** The benchmark's connection, and the probe's. */
const OWN_CLIENTS = 2

/** One kind of abuse: what each connection sends, and what it does then. */
interface Abuse {
  readonly name: string
  readonly connections: number
  /** Sent by each at once. */
  readonly first?: Buffer
  /** Sent by each a byte at a time, again and again. */
  readonly slowly?: Buffer
  /** Takes nothing of what it is sent. */
  readonly neverReads?: boolean
  /** Connections are closed and made anew all the time. */
  readonly returns?: boolean
  /** Sent by each behind `first`, again and again, as fast as the server takes it. */
  readonly flood?: Buffer
  /** What somebody who means no harm sends: before they come, each tenth of a second, and when half of the time is over. */
  readonly before?: readonly string[]
  readonly meanwhile?: readonly string[]
  readonly halfway?: readonly string[]
}

const args = parseArguments(process.argv.slice(2), ['connections', 'seconds', 'ours', 'peer'])
const seconds = countOption(args, 'seconds', 3)
const authenticated = (...requests: readonly (readonly string[])[]): Buffer =>
  Buffer.concat([AUTH, ...requests.map(encodeRequest)])
const repeated = (request: Buffer, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => request))

const abuses: readonly Abuse[] = [
  { name: 'nobody', connections: 0 },
  { name: 'idle, without a password', connections: countOption(args, 'connections', 10_000) },
  { name: 'half commands, without', connections: 1000, first: Buffer.from('*2\r\n$4\r\nAUTH\r\n$16000\r\nx') },
  { name: 'half commands', connections: 1000, first: Buffer.from(`${AUTH}*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10000\r\nx`) },
  { name: 'giant counts, without', connections: 1000, first: Buffer.from('*2000000000\r\n$4\r\n') },
  { name: 'giant counts', connections: 1000, first: Buffer.from(`${AUTH}*1000000\r\n$3\r\n`) },
  {
    name: 'giant arguments',
    connections: 100,
    first: Buffer.from(`${AUTH}*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000000\r\n`),
  },
  { name: 'a byte at a time', connections: 1000, first: AUTH, slowly: encodeRequest(['SET', 'key', 'value']) },
  { name: 'wrong passwords', connections: 1000, slowly: encodeRequest(['AUTH', 'guess']) },
  {
    name: 'never read, 8 MB limit',
    connections: 50,
    first: Buffer.concat([AUTH, repeated(encodeRequest(['GET', 'large']), 200)]),
    neverReads: true,
  },
  {
    name: 'never read, without',
    connections: 1000,
    first: repeated(encodeRequest(['PING']), 10_000),
    neverReads: true,
  },
  { name: 'come and go', connections: 100, first: encodeRequest(['PING']), returns: true },
  {
    name: 'input behind BLPOP',
    connections: 1,
    first: authenticated(['BLPOP', 'missing', '0']),
    flood: repeated(encodeRequest(['PING']), PINGS_AT_ONCE),
  },
  {
    name: 'input behind CLIENT PAUSE',
    connections: 1,
    before: PAUSE,
    first: authenticated(['SET', 'k', 'v']),
    flood: repeated(encodeRequest(['PING']), PINGS_AT_ONCE),
  },
  {
    name: 'large requests in MULTI',
    connections: 10,
    first: Buffer.concat([
      authenticated(['MULTI']),
      repeated(encodeRequest(['SET', 'k', 'x'.repeat(QUEUED_BYTES)]), QUEUED_COUNT),
    ]),
  },
  {
    name: 'BLPOP of 50,000 keys',
    connections: 20,
    first: authenticated(['BLPOP', ...Array.from({ length: BLOCKING_KEYS }, (_, i) => `missing:${i}`), '0']),
  },
  { name: 'names of 5 MB', connections: 20, first: authenticated(['CLIENT', 'SETNAME', 'x'.repeat(LARGE_BYTES)]) },
  {
    name: 'MONITOR of SETs of 5 MB',
    connections: 1,
    first: authenticated(['MONITOR']),
    meanwhile: ['SET', 'k', 'x'.repeat(LARGE_BYTES)],
  },
  {
    name: 'all resume at once',
    connections: 4000,
    before: PAUSE,
    first: authenticated(['SET', 'k', 'v']),
    halfway: ['CLIENT', 'UNPAUSE'],
  },
]

/** All connections of one kind of abuse. */
class Abusers {
  readonly #abuse: Abuse
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  #timer: NodeJS.Timeout | undefined
  #step = 0

  constructor(abuse: Abuse, port: number) {
    this.#abuse = abuse
    this.#port = port
  }

  async come(): Promise<void> {
    for (let left = this.#abuse.connections; left > 0; left -= DIAL_AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(left, DIAL_AT_ONCE) }, () => this.#dial()))
    }
    this.#timer = setInterval(() => this.#goOn(), STEP_MS)
  }

  async #dial(): Promise<void> {
    const { first, neverReads, flood } = this.#abuse
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    if (neverReads === true) socket.pause()
    else socket.resume()
    await once(socket, 'connect')
    this.#sockets.add(socket)
    if (first !== undefined) socket.write(first)
    if (flood !== undefined) this.#pour(socket, flood)
  }

  #pour(socket: Socket, flood: Buffer): void {
    while (!socket.destroyed && socket.write(flood));
    socket.once('drain', () => this.#pour(socket, flood))
  }

  #goOn(): void {
    const { slowly, returns } = this.#abuse
    const at = this.#step++
    if (slowly !== undefined) {
      const byte = slowly.subarray(at % slowly.length, (at % slowly.length) + 1)
      for (const socket of this.#sockets) socket.write(byte)
    }
    if (returns !== true) return
    for (const socket of [...this.#sockets].slice(0, this.#abuse.connections / 10)) {
      socket.destroy()
      void this.#dial()
    }
  }

  leave(): void {
    clearInterval(this.#timer)
    for (const socket of this.#sockets) socket.destroy()
  }
}

interface Figures extends Latency {
  readonly bytes: number
  /** Connections that the server let live. */
  readonly alive: number
}

async function measure(program: Program, abuse: Abuse): Promise<Figures> {
  const server = await MeasuredServer.start(program)
  const { connection } = server
  const abusers = new Abusers(abuse, server.port)
  try {
    await connection.run('SET', 'large', 'x'.repeat(VALUE_BYTES))
    await connection.run('CONFIG', 'SET', 'maxclients', '15000', 'client-output-buffer-limit', 'normal 8mb 0 0')
    await connection.run('CONFIG', 'SET', 'requirepass', PASSWORD)
    await connection.run('AUTH', PASSWORD)
    const workerData = { port: server.port, password: PASSWORD }
    const probe = new Worker(new URL('latency-probe.ts', import.meta.url), { workerData })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await latencyOf(probe)
    const before = await server.residentBytes()
    if (abuse.before !== undefined) await connection.run(...abuse.before)
    await abusers.come()
    await runMeanwhile(connection, abuse)
    const latency = await latencyOf(probe)
    const clients = await connection.info('clients', 'connected_clients')
    const figures = { ...latency, bytes: (await server.residentBytes()) - before, alive: clients - OWN_CLIENTS }
    await probe.terminate()
    return figures
  } finally {
    abusers.leave()
    await server.stop()
  }
}

/** Waits until the time is over, and sends on the way what others do. */
async function runMeanwhile(connection: Connection, { meanwhile, halfway }: Abuse): Promise<void> {
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let isHalfway = false
  while (performance.now() < endMs) {
    if (!isHalfway && performance.now() - startMs > (seconds * 1000) / 2) {
      isHalfway = true
      if (halfway !== undefined) await connection.run(...halfway)
    }
    if (meanwhile !== undefined) await connection.run(...meanwhile)
    await new Promise((resolve) => setTimeout(resolve, MEANWHILE_MS))
  }
}

async function latencyOf(probe: Worker): Promise<Latency> {
  probe.postMessage('report')
  const [latency] = (await once(probe, 'message')) as [Latency]
  return latency
}

const peer = peerServer(args)
const programs = peer === undefined ? [ourServer(args)] : [ourServer(args), peer]
for (const program of programs) console.log(`${program.title}: ${programPath(program)}`)
const table = new Table([
  { title: 'ABUSE', width: 26 },
  { title: 'server', width: 7 },
  { title: 'clients', width: 7 },
  { title: 'alive', width: 6 },
  { title: 'MB', width: 7 },
  { title: 'p50 ms', width: 7 },
  { title: 'p99 ms', width: 7 },
  { title: 'max ms', width: 7 },
])
for (const abuse of abuses.filter(({ name }) => wanted(name, args.words[0]))) {
  for (const program of programs) {
    const { bytes, alive, p50, p99, max } = await measure(program, abuse)
    const times = [p50, p99, max].map((ms) => ms.toFixed(2))
    table.row(abuse.name, program.title, abuse.connections, alive, mebibytes(bytes), ...times)
  }
}
