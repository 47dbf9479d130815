/** What tracking keeps: figures, memory, and nothing of clients that are gone. */

import { API_LEVEL, arg, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { expect, it } from 'vitest'
import { seededRandom, startTestEngine, TestClient, TestClock } from '../commands/_test-client.ts'
import { createEngine } from '../create-engine.ts'

it('counts keys, clients of keys and prefixes, and shows them in INFO', () => {
  const { client, connect } = startTestEngine()
  const other = connect()
  client.run('CLIENT TRACKING ON')
  other.run('CLIENT TRACKING ON')
  client.run('MGET a b c')
  other.run('GET a')
  const third = connect()
  third.run('CLIENT TRACKING ON BCAST PREFIX x PREFIX y')
  expect(client.run('INFO clients')).toContain('tracking_clients:3')
  const stats = client.run('INFO stats')
  for (const field of ['total_keys:3', 'total_items:4', 'total_prefixes:2'])
    expect(stats).toContain(`tracking_${field}`)
  expect(client.run('CLIENT LIST')).toContain(' flags=tB ')
})

it('holds nothing any more once nobody tracks and the connections have ended', () => {
  const { engine, client, connect } = startTestEngine()
  const others = [connect(), connect()]
  for (const other of others) {
    other.run('CLIENT TRACKING ON')
    other.run('MGET a b c')
  }
  const third = connect()
  third.run('CLIENT TRACKING ON BCAST PREFIX x PREFIX y')
  const { tracking } = engine
  expect([tracking.isOn, tracking.keyCount, tracking.itemCount]).toEqual([true, 3, 6])
  expect(tracking.bytes).toBeGreaterThan(0)
  for (const other of [third, ...others]) other.session.close(true)
  expect([tracking.isOn, tracking.keyCount, tracking.itemCount, tracking.prefixCount]).toEqual([false, 0, 0, 0])
  expect([tracking.bytes, tracking.clientBytes, tracking.sessionCount]).toEqual([0, 0, 0])
  expect(client.run('SET a 1')).toBe('OK')
})

it('counts the text of a prefix once, however many clients share it', () => {
  const { engine, client, connect } = startTestEngine()
  const prefix = 'p'.repeat(10_000)
  const before = client.session.memoryBytes
  client.run(`CLIENT TRACKING ON BCAST PREFIX ${prefix}`)
  expect(client.session.memoryBytes - before).toBeLessThan(100)
  const bytes = engine.tracking.bytes
  expect(bytes).toBeGreaterThan(10_000)
  connect().run(`CLIENT TRACKING ON BCAST PREFIX ${prefix}`)
  expect(engine.tracking.bytes).toBe(bytes)
})

it('forgets all keys over a limit that was lowered, soon, and tells of each, though nobody reads any more', () => {
  const clock = new TestClock()
  const client = new TestClient(createEngine({ clock, random: seededRandom() }))
  client.run('HELLO 3')
  client.run('CLIENT TRACKING ON')
  for (let i = 0; i < 1000; i++) client.run(`GET key:${i}`)
  client.run('CONFIG SET tracking-table-max-keys 1')
  const { tracking } = client.session.engine
  expect(tracking.keyCount).toBe(900)
  clock.advance(100)
  expect(tracking.keyCount).toBe(700)
  clock.advance(300)
  expect(tracking.keyCount).toBe(1)
})

it('takes no longer for a change when there are very many prefixes', () => {
  const { engine, client, connect } = startTestEngine()
  const words = Array.from({ length: 20_000 }, (_, i) => ['PREFIX', `p${i}:`]).flat()
  const watcher = connect()
  watcher.run('HELLO 3')
  expect(watcher.raw('CLIENT', 'TRACKING', 'ON', 'BCAST', ...words)).toBe('+OK\r\n')
  client.run('SET p17:key 1')
  expect(watcher.received()).toBe('>2\r\n$10\r\ninvalidate\r\n*1\r\n$7\r\np17:key\r\n')
  client.run('SET q 1')
  expect(watcher.received()).toBe('')
  expect(engine.tracking.prefixCount).toBe(20_000)
})

it('tells of a key that two clients changed in one turn to both, NOLOOP or not', () => {
  const { engine, connect } = startTestEngine()
  const clients = [connect(), connect()]
  for (const client of clients) {
    client.run('HELLO 3')
    client.run('CLIENT TRACKING ON BCAST NOLOOP')
  }
  engine.dispatcher.beginTurn()
  for (const client of clients) engine.tracking.keyChanged(new Uint8Array([107]), 0, 1, client.session)
  engine.dispatcher.endTurn()
  for (const client of clients) expect(client.received()).toBe('>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n')
})

it('empties a large table at once, when a database is flushed and when the last client that tracks ends', () => {
  const { engine, client, connect } = startTestEngine()
  const { tracking } = engine
  const other = connect()
  const fill = (): void => {
    other.run('CLIENT TRACKING ON')
    for (let i = 0; i < 300; i++) other.raw('MGET', ...Array.from({ length: 1000 }, (_, j) => `key:${i}:${j}`))
    expect([tracking.keyCount, tracking.itemCount]).toEqual([300_000, 300_000])
  }
  const emptied = (empty: () => void): number => {
    fill()
    const startMs = performance.now()
    empty()
    const ms = performance.now() - startMs
    expect([tracking.keyCount, tracking.itemCount, tracking.bytes]).toEqual([0, 0, 0])
    return ms
  }
  expect(emptied(() => client.run('FLUSHALL'))).toBeLessThan(25)
  expect(emptied(() => other.session.close(true))).toBeLessThan(25)
})

it('keeps the memory of prefixes apart from that of the table', () => {
  const { engine, client, connect } = startTestEngine()
  client.run('CLIENT TRACKING ON BCAST PREFIX x')
  const { bytes } = engine.tracking
  const other = connect()
  other.run('CLIENT TRACKING ON')
  other.run('MGET a b c')
  expect(engine.tracking.bytes).toBeGreaterThan(bytes)
  client.run('FLUSHALL')
  expect(engine.tracking.bytes).toBe(bytes)
})

it('is not turned on by the call of a module, which nobody could tell of a change', () => {
  const { engine, client } = startTestEngine()
  const call = defineModule({
    name: 'copy',
    version: '1.0.0',
    api: API_LEVEL,
    commands: [
      defineCommand({
        name: 'COPY.TRACK',
        summary: 'Turns tracking on.',
        since: '1.0.0',
        complexity: 'O(1)',
        flags: [],
        args: { state: arg.string() },
        reply: reply.any(),
        handler: (ctx, { state }) => ctx.call('CLIENT', 'TRACKING', state, 'BCAST'),
      }),
    ],
  })
  engine.modules.load(call)
  const refusal = "(error) ERR CLIENT TRACKING isn't allowed for a DENY BLOCKING client"
  expect(client.run('COPY.TRACK ON')).toBe(refusal)
  expect(client.run('COPY.TRACK OFF')).toBe('OK')
  expect([engine.tracking.isOn, engine.tracking.sessionCount, engine.tracking.prefixCount]).toEqual([false, 0, 0])
  client.run('MULTI')
  client.run('CLIENT TRACKING ON')
  expect(client.run('EXEC')).toBe('[OK]')
})
