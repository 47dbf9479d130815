/** The engine's outside world in Node.js: clock, randomness, process figures. */

import { randomFillSync } from 'node:crypto'
import { release, totalmem } from 'node:os'
import type { Clock, HostInfo, Random } from '@kvasir/core'

const RANDOM_WORDS = 1024

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
  every(intervalMs, task) {
    const timer = setInterval(task, intervalMs)
    timer.unref()
    return () => clearInterval(timer)
  },
  // Not unref'd: an event loop with nothing else to do would sleep until the next timer before it ran the task.
  soon(task) {
    setImmediate(task)
  },
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
