/**
 * The server's log, in the form of redis-server:
 *
 *     13061:M 21 Nov 2026 02:08:45.280 * Ready to accept connections tcp
 *     process id, role (M primary, S replica), local time, level (. debug, - verbose, * notice, # warning), message
 *
 * A line is written at once and as a whole, so that none is lost when the process ends. A log file is opened for each
 * line, as the peers do: it can be moved away at any time. Further lines of a message, such as those of a stack, begin
 * with blanks, so that no text of a module's or a client's can pass for an entry of its own.
 */

import { appendFileSync, writeSync } from 'node:fs'
import type { LogLevel, LogSink } from '@kvasir/core'
import { codeOf } from './listener.ts'

const RANK: Readonly<Record<LogLevel | 'nothing', number>> = { debug: 0, verbose: 1, notice: 2, warning: 3, nothing: 4 }
const MARK: Readonly<Record<LogLevel, string>> = { debug: '.', verbose: '-', notice: '*', warning: '#' }
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Passes on what is important enough. */
export class LeveledLog {
  /** As `loglevel` says. */
  level: LogLevel | 'nothing' = 'notice'
  readonly #sink: LogSink

  constructor(sink: LogSink) {
    this.#sink = sink
  }

  readonly write: LogSink = (level, message) => {
    if (RANK[level] >= RANK[this.level]) this.#sink(level, message)
  }
}

/** What could make a terminal do things that the log is read on; not tabs and line feeds. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

export function logLine(pid: number, role: string, time: Date, level: LogLevel, message: string): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${two(time.getDate())} ${MONTHS[time.getMonth()]} ${time.getFullYear()}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const ms = String(time.getMilliseconds()).padStart(3, '0')
  const entry = message
    .trimEnd()
    .replace(/[\r\n\u2028\u2029]+ */g, '\n    ')
    .replace(CONTROL, '?')
  return `${pid}:${role} ${date} ${clock}.${ms} ${MARK[level]} ${entry}\n`
}

/** Where the lines of a process go: standard output, or a file. */
export class LogFile {
  /** Empty for standard output. */
  path = ''

  readonly sink: LogSink = (level, message) => this.writeLine(logLine(process.pid, 'M', new Date(), level, message))

  writeLine(line: string): void {
    try {
      if (this.path === '') writeAll(1, line)
      else appendFileSync(this.path, line)
    } catch {
      // A log that cannot be written must not stop the server: the disk may be full, the terminal gone.
    }
  }
}

/** Standard output may be a pipe that is full for the moment. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; ) {
    try {
      start += writeSync(descriptor, bytes, start)
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
