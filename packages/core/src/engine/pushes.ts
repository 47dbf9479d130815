/**
 * Pushes: what clients get without having asked, such as messages of channels.
 *
 *     writers[RESP2], writers[RESP3]   the turn's pushes, one behind the other, each written once a version
 *     session.pushes                   which parts of them a client gets: (version, start, end) each
 *
 * A session whose replies are being written gets its pushes behind the reply of the command that runs. The others get
 * theirs with one `send` when all clients that had sent something have had their turn, or ahead of the next reply. With
 * 50 clients that publish to 10, that takes 12 us of CPU each, and a `send` at the end of each turn 93. Pushes that
 * lie next to each other are one part, and leave from the writer's buffer without a copy; the writers begin anew once
 * nobody waits for anything in them.
 *
 * Invariant: a session with parts is in `#waiting`, or its own feed will take them.
 */

import { ReplyWriter } from '@kvasir/protocol'
import type { Engine } from './engine.ts'
import { REPLY_ON, type Session } from './session.ts'

/** Pushes beyond this are sent before more are written. */
const DELIVER_BYTES = 1024 * 1024
/** Buffers that one large push made bigger than this are given back. */
const BUFFER_BYTES_KEPT = 1024 * 1024
/** Parts that a session's arrays keep room for. */
const PARTS_KEPT = 16

/** What a session is still to get of the writers. The arrays keep their size: emptying them would allocate later. */
export class PushQueue {
  readonly writers: ReplyWriter[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** Parts in the arrays. */
  count = 0
  bytes = 0
  /** Whether `deliver` will come by. */
  isListed = false

  add(writer: ReplyWriter, start: number, end: number): void {
    const { count } = this
    this.bytes += end - start
    if (count > 0 && this.ends[count - 1] === start && this.writers[count - 1] === writer) {
      this.ends[count - 1] = end
      return
    }
    this.writers[count] = writer
    this.starts[count] = start
    this.ends[count] = end
    this.count++
  }

  clear(): void {
    this.count = 0
    this.bytes = 0
    if (this.ends.length <= PARTS_KEPT) return
    this.writers.length = 0
    this.starts.length = 0
    this.ends.length = 0
  }

  copyTo(out: ReplyWriter): void {
    for (let i = 0; i < this.count; i++) {
      out.raw(this.writers[i].buf, this.starts[i], this.ends[i] - this.starts[i])
    }
  }
}

/** One push, whoever gets it: where it lies in a writer, once it is written there. */
interface Written {
  readonly writer: ReplyWriter
  start: number
  end: number
}

export class Pushes {
  readonly #engine: Engine
  /** For RESP2 and RESP3. */
  readonly #writers: readonly ReplyWriter[] = [writerOf(2), writerOf(3)]
  /** The push that is being sent, in either version; -1 where it is not written. */
  readonly #written: readonly Written[] = this.#writers.map((writer) => ({ writer, start: -1, end: -1 }))
  #write: (out: ReplyWriter) => void = () => {}
  /** For parts that do not lie next to each other. */
  readonly #gathered = new ReplyWriter()
  readonly #waiting: Session[] = []
  #deliversSoon = false
  readonly #deliverNow = (): void => {
    this.#deliversSoon = false
    this.deliver()
  }

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Begins a push, which `sendTo` gives to sessions. @param write writes it, `out.push(...)` first */
  begin(write: (out: ReplyWriter) => void): void {
    const [resp2, resp3] = this.#written
    if (resp2.writer.pos + resp3.writer.pos > DELIVER_BYTES) this.deliver()
    this.#write = write
    resp2.start = -1
    resp3.start = -1
  }

  /** Gives a session the push that was begun last. */
  sendTo(session: Session): void {
    const written = this.#written[session.resp - 2]
    const { writer } = written
    if (written.start < 0) {
      written.start = writer.pos
      this.#write(writer)
      written.end = writer.pos
    }
    session.pushes ??= new PushQueue()
    const queue = session.pushes
    queue.add(writer, written.start, written.end)
    if (!queue.isListed) {
      queue.isListed = true
      this.#waiting.push(session)
    }
    if (queue.bytes < this.#engine.outputCheckBytes) return
    if (this.#engine.onLargeOutput?.(session, queue.bytes) === true) queue.clear()
  }

  /** To be called behind the last push: outside a turn nobody else would deliver them. */
  settle(): void {
    if (!this.#engine.dispatcher.isInTurn) this.deliver()
  }

  /** Writes what answers a command and is a push all the same: no CLIENT REPLY holds it back. */
  answer(session: Session, write: (out: ReplyWriter) => void): void {
    if (session.replyMode === REPLY_ON) write(this.#engine.reply)
    else {
      this.begin(write)
      this.sendTo(session)
    }
  }

  /** Writes a session's pushes behind the reply that it has just got. */
  writeBehindReply(queue: PushQueue): void {
    if (queue.bytes === 0) return
    queue.copyTo(this.#engine.reply)
    queue.clear()
  }

  /** Called when a turn ends: other clients, whose turn comes at once, may have pushes for the same sessions. */
  deliverSoon(): void {
    if (this.#waiting.length === 0 || this.#deliversSoon) return
    this.#deliversSoon = true
    this.#engine.clock.soon(this.#deliverNow)
  }

  /** Sends what sessions are still to get, but to those whose replies are being written. */
  deliver(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    let kept = 0
    for (let i = 0; i < waiting.length; i++) {
      const session = waiting[i]
      const queue = session.pushes as PushQueue
      if (session.isAnswering && queue.bytes > 0) waiting[kept++] = session
      else {
        queue.isListed = false
        this.deliverTo(session, queue)
      }
    }
    waiting.length = kept
    if (kept === 0) this.#beginAnew()
  }

  /** Sends what one session is still to get, ahead of something else that it is sent now. */
  deliverTo(session: Session, queue: PushQueue): void {
    if (queue.bytes === 0) return
    if (queue.count === 1) {
      const writer = queue.writers[0]
      if (session.sendPushes(writer.buf, queue.starts[0], queue.bytes)) writer.isLent = true
    } else {
      const gathered = this.#gathered
      queue.copyTo(gathered)
      const length = gathered.pos
      gathered.pos = 0
      if (session.sendPushes(gathered.buf, 0, length)) gathered.replaceBuffer()
      shrink(gathered)
    }
    queue.clear()
  }

  #beginAnew(): void {
    for (const writer of this.#writers) {
      writer.pos = 0
      if (writer.isLent) writer.replaceBuffer()
      shrink(writer)
    }
  }
}

function shrink(writer: ReplyWriter): void {
  if (writer.buf.length > BUFFER_BYTES_KEPT) writer.replaceBuffer()
}

function writerOf(resp: 2 | 3): ReplyWriter {
  const writer = new ReplyWriter()
  writer.resp = resp
  return writer
}
