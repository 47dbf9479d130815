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

for (const resp of [2, 3] as const) {
  it(`receives messages between replies in RESP${resp}`, async () => {
    await using engine = createEngine()
    using client = engine.client({ resp })
    const pushes: unknown[] = []
    client.onPush = (push) => void pushes.push(push)
    const replies = [client.send('SUBSCRIBE', 'a', 'b'), client.send('PSUBSCRIBE', 'p*'), client.send('PING')]
    expect(await Promise.all(replies)).toEqual([
      ['subscribe', 'b', 2],
      ['psubscribe', 'p*', 3],
      resp === 2 ? ['pong', ''] : 'PONG',
    ])
    expect(engine.call('PUBLISH', 'a', 'hi')).toBe(1)
    expect(engine.call('PUBLISH', 'pets', 'cat')).toBe(1)
    const undone = [client.send('UNSUBSCRIBE'), client.send('PUNSUBSCRIBE'), client.send('UNSUBSCRIBE')]
    undone.push(client.send('SUNSUBSCRIBE'), client.send('LRANGE', 'missing', 0, -1))
    expect(await Promise.all(undone)).toEqual([
      ['unsubscribe', 'b', 1],
      ['punsubscribe', 'p*', 0],
      ['unsubscribe', null, 0],
      ['sunsubscribe', null, 0],
      [],
    ])
    expect(pushes).toEqual([
      ['message', 'a', 'hi'],
      ['pmessage', 'p*', 'pets', 'cat'],
    ])
  })

  it(`rejects a subscription that is refused, and takes a list for a list, in RESP${resp}`, async () => {
    await using engine = createEngine()
    using client = engine.client({ resp })
    await expect(client.send('SUBSCRIBE')).rejects.toThrow('wrong number of arguments')
    engine.call('RPUSH', 'list', 'message', 'a', 'b')
    expect(await client.send('LRANGE', 'list', 0, -1)).toEqual(['message', 'a', 'b'])
  })
}

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
