import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { IdleFigures } from './_test-idle-server.ts'

/** Set KVASIR_IDLE_CONNECTIONS=9000 for a figure. */
const count = Number(process.env.KVASIR_IDLE_CONNECTIONS ?? 1000)

it('An idle connection takes 6 KB of the server at most, before it has said a password', {
  timeout: 120_000,
}, async () => {
  const child = fork(join(import.meta.dirname, '_test-idle-server.ts'), {
    execArgv: ['--conditions=@kvasir/source', '--expose-gc'],
  })
  const [port] = (await once(child, 'message')) as [number]
  const dialed: Socket[] = []
  const figuresOf = async (connections: number): Promise<IdleFigures> => {
    while (dialed.length < connections) {
      const batch = Array.from({ length: Math.min(200, connections - dialed.length) }, () => connect(port, '127.0.0.1'))
      await Promise.all(batch.map((socket) => once(socket, 'connect')))
      dialed.push(...batch)
    }
    child.send(connections)
    const [figures] = (await once(child, 'message')) as [IdleFigures]
    return figures
  }
  try {
    const before = await figuresOf(200)
    const after = await figuresOf(200 + count)
    const bytes = (after.heldBytes - before.heldBytes) / count
    if (process.env.KVASIR_IDLE_CONNECTIONS !== undefined) {
      const resident = (after.residentBytes - before.residentBytes) / count
      process.stdout.write(`an idle connection: ${Math.round(bytes)} bytes, resident ${Math.round(resident)}\n`)
    }
    // Less would be a sign that nothing was measured.
    expect(bytes).toBeGreaterThan(1024)
    expect(bytes).toBeLessThan(6 * 1024)
  } finally {
    for (const socket of dialed) socket.destroy()
    child.kill('SIGKILL')
  }
})
