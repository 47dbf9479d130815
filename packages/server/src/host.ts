/** The engine's outside world in Node.js: clock, randomness, process figures. */

import { randomFillSync } from 'node:crypto'
import { release, totalmem } from 'node:os'
import type { Clock, HostInfo, Random } from '@kvasir/core'

const RANDOM_WORDS = 1024
/** The longest that a timer of Node.js waits; it takes longer times for one millisecond. */
const TIMER_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
  every(intervalMs, task) {
    if (intervalMs > TIMER_MS_MAX) return everyLong(intervalMs, task)
    const timer = setInterval(task, intervalMs)
    timer.unref()
    return () => clearInterval(timer)
  },
  // Not unref'd: an event loop with nothing else to do would sleep until the next timer before it ran the task.
  soon(task) {
    setImmediate(task)
  },
}

/** An interval as a chain of timers. */
function everyLong(intervalMs: number, task: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, TIMER_MS_MAX)
    timer = setTimeout(() => {
      wait(leftMs > stepMs ? leftMs - stepMs : intervalMs)
      if (leftMs <= stepMs) task()
    }, stepMs)
    timer.unref()
  }
  wait(intervalMs)
  return () => clearTimeout(timer)
}

/** Cryptographic random numbers, drawn 1,024 at a time. */
export function systemRandom(): Random {
  const words = new Uint32Array(RANDOM_WORDS)
  let next = RANDOM_WORDS
  return {
    next() {
      if (next === RANDOM_WORDS) {
        randomFillSync(words)
        next = 0
      }
      return words[next++] as number
    },
  }
}

export const systemHost: HostInfo = {
  processId: process.pid,
  os: `${process.platform === 'linux' ? 'Linux' : process.platform} ${release()} ${process.arch}`,
  multiplexingApi: 'libuv',
  executable: process.execPath,
  systemMemoryBytes: totalmem(),
  residentBytes: () => process.memoryUsage.rss(),
  heapBytes: () => process.memoryUsage().heapUsed,
  cpuUs: () => process.cpuUsage(),
  // From Node.js 23.9 on.
  ...('threadCpuUsage' in process ? { threadCpuUs: () => process.threadCpuUsage() } : {}),
}
