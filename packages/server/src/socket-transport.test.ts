import { connect, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Client } from './client.ts'
import { createServer, type Server } from './server.ts'
import { SocketTransport } from './socket-transport.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A port whose connections get a transport made by `transportOf`. */
async function listen(server: Server, transportOf: (accepted: Socket) => SocketTransport): Promise<number> {
  const net: NetServer = createNetServer({ pauseOnConnect: true }, (accepted) => {
    const transport = transportOf(accepted)
    transport.start(server.engine.createSession(transport))
  })
  await new Promise<void>((done) => net.listen(0, '127.0.0.1', done))
  open.push(() => new Promise((done) => net.close(done)))
  return (net.address() as { port: number }).port
}

/** A socket of a Node.js that keeps its handle elsewhere. */
function withoutHandle(accepted: Socket): Socket {
  return new Proxy(accepted, {
    get(target, name) {
      if (name === '_handle') return undefined
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

it.each([
  ['by the handle of the socket', true, (accepted: Socket) => accepted],
  ['by events where no handle is found', false, withoutHandle],
])('reads requests and writes replies, large ones too: %s', async (_how, hasHandle, socketOf) => {
  const server = await createServer({ port: null })
  open.push(() => server.close())
  const port = await listen(server, (accepted) => new SocketTransport(socketOf(accepted), 'tcp', ''))
  const client = new Client(connect(port, '127.0.0.1'), { resp: 2 })
  expect(await client.send('SET', 'a', 'x'.repeat(1_000_000))).toBe('OK')
  const values = await Promise.all(Array.from({ length: 20 }, () => client.send<string>('GET', 'a')))
  expect(values.every((value) => value.length === 1_000_000)).toBe(true)
  expect(await client.send('CLIENT', 'INFO')).toMatch(/ addr=127\.0\.0\.1:\d+ laddr=127\.0\.0\.1:\d+ /)
  const [session] = server.engine.sessions.values()
  expect((session?.transport.descriptor ?? -1) >= 0).toBe(hasHandle && process.platform !== 'win32')
  client.close()
  await expect.poll(() => server.engine.sessions.size).toBe(0)
})

it('gathers what waits for a client that does not read, so that it costs hardly more than its bytes', async () => {
  const server = await createServer({ port: null })
  open.push(() => server.close())
  const transports: SocketTransport[] = []
  const port = await listen(server, (accepted) => {
    const transport = new SocketTransport(accepted, 'tcp', '')
    transports.push(transport)
    return transport
  })
  const socket = connect(port, '127.0.0.1').pause()
  socket.write('SUBSCRIBE a\r\n')
  await expect.poll(() => server.call('PUBSUB', 'NUMSUB', 'a')).toEqual(['a', 1])
  const [transport] = transports as [SocketTransport]
  let expected = '*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n'
  const publish = (message: string): void => {
    server.call('PUBLISH', 'a', message)
    server.engine.pushes.deliver()
    expected += `*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$${message.length}\r\n${message}\r\n`
  }
  while (transport.queuedBytes === 0) publish('x'.repeat(100_000))
  const writes = vi.spyOn(transport.socket, 'write')
  const before = transport.queuedBytes
  const start = expected.length
  for (let i = 0; i < 5000; i++) publish(`message ${i}`)
  publish('y'.repeat(100_000))
  publish('the last one')
  expect(transport.queuedBytes - before).toBe(expected.length - start)
  expect(writes.mock.calls.length).toBeLessThan(30)
  let received = ''
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1')
  })
  socket.resume()
  await expect.poll(() => received.length).toBe(expected.length)
  expect(received === expected).toBe(true)
  await expect.poll(() => transport.queuedBytes).toBe(0)
  // And again, when something waits at the end of the connection.
  socket.pause()
  while (transport.queuedBytes === 0) publish('x'.repeat(100_000))
  for (let i = 0; i < 100; i++) publish(`message ${i}`)
  transport.session?.close(false)
  socket.resume()
  await expect.poll(() => received.length).toBe(expected.length)
  expect(received === expected).toBe(true)
})

describe('reply buffers that a socket needed for longer', () => {
  const sizes = [1000, 17_000, 70_000, 600_000, 1_100_000, 3_000_000]

  it('come whole to a client that reads slowly, whatever else is sent meanwhile', async () => {
    const server = await createServer({ port: 0 })
    open.push(() => server.close())
    const values = sizes.map((bytes, i) =>
      Buffer.from(Array.from({ length: bytes }, (_, k) => (k * (2 * i + 1) + i) % 251)),
    )
    for (const [i, value] of values.entries()) server.call('SET', `key:${i}`, value)
    const readsSlowly = async (seed: number): Promise<boolean> => {
      const socket = connect(server.port, '127.0.0.1').pause()
      const wanted = Array.from({ length: 18 }, (_, i) => (i * seed) % sizes.length)
      for (const i of wanted) socket.write(`GET key:${i}\r\n`)
      const expected = Buffer.concat(
        wanted.flatMap((i) => [Buffer.from(`$${sizes[i]}\r\n`), values[i] as Buffer, Buffer.from('\r\n')]),
      )
      const received: Buffer[] = []
      let bytes = 0
      await new Promise<void>((done) => {
        socket.on('data', (part: Buffer) => {
          received.push(part)
          bytes += part.length
          if (bytes >= expected.length) done()
          socket.pause()
          setImmediate(() => socket.resume())
        })
        setTimeout(() => socket.resume(), seed)
      })
      socket.destroy()
      return Buffer.concat(received).equals(expected)
    }
    const areWhole = await Promise.all([1, 5, 7, 11, 13].map(readsSlowly))
    expect(areWhole).toEqual([true, true, true, true, true])
  })

  it('are given back when the client is ended for not reading', async () => {
    const server = await createServer({ port: 0 })
    open.push(() => server.close())
    server.call('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 8mb 0 0')
    server.call('SET', 'large', 'x'.repeat(2 ** 20))
    const growths: number[] = []
    for (let i = 0; i < 8; i++) {
      const before = process.memoryUsage().arrayBuffers
      const socket = connect(server.port, '127.0.0.1').pause()
      socket.on('error', () => {})
      socket.write('GET large\r\n'.repeat(100))
      await expect.poll(() => server.engine.stats.outputBufferLimitDisconnections).toBe(i + 1)
      socket.destroy()
      await expect.poll(() => server.engine.sessions.size).toBe(0)
      growths.push(process.memoryUsage().arrayBuffers - before)
    }
    // Without a collection, which may have been under way in one turn of these or the other.
    expect(Math.max(...growths)).toBeLessThan(3 * 2 ** 20)
  })
})
