import { expect, it } from 'vitest'
import { startTestEngine, type TestClient } from '../commands/_test-client.ts'
import { shown } from '../commands/_test-conversation.ts'

/** Notes the lengths of what is sent to a client, and for how many of them it says that it still needs the buffer. */
function watchSends(client: TestClient, needs: () => boolean = () => false): Uint8Array[] {
  const sends: Uint8Array[] = []
  const { send } = client
  client.send = (buf, start, length) => {
    sends.push(buf.subarray(start, start + length))
    send.call(client, buf, start, length)
    return needs()
  }
  return sends
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const text = (part: Uint8Array): string => String.fromCharCode(...part)

it('messages of one turn leave with one send', () => {
  const { client, connect } = startTestEngine()
  const subscribers = [connect(), connect(), connect()]
  subscribers[2].raw('HELLO', '3')
  for (const subscriber of subscribers) subscriber.raw('SUBSCRIBE', 'a', 'b')
  subscribers[1].raw('UNSUBSCRIBE', 'b')
  const sends = subscribers.map((subscriber) => watchSends(subscriber))
  client.bytes(bytes('PUBLISH a 1\r\nPUBLISH b 2\r\nPUBLISH a 3\r\n'))
  expect(sends.map((each) => each.map((part) => shown(text(part))))).toEqual([
    ['[message a 1] [message b 2] [message a 3]'],
    ['[message a 1] [message a 3]'],
    ['>[message a 1] >[message b 2] >[message a 3]'],
  ])
})

it('messages of several clients leave with one send when all have had their turn, or ahead of a reply', () => {
  const { clock, client, connect } = startTestEngine()
  const tasks: (() => void)[] = []
  clock.soon = (task) => void tasks.push(task)
  const [first, second, publisher] = [connect(), connect(), connect()]
  for (const subscriber of [first, second]) subscriber.raw('SUBSCRIBE', 'a')
  const sends = watchSends(first)
  client.raw('PUBLISH', 'a', '1')
  publisher.raw('PUBLISH', 'a', '2')
  expect(sends).toEqual([])
  expect(shown(second.raw('PING'))).toBe('[message a 1] [message a 2] [pong ""]')
  client.raw('PUBLISH', 'a', '3')
  expect(tasks.length).toBe(1)
  tasks[0]()
  expect(sends.map((part) => shown(text(part)))).toEqual(['[message a 1] [message a 2] [message a 3]'])
  expect(shown(second.received())).toBe('[message a 3]')
})

it('a message is written once for all who speak the same version', () => {
  const { client, connect } = startTestEngine()
  const subscribers = [connect(), connect()]
  for (const subscriber of subscribers) subscriber.raw('SUBSCRIBE', 'a')
  const [first, second] = subscribers.map((subscriber) => watchSends(subscriber))
  client.raw('PUBLISH', 'a', 'm')
  expect(first[0].buffer).toBe(second[0].buffer)
  expect(first[0].byteOffset).toBe(second[0].byteOffset)
})

it('what a transport still needs is not written over', () => {
  const { client, connect } = startTestEngine()
  const subscriber = connect()
  subscriber.raw('SUBSCRIBE', 'a', 'b', 'c')
  connect().raw('SUBSCRIBE', 'b')
  const sends = watchSends(subscriber, () => true)
  client.raw('PUBLISH', 'a', '1')
  client.bytes(bytes('PUBLISH a 2\r\nPUBLISH x 0\r\nPUBLISH b 3\r\nPUBLISH c 4\r\n'))
  client.raw('PUBLISH', 'a', '5')
  expect(sends.map((part) => shown(text(part)))).toEqual([
    '[message a 1]',
    '[message a 2] [message b 3] [message c 4]',
    '[message a 5]',
  ])
})

it('what a transport still needs stays when later messages of the turn take more room', () => {
  const { client, connect } = startTestEngine()
  client.raw('HELLO', '3')
  client.raw('CLIENT', 'TRACKING', 'ON')
  const [first, second] = [connect(), connect()]
  for (const subscriber of [first, second]) subscriber.raw('SUBSCRIBE', 'a')
  const sends = watchSends(first, () => true)
  const { feed } = first.session
  client.raw('PUBLISH', 'a', '1')
  client.engine.clock.soon = () => {}
  client.raw('PUBLISH', 'a', '2')
  feed.call(first.session, bytes('PING\r\n'), 0, 6)
  client.raw('PUBLISH', 'a', 'x'.repeat(100_000))
  expect(sends.map((part) => shown(text(part)))).toEqual(['[message a 1]', '[message a 2]', '[pong ""]'])
})

it('many large messages of one turn do not wait for its end', () => {
  const { client, connect } = startTestEngine()
  const subscriber = connect()
  subscriber.raw('SUBSCRIBE', 'a')
  const sends = watchSends(subscriber)
  client.bytes(bytes(`PUBLISH a ${'x'.repeat(50_000)}\r\n`.repeat(100)))
  expect(sends.length).toBeGreaterThan(3)
  expect(sends.length).toBeLessThan(7)
  expect(sends.reduce((sum, part) => sum + part.length, 0)).toBe(100 * (50_000 + 34))
})

it('messages to oneself count as output while they wait, and are dropped with the session', () => {
  const { engine, client, connect } = startTestEngine()
  const seen: number[] = []
  engine.outputCheckBytes = 1_000_000
  engine.onLargeOutput = (session, waitingBytes) => {
    seen.push(waitingBytes)
    session.close(true)
    return true
  }
  client.raw('HELLO', '3')
  for (let i = 0; i < 100; i++) client.raw('PSUBSCRIBE', `${'*'.repeat(i)}a`)
  expect(client.raw('PUBLISH', 'a', 'x'.repeat(50_000))).toBe('')
  expect(client.closed).toBe(true)
  expect(seen.length).toBe(1)
  expect(seen[0]).toBeLessThan(1_100_000)
  const other = connect()
  other.raw('SUBSCRIBE', 'a')
  expect(connect().run('PUBLISH a m')).toBe('(integer) 1')
  expect(shown(other.received())).toBe('[message a m]')
})

it('what a session is still to get leaves before it is closed', () => {
  const { engine, client, connect } = startTestEngine()
  const subscriber = connect()
  subscriber.raw('SUBSCRIBE', 'a')
  engine.events.subscribe({
    classes: ~0,
    onKeyEvent: () => subscriber.session.close(false),
  })
  client.bytes(bytes('PUBLISH a m\r\nSET k v\r\n'))
  expect(shown(subscriber.received())).toBe('[message a m]')
  expect(subscriber.closed).toBe(true)
})

it('outside a turn messages leave at once', () => {
  const { engine, client } = startTestEngine()
  client.raw('SUBSCRIBE', 'a')
  expect(engine.pubsub.publish(bytes('a'), bytes('m'))).toBe(1)
  expect(shown(client.received())).toBe('[message a m]')
})
