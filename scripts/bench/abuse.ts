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
import { encodeRequest } from './connection.ts'
import type { Latency } from './latency-probe.ts'
import { MeasuredServer, ourServer, type Program, peerServer, programPath } from './servers.ts'
import { mebibytes, Table } from './table.ts'

const PASSWORD = 'secret'
const AUTH = encodeRequest(['AUTH', PASSWORD])
const VALUE_BYTES = 1024 * 1024
const DIAL_AT_ONCE = 100
const STEP_MS = 10
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
}

const args = parseArguments(process.argv.slice(2), ['connections', 'seconds', 'ours', 'peer'])
const seconds = countOption(args, 'seconds', 3)
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
    const { first, neverReads } = this.#abuse
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    if (neverReads === true) socket.pause()
    else socket.resume()
    await once(socket, 'connect')
    this.#sockets.add(socket)
    if (first !== undefined) socket.write(first)
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
    await abusers.come()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
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
