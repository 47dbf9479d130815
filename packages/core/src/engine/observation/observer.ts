/**
 * Observer: what is noted of commands once they have run: command logs, latencies, hot keys, monitors.
 *
 *     Dispatcher.run --timed, watched or large--> Observer.ran --> slow log, large requests, large replies
 *                                                              --> latency monitor, histogram of the command
 *                                                              --> monitors, hot keys
 *     Dispatcher.endTurn --shares of the turn's time---------->    histograms of the others
 *
 * Looking at the clock around a command costs a tenth of what GET takes. So commands in constant time share the turn's
 * time, and are timed one by one only when the request is large, when the latency monitor or the tracking of hot keys
 * is on, or when the slow log is to have what takes less than a millisecond: with its default of 10 ms nothing that
 * such a command does could be in it. What a log shows of a pause that hits a GET is the pause, and that is left out.
 */

import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import type { ConfigRegistry } from '../config/registry.ts'
import type { LogSink } from '../interfaces.ts'
import { CommandLog } from './command-log.ts'
import { HotKeys, type HotKeysHost } from './hot-keys.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { LatencyMonitor } from './latency-monitor.ts'
import { ModuleTimes } from './module-times.ts'
import { Monitors } from './monitors.ts'

/** For a time that was not taken. */
export const UNTIMED = -1

/** No request is of this size, and no command takes so long; the largest number that needs no box. */
const NONE = 2 ** 31 - 1
/** Below this, the slow log wants every command timed. */
const SLOW_US_OF_ALL = 1000
/** A request with more words, or from a buffer larger than that of a socket, takes its time whatever its command. */
const QUICK_WORDS_MAX = 64
const QUICK_BUFFER_BYTES_MAX = 64 * 1024
const US_PER_MS = 1000
const NS_PER_US = 1000

export class Observer {
  readonly slow = new CommandLog()
  readonly largeRequests = new CommandLog()
  readonly largeReplies = new CommandLog()
  readonly latency = new LatencyMonitor()
  readonly monitors = new Monitors(() => this.#chooseWatch())
  readonly hotKeys: HotKeys
  readonly modules: ModuleTimes
  tracksLatency = true
  /** Least size of a reply that is logged; `NONE` for no size. */
  largeReplyBytes = NONE
  #largeRequestBytes = NONE
  #slowUs = NONE
  /** Whether each command is to be timed on its own, and told of. */
  #watchesAll = false
  /** A request from a larger buffer may be one that takes its time, or is to be logged. */
  #quickBufferBytes = QUICK_BUFFER_BYTES_MAX

  constructor(config: ConfigRegistry, outside: HotKeysHost & { readonly log: LogSink }) {
    this.hotKeys = new HotKeys(outside, () => this.#chooseWatch())
    this.modules = new ModuleTimes(config, outside.clock, outside.log)
    config.follow('commandlog-execution-slower-than', (us) => {
      this.#slowUs = limitOf(us)
      this.#chooseWatch()
    })
    config.follow('commandlog-request-larger-than', (bytes) => {
      this.#largeRequestBytes = limitOf(bytes)
      this.#quickBufferBytes = Math.min(QUICK_BUFFER_BYTES_MAX, this.#largeRequestBytes - 1)
    })
    config.follow('commandlog-reply-larger-than', (bytes) => {
      this.largeReplyBytes = limitOf(bytes)
    })
    config.follow('commandlog-slow-execution-max-len', (count) => this.slow.limit(count))
    config.follow('commandlog-large-request-max-len', (count) => this.largeRequests.limit(count))
    config.follow('commandlog-large-reply-max-len', (count) => this.largeReplies.limit(count))
    config.follow('latency-monitor-threshold', (ms) => {
      this.latency.thresholdUs = ms === 0 ? Number.POSITIVE_INFINITY : ms * US_PER_MS
      this.#chooseWatch()
    })
    config.follow('latency-tracking', (isOn) => {
      this.tracksLatency = isOn
    })
  }

  #chooseWatch(): void {
    this.#watchesAll =
      this.#slowUs < SLOW_US_OF_ALL || this.latency.isOn || this.monitors.areThere || this.hotKeys.isActive
  }

  /** Whether a constant-time command is to be timed on its own, and told of. */
  watches(call: Call): boolean {
    return this.#watchesAll || call.argc > QUICK_WORDS_MAX || call.buf.length > this.#quickBufferBytes
  }

  /**
   * A command has run, and has its answer.
   * @param ns what it took, whole, or UNTIMED
   */
  ran(call: Call, ns: number, replyBytes: number): void {
    const { command, engine } = call
    const us = ns === UNTIMED ? UNTIMED : Math.round(ns / NS_PER_US)
    if (ns !== UNTIMED) {
      this.took(command, ns, 1)
      if (command.isOfModule) this.modules.took(command.module, command.fullName, us, us)
      this.latency.note(command.flags.has('fast') ? 'fast-command' : 'command', us, engine.nowMs)
    }
    if (!call.answersClient || command.flags.has('skip_commandlog')) return
    if (ns !== UNTIMED && this.hotKeys.isActive) this.hotKeys.ran(call, ns, requestBytes(call) + replyBytes)
    if (us >= this.#slowUs) this.slow.add(call, us)
    if (replyBytes >= this.largeReplyBytes) this.largeReplies.add(call, replyBytes)
    if (call.buf.length < this.#largeRequestBytes || engine.dispatcher.busy) return
    const bytes = requestBytes(call)
    if (bytes >= this.#largeRequestBytes) this.largeRequests.add(call, bytes)
  }

  /** For INFO latencystats and LATENCY HISTOGRAM. @param ns what each of the calls took, whole */
  took(command: Command, ns: number, calls: number): void {
    if (!this.tracksLatency) return
    command.latencies ??= new LatencyHistogram()
    command.latencies.record(ns, calls)
  }
}

const limitOf = (value: number): number => (value < 0 ? NONE : Math.min(NONE, value))

/** As the request was sent: `*2\r\n`, and for each word `$3\r\n`, the word and `\r\n`. */
function requestBytes({ argc, lengths }: Call): number {
  let bytes = headerBytes(argc)
  for (let i = 0; i < argc; i++) bytes += headerBytes(lengths[i]) + lengths[i] + 2
  return bytes
}

/** Of `*12\r\n` and the like. */
function headerBytes(count: number): number {
  let bytes = 4
  for (let more = 10; more <= count; more *= 10) bytes++
  return bytes
}
