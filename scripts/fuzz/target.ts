/**
 * Targets: what commands are sent to. An engine in this process, or a server behind a socket; each with one connection
 * that speaks RESP2 and one that speaks RESP3.
 */
import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../workspace.ts'
import type { Words } from './command-spec.ts'
import { Draw } from './draw.ts'
import { splitReplies } from './reply.ts'

/** How long a batch may take before the server counts as hanging. */
const PATIENCE_MS = 20_000

/** How long an engine on its own may have commands wait, by its own clock, before that counts as hanging. */
const WAIT_MS_MAX = 30_000
const DAY_MS = 24 * 3600 * 1000

/** What is used of an engine; packages/core/src has the whole of it. */
export interface FuzzedEngine {
  createSession(transport: object): { feed(buf: Uint8Array, start: number, end: number): void }
  readonly config: { set(settings: readonly (readonly string[])[], options: object): string | undefined }
  close(): void
}

export interface Target {
  readonly title: string
  /** Sends commands at once. @returns the bytes of each reply, one character each; throws when the server is gone */
  send(protocol: 2 | 3, commands: readonly Words[]): Promise<string[]>
  /** Lets time pass. */
  sleep(ms: number): Promise<void>
  close(): void
}

export function encodeCommands(commands: readonly Words[]): Buffer {
  let text = ''
  for (const words of commands) {
    text += `*${words.length}\r\n`
    for (const word of words) text += `$${word.length}\r\n${word}\r\n`
  }
  return Buffer.from(text, 'latin1')
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What came on one connection, until it is as many replies as were asked for. */
class Inbox {
  #parts: string[] = []
  #bytes = 0
  #wanted = 0
  #resolve: ((replies: string[]) => void) | undefined
  #reject: ((error: Error) => void) | undefined
  #failure: Error | undefined
  /** A look at the replies is worth it only when this much has come: they are looked through from the start. */
  #nextLook = 0

  take(text: string): void {
    this.#parts.push(text)
    this.#bytes += text.length
    if (this.#bytes >= this.#nextLook) this.#look()
  }

  #look(): void {
    if (this.#resolve === undefined) return
    const text = this.#parts.join('')
    this.#parts = [text]
    const { replies, rest } = splitReplies(text)
    if (replies.length < this.#wanted) {
      this.#nextLook = text.length > 1_000_000 ? text.length * 1.1 : 0
      return
    }
    if (replies.length > this.#wanted || rest !== '') this.fail(new Error('more replies came than were asked for'))
    this.#parts = []
    this.#bytes = 0
    this.#resolve(replies)
    this.#resolve = undefined
  }

  /** Whether that many replies have come. */
  has(count: number): boolean {
    const text = this.#parts.join('')
    this.#parts = [text]
    return splitReplies(text).replies.length >= count
  }

  fail(error: Error): void {
    this.#failure ??= error
    this.#reject?.(this.#failure)
  }

  async replies(count: number, title: string): Promise<string[]> {
    if (this.#failure !== undefined) throw this.#failure
    if (count === 0) return []
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<string[]>((resolve, reject) => {
        this.#wanted = count
        this.#resolve = resolve
        this.#reject = reject
        this.#nextLook = 0
        timer = setTimeout(() => {
          this.#nextLook = 0
          this.#look()
          this.fail(new Error(`${title} sent no reply within ${PATIENCE_MS / 1000} s`))
        }, PATIENCE_MS)
        if (this.#bytes > 0) this.#look()
      })
    } finally {
      clearTimeout(timer)
      this.#resolve = undefined
      this.#reject = undefined
    }
  }
}

export class ServerTarget implements Target {
  readonly title: string
  readonly #sockets = new Map<2 | 3, { readonly socket: Socket; readonly inbox: Inbox }>()

  private constructor(title: string) {
    this.title = title
  }

  static async open(title: string, port: number): Promise<ServerTarget> {
    const target = new ServerTarget(title)
    for (const protocol of [2, 3] as const) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const inbox = new Inbox()
      socket.setEncoding('latin1')
      socket.on('data', (text) => inbox.take(text as unknown as string))
      socket.on('error', (error) => inbox.fail(error))
      socket.on('close', () => inbox.fail(new Error(`${title} closed the connection`)))
      target.#sockets.set(protocol, { socket, inbox })
    }
    await target.send(3, [['HELLO', '3']])
    return target
  }

  async send(protocol: 2 | 3, commands: readonly Words[]): Promise<string[]> {
    const { socket, inbox } = this.#sockets.get(protocol) as { socket: Socket; inbox: Inbox }
    socket.write(encodeCommands(commands))
    return inbox.replies(commands.length, this.title)
  }

  sleep(ms: number): Promise<void> {
    return pause(ms)
  }

  close(): void {
    for (const { socket } of this.#sockets.values()) socket.removeAllListeners('close').destroy()
  }
}

interface EngineSession {
  feed(buf: Uint8Array, start: number, end: number): void
}

interface Timer {
  readonly intervalMs: number
  nextMs: number
  readonly task: () => void
}

/** What is taken from our packages. */
interface EngineParts {
  createEngine(options: object): FuzzedEngine
  checkEngine(engine: FuzzedEngine): void
}

/**
 * Our engine, from the sources or the build as the process was started, on a clock that follows the computer's, or,
 * with `virtual`, one that stands still except in `sleep`.
 */
export class EngineTarget implements Target {
  readonly title = 'ours'
  readonly engine: FuzzedEngine
  readonly #sessions = new Map<2 | 3, { readonly session: EngineSession; readonly inbox: Inbox }>()
  readonly #timers = new Set<Timer>()
  readonly #virtual: boolean
  readonly #checkEngine: EngineParts['checkEngine']
  /** What the engine logged as a warning: exceptions of its own. */
  readonly warnings: string[] = []
  #virtualMs = 1_800_000_000_000

  private constructor(parts: EngineParts, seed: number, virtual: boolean) {
    const draw = new Draw(seed)
    this.#checkEngine = parts.checkEngine
    this.#virtual = virtual
    this.engine = parts.createEngine({
      clock: {
        nowMs: () => this.#nowMs(),
        monotonicUs: () => (virtual ? this.#virtualMs : performance.now()) * 1000,
        every: (intervalMs: number, task: () => void) => this.#every(intervalMs, task),
        soon: (task: () => void) => void setImmediate(task),
      },
      random: draw,
      log: (level: string, message: string) => {
        if (level === 'warning') this.warnings.push(message)
      },
    })
    for (const protocol of [2, 3] as const) {
      const inbox = new Inbox()
      const session = this.engine.createSession({
        kind: 'memory',
        address: '127.0.0.1:50000',
        localAddress: '127.0.0.1:6379',
        descriptor: 8,
        queuedBytes: 0,
        send: (buf: Uint8Array, start: number, length: number) => {
          inbox.take(Buffer.from(buf.buffer, buf.byteOffset + start, length).toString('latin1'))
          return false
        },
        close: () => inbox.fail(new Error('the engine ended the session')),
      })
      this.#sessions.set(protocol, { session, inbox })
    }
  }

  static async start(seed: number, virtual = false): Promise<EngineTarget> {
    const require = createRequire(join(root, 'packages', 'testkit', 'package.json'))
    const load = (name: string) => import(pathToFileURL(require.resolve(name)).href)
    const { createEngine } = await load('@kvasir/core')
    const { checkEngine } = await load('@kvasir/testkit')
    const target = new EngineTarget({ createEngine, checkEngine }, seed, virtual)
    await target.send(3, [['HELLO', '3']])
    return target
  }

  #nowMs(): number {
    return this.#virtual ? this.#virtualMs : Date.now()
  }

  #every(intervalMs: number, task: () => void): () => void {
    if (!this.#virtual) {
      // Timers of Node.js take more than 24 days for a millisecond. No run lasts for one.
      const timer = setInterval(task, Math.min(intervalMs, DAY_MS))
      timer.unref()
      return () => clearInterval(timer)
    }
    const timer = { intervalMs, nextMs: this.#virtualMs + intervalMs, task }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  async send(protocol: 2 | 3, commands: readonly Words[]): Promise<string[]> {
    const { session, inbox } = this.#sessions.get(protocol) as { session: EngineSession; inbox: Inbox }
    const request = encodeCommands(commands)
    session.feed(request, 0, request.length)
    // A client that waits for a key does so until time passes.
    for (let ms = 0; this.#virtual && ms < WAIT_MS_MAX && !inbox.has(commands.length); ms++) await this.sleep(1)
    return inbox.replies(commands.length, this.title)
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#virtual) return pause(ms)
    for (const end = this.#virtualMs + ms; this.#virtualMs < end; this.#virtualMs++) {
      for (const timer of this.#timers) {
        if (timer.nextMs > this.#virtualMs) continue
        timer.nextMs += timer.intervalMs
        timer.task()
      }
    }
    // What the engine put off with `soon`.
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Throws when the engine's invariants do not hold. */
  check(): void {
    this.#checkEngine(this.engine)
  }

  close(): void {
    this.engine.close()
  }
}
