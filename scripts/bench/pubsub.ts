/**
 * CPU time of PUBLISH, with its messages to a number of subscribers, beside a Valkey or Redis:
 *
 *     npm run bench -- pubsub [filter] [--rounds=3] [--ours=COMMAND] [--peer=COMMAND]
 *
 * A message has 100 bytes. The next requests are sent when all messages of those before have come. A ratio below 1
 * means that ours takes less.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { countOption, parseArguments, wanted } from './arguments.ts'
import { encodeRequest } from './connection.ts'
import { MeasuredServer, ourServer, peerServer, programPath } from './servers.ts'
import { median, ratio, Table } from './table.ts'

const MESSAGE = 'x'.repeat(100)
const MESSAGE_BYTES = encodeRequest(['message', 'channel', MESSAGE]).length
const REQUEST = encodeRequest(['PUBLISH', 'channel', MESSAGE])

const workloads = [
  { subscribers: 0, pipeline: 1, requests: 40_000 },
  { subscribers: 0, pipeline: 16, requests: 400_000 },
  { subscribers: 1, pipeline: 1, requests: 40_000 },
  { subscribers: 1, pipeline: 16, requests: 200_000 },
  { subscribers: 10, pipeline: 1, requests: 10_000 },
  { subscribers: 10, pipeline: 16, requests: 60_000 },
  { subscribers: 1000, pipeline: 1, requests: 500 },
  { subscribers: 1000, pipeline: 16, requests: 4800 },
]
type Workload = (typeof workloads)[number]

const nameOf = ({ subscribers, pipeline }: Workload): string => `to ${subscribers} p${pipeline}`

/** One publisher and its subscribers, which count bytes. */
class Audience {
  readonly #publisher: Socket
  readonly #subscribers: readonly Socket[]
  #messageBytes = 0
  #replyBytes = 0
  #wake: (() => void) | undefined

  private constructor(publisher: Socket, subscribers: readonly Socket[]) {
    this.#publisher = publisher
    this.#subscribers = subscribers
    publisher.on('data', (bytes) => {
      this.#replyBytes += bytes.length
      this.#wake?.()
    })
    for (const subscriber of subscribers) {
      subscriber.on('data', (bytes) => {
        this.#messageBytes += bytes.length
        this.#wake?.()
      })
    }
  }

  static async gather(port: number, count: number): Promise<Audience> {
    const subscribers: Socket[] = []
    for (let i = 0; i < count; i++) {
      const subscriber = await dial(port)
      subscriber.write(encodeRequest(['SUBSCRIBE', 'channel']))
      await once(subscriber, 'data')
      subscribers.push(subscriber)
    }
    return new Audience(await dial(port), subscribers)
  }

  async publish(requests: number, pipeline: number): Promise<void> {
    const count = this.#subscribers.length
    const batch = Buffer.concat(Array.from({ length: pipeline }, () => REQUEST))
    const replyBytes = pipeline * `:${count}\r\n`.length
    for (let sent = 0; sent < requests; sent += pipeline) {
      this.#messageBytes = 0
      this.#replyBytes = 0
      this.#publisher.write(batch)
      while (this.#replyBytes < replyBytes || this.#messageBytes < pipeline * count * MESSAGE_BYTES) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  leave(): void {
    for (const socket of [this.#publisher, ...this.#subscribers]) socket.destroy()
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** @returns CPU time for each PUBLISH, microseconds */
async function measure(server: MeasuredServer, { subscribers, pipeline, requests }: Workload): Promise<number> {
  const audience = await Audience.gather(server.port, subscribers)
  await audience.publish(requests / 10, pipeline)
  const before = await server.cpuUs()
  await audience.publish(requests, pipeline)
  const us = (await server.cpuUs()) - before
  audience.leave()
  return us / requests
}

const args = parseArguments(process.argv.slice(2), ['rounds', 'ours', 'peer'])
const rounds = countOption(args, 'rounds', 3)
const peer = peerServer(args)
const programs = peer === undefined ? [ourServer(args)] : [ourServer(args), peer]
for (const program of programs) console.log(`${program.title}: ${programPath(program)}`)
const servers = await Promise.all(programs.map((program) => MeasuredServer.start(program)))
try {
  const table = new Table([
    { title: 'PUBLISH', width: 14 },
    { title: 'CPU us', width: 9 },
    { title: `${peer?.title ?? 'peer'} us`, width: 9 },
    { title: 'ratio', width: 6 },
  ])
  for (const workload of workloads.filter((each) => wanted(nameOf(each), args.words[0]))) {
    const figures: number[][] = servers.map(() => [])
    for (let round = 0; round < rounds; round++) {
      for (const [i, server] of servers.entries()) figures[i]?.push(await measure(server, workload))
    }
    const [ours = Number.NaN, others] = figures.map(median)
    table.row(nameOf(workload), ours.toFixed(2), others?.toFixed(2) ?? '-', ratio(ours, others))
  }
} finally {
  for (const server of servers) await server.stop()
}
