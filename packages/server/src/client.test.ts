import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { Client } from './client.ts'
import { createEngine } from './embedded-engine.ts'

it('pipelines commands and gives each its reply', async () => {
  await using engine = createEngine()
  using client = engine.client({ resp: 2 })
  const replies = await Promise.all([
    client.send('SET', 'a', '1'),
    client.send('GET', 'a'),
    client.send('GET', 'missing'),
    client.send('PING'),
  ])
  expect(replies).toEqual(['OK', '1', null, 'PONG'])
})

it('rejects with the error that the server replied, and goes on', async () => {
  await using engine = createEngine()
  using client = engine.client({ resp: 2 })
  await expect(client.send('GET')).rejects.toMatchObject({
    name: 'ReplyError',
    code: 'ERR',
    message: "ERR wrong number of arguments for 'get' command",
  })
  expect(await client.send('PING')).toBe('PONG')
})

it('keeps the types of the protocol when asked to', async () => {
  await using engine = createEngine()
  using client = engine.client({ resp: 2 })
  expect(await client.sendTyped('GET', 'missing')).toEqual({ type: 'null', form: 'bulk' })
  expect(await client.sendTyped('PING')).toEqual({ type: 'simple', value: 'PONG' })
})

/** A server that sends what the test tells it to. */
function scripted(): { stream: Duplex; say: (text: string) => void } {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  return { stream, say: (text) => void stream.push(text) }
}

it('rejects what waits when the connection ends', async () => {
  const { stream } = scripted()
  const client = new Client(stream, { resp: 2 })
  const waiting = client.send('PING')
  client.close()
  await expect(waiting).rejects.toThrow('the connection is closed')
  await expect(client.send('PING')).rejects.toThrow('the connection is closed')
})

it('ends the connection when what comes is no reply', async () => {
  const { stream, say } = scripted()
  const client = new Client(stream, { resp: 2 })
  const waiting = client.send('PING')
  say('what?\r\n')
  await expect(waiting).rejects.toThrow('the server sent what is no reply')
  expect(stream.destroyed).toBe(true)
})

it('tells pushes from replies, and takes the confirmations of subscriptions for their reply', async () => {
  const { stream, say } = scripted()
  const client = new Client(stream)
  const pushes: unknown[] = []
  client.onPush = (push) => void pushes.push(push)
  say('%1\r\n$5\r\nproto\r\n:3\r\n')
  const subscribed = client.send('SUBSCRIBE', 'a', 'b')
  const pong = client.send('PING')
  say('>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n')
  say('>3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n+PONG\r\n')
  expect(await subscribed).toEqual(['subscribe', 'b', 2])
  expect(await pong).toBe('PONG')
  expect(pushes).toEqual([['message', 'a', 'hi']])
  client.close()
})
