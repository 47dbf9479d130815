/**
 * For idle-connections.test.ts: a server with a password in a process of its own, run with `--expose-gc`. It sends its
 * port, and then what it holds each time it is sent how many connections there are to be by then.
 */

import { setTimeout as wait } from 'node:timers/promises'
import { createServer } from './server.ts'

export interface IdleFigures {
  /** What JavaScript holds, bytes. */
  readonly heldBytes: number
  readonly residentBytes: number
}

const { gc: collect } = globalThis as unknown as { readonly gc: () => void }

/** Buffers are given back a while after they were found to be garbage. */
async function heldBytes(): Promise<number> {
  let held = Number.POSITIVE_INFINITY
  for (;;) {
    collect()
    await wait(50)
    const { heapUsed, external } = process.memoryUsage()
    // Less than that comes and goes.
    if (heapUsed + external > held - 16 * 1024) return held
    held = heapUsed + external
  }
}

const server = await createServer({ port: 0, requirepass: 'secret', maxclients: 20_000 })
process.on('message', async (connections: number) => {
  while (server.engine.sessions.size < connections) await wait(10)
  const figures: IdleFigures = { heldBytes: await heldBytes(), residentBytes: process.memoryUsage().rss }
  process.send?.(figures)
})
process.send?.(server.port)
