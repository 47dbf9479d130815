import { encodeRequest } from '@kvasir/protocol'
import { expect, it } from 'vitest'
import { FaultyStream } from './faulty-stream.ts'
import { RespClient } from './resp-client.ts'
import { startTestEngine, startTestServer } from './test-server.ts'

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((done) => setImmediate(done))
}

it('a request that is cut anywhere is not run, and a whole one is', async () => {
  await using engine = startTestEngine()
  const request = encodeRequest(['INCR', 'a'])
  for (let at = 0; at <= request.length; at++) {
    using client = engine.dial({ sentBytesMax: at })
    client.write(request)
    await client.ended()
    expect(client.closed).toBe(true)
    expect([at, engine.call('GET', 'a')]).toEqual([at, at < request.length ? null : '1'])
  }
  using other = engine.dial()
  expect(await other.value('GET', 'a')).toBe('1')
  await turns(5)
  expect(engine.call('INFO', 'clients')).toContain('connected_clients:1\r\n')
})

it('a reply can be cut, over TCP too', async () => {
  await using server = await startTestServer()
  using whole = server.dial()
  await whole.value('SET', 'a', 'value')
  for (const at of [0, 1, 5, 10]) {
    using client = server.dial({ receivedBytesMax: at })
    await expect(client.value('GET', 'a')).rejects.toThrow('the connection is closed')
  }
  using client = server.dial({ receivedBytesMax: '$5\r\nvalue\r\n'.length })
  expect(await client.value('GET', 'a')).toBe('value')
  await client.ended()
})

it('bytes take their time on a virtual clock, in each direction', async () => {
  await using engine = startTestEngine()
  using client = engine.dial({ latency: { ms: 40, clock: engine.clock } })
  let reply: unknown
  client.value('SET', 'a', '1').then((value) => {
    reply = value
  })
  await turns(5)
  expect(engine.call('GET', 'a')).toBeNull()
  engine.clock.advance(40)
  await turns(5)
  expect(engine.call('GET', 'a')).toBe('1')
  engine.clock.advance(39)
  await turns(5)
  expect(reply).toBeUndefined()
  engine.clock.advance(1)
  await turns(5)
  expect(reply).toBe('OK')
})

it('a client that leaves while bytes are on their way takes them with it', async () => {
  await using engine = startTestEngine()
  const stream = new FaultyStream(engine.connect(), { latency: { ms: 40, clock: engine.clock } })
  const client = new RespClient(stream)
  client.write('SET a 1\r\n')
  await turns(2)
  client.close()
  engine.clock.advance(100)
  await turns(5)
  expect(engine.call('GET', 'a')).toBeNull()
})
