import { defineModule } from '@kvasir/module-api'
import { expect, it } from 'vitest'
import { seededRandom, startTestEngine, TestClient, TestClock } from '../commands/_test-client.ts'
import { createEngine } from '../create-engine.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { ArenaFullError } from '../structures/out-of-memory.ts'
import type { LargeString } from '../types/value-object.ts'

/** A clock that takes its time: every look costs some, and tasks for later wait until they are asked for. */
class SlowClock extends TestClock {
  readonly tasks: (() => void)[] = []
  #looks = 0

  override monotonicUs(): number {
    return this.now * 1000 + ++this.#looks * 600
  }

  override soon(task: () => void): void {
    this.tasks.push(task)
  }
}

function start(): { clock: SlowClock; client: TestClient } {
  const clock = new SlowClock()
  return { clock, client: new TestClient(createEngine({ clock, random: seededRandom() })) }
}

it('deletes keys that expire together slice by slice, one slice a turn, however many crons pass meanwhile', () => {
  const { clock, client } = start()
  for (let i = 0; i < 2000; i++) client.raw('SET', `key:${i}`, 'value', 'PX', '1000')
  clock.advance(3000)
  expect(clock.tasks).toHaveLength(1)
  const { engine } = client
  let turns = 0
  for (let task = clock.tasks.pop(); task !== undefined; task = clock.tasks.pop()) {
    const before = engine.db(0).size
    task()
    expect(before - engine.db(0).size).toBeLessThanOrEqual(128)
    expect(clock.tasks.length).toBeLessThanOrEqual(1)
    clock.advance(100)
    turns++
  }
  expect(turns).toBeGreaterThan(10)
  expect(engine.db(0).size).toBe(0)
})

it('gives flushed memory back a segment a turn, however many crons pass meanwhile', () => {
  const { clock, client } = start()
  const value = 'x'.repeat(16_000)
  for (let i = 0; i < 10_000; i++) client.raw('SET', `key:${i}`, value)
  const { arena } = client.engine.db(0)
  const segments = arena.u8.length
  expect(segments).toBeGreaterThan(4)
  client.raw('FLUSHALL')
  clock.advance(1000)
  expect(arena.u8.length).toBe(segments - 1)
  expect(clock.tasks).toHaveLength(1)
  for (let task = clock.tasks.pop(); task !== undefined; task = clock.tasks.pop()) task()
  expect(arena.u8.length).toBe(0)
})

/** Makes a collection of each type at a key of its own, all too large to be freed in one turn. */
function fill(client: TestClient): void {
  for (let i = 0; i < 20_000; i++) {
    const long = `${i}:${'x'.repeat(60)}`
    client.raw('HSET', 'hash', long, 'v')
    client.raw('RPUSH', 'list', long)
    client.raw('SADD', 'set', long)
    client.raw('ZADD', 'zset', `${i}`, long)
    client.raw('XADD', 'stream', `${i + 1}-1`, 'f', long)
  }
  client.run('XGROUP CREATE stream g 0')
  client.run('XREADGROUP GROUP g c COUNT 1000 STREAMS stream >')
}

it('gives the blocks of large collections back slice by slice; the keys are gone at once', () => {
  const { clock, client } = start()
  client.run('SET other value')
  const { arena } = client.engine.db(0)
  const bytesBefore = arena.usedBytes
  fill(client)
  expect(client.run('UNLINK hash list set')).toBe('(integer) 3')
  expect(client.run('DEL zset stream')).toBe('(integer) 2')
  expect(client.run('DBSIZE')).toBe('(integer) 1')
  expect(client.run('INFO memory')).toContain('lazyfree_pending_objects:5\r\n')
  let turns = 0
  for (let task = clock.tasks.pop(); task !== undefined; task = clock.tasks.pop()) {
    const before = arena.usedBytes
    task()
    expect(before - arena.usedBytes).toBeLessThanOrEqual(2 * 64 * 16 * 1024)
    expect(clock.tasks.length).toBeLessThanOrEqual(1)
    clock.advance(100)
    turns++
  }
  expect(turns).toBeGreaterThan(10)
  expect(client.run('INFO memory')).toContain('lazyfree_pending_objects:0\r\n')
  expect(client.run('INFO memory')).toContain('lazyfreed_objects:5\r\n')
  expect(arena.usedBytes).toBe(bytesBefore)
})

it('gives the buffers of long strings, requests and replies back without the collector after the turn', () => {
  const { clock, client } = start()
  const { engine } = client
  const text = 'x'.repeat(3_000_000)
  client.raw('SET', 'k', text)
  const { bytes } = engine.db(0).object(engine.db(0).find(fromLatin1('k'), 0, 1)) as LargeString
  expect(bytes.length).toBe(text.length)
  const reply = engine.reply.buf
  expect(client.raw('GETDEL', 'k')).toHaveLength(text.length + 12)
  expect(bytes.length).toBe(text.length)
  for (let task = clock.tasks.pop(); task !== undefined; task = clock.tasks.pop()) task()
  expect(bytes.length).toBe(0)
  expect(engine.reply.buf).not.toBe(reply)
  client.raw('SET', 'k', text)
  client.raw('APPEND', 'k', text)
  expect(client.run('STRLEN k')).toBe('(integer) 6000000')
})

it('forgets what it gives back when the whole database is flushed meanwhile', () => {
  const { clock, client } = start()
  fill(client)
  client.run('UNLINK hash list set zset stream')
  clock.tasks.pop()?.()
  client.run('FLUSHALL')
  expect(client.run('INFO memory')).toContain('lazyfree_pending_objects:0\r\n')
  for (let task = clock.tasks.pop(); task !== undefined; task = clock.tasks.pop()) task()
  expect(client.engine.stats.unexpectedErrors).toBe(0)
  expect(client.run('SET k v')).toBe('OK')
})

it('evicts no other key for the memory of one that is on its way back', () => {
  const { client } = start()
  fill(client)
  const { engine } = client
  client.run('CONFIG SET maxmemory-policy allkeys-lru')
  client.run('DEL hash list set stream')
  client.run('SET other value')
  client.run(`CONFIG SET maxmemory ${engine.usedBytes() - 1_000_000}`)
  expect(engine.stats.evictedKeys).toBe(0)
  expect(engine.usedBytes()).toBeLessThanOrEqual(engine.maxmemoryBytes)
})

it('evicts key after key, not one within the other, when whoever hears of it runs a command', () => {
  const { engine, client } = startTestEngine()
  let level = 0
  let levelMax = 0
  engine.modules.load(
    defineModule({
      name: 'counter',
      version: '1.0.0',
      api: 1,
      load(ctx) {
        ctx.onKeyEvent({ classes: ['evicted'] }, (_event, context) => {
          levelMax = Math.max(levelMax, ++level)
          context.call('INCR', 'evictions')
          level--
        })
      },
    }),
  )
  for (let i = 0; i < 2000; i++) client.raw('SET', `key:${i}`, 'x'.repeat(100))
  client.run('CONFIG SET maxmemory-policy allkeys-random')
  client.run(`CONFIG SET maxmemory ${engine.usedBytes() - 100_000}`)
  expect(engine.stats.evictedKeys).toBeGreaterThan(500)
  expect(engine.stats.unexpectedErrors).toBe(0)
  expect(engine.usedBytes()).toBeLessThanOrEqual(engine.maxmemoryBytes)
  expect(levelMax).toBe(1)
})

it('answers OOM, and goes on, when the arena is full', () => {
  const { engine, client } = startTestEngine()
  const { arena } = engine.db(0)
  const alloc = arena.alloc.bind(arena)
  arena.alloc = () => {
    throw new ArenaFullError('full')
  }
  expect(client.run('SET k v')).toContain('OOM command not allowed')
  expect(engine.stats.unexpectedErrors).toBe(0)
  arena.alloc = alloc
  expect(client.run('SET k v')).toBe('OK')
})

it('refuses what takes memory while there is still some, so that nothing fails in the middle', () => {
  const { engine, client } = startTestEngine()
  const { arena } = engine.db(0)
  const members = (i: number): string[] => Array.from({ length: 40 }, (_, k) => `${i}:${k}:${'x'.repeat(40)}`)
  for (let i = 0; i < 200; i++) {
    client.raw('SADD', `set:${i}`, ...members(i))
    client.raw('RPUSH', `list:${i}`, ...members(i))
    client.raw('ZADD', `zset:${i}`, ...members(i).flatMap((member, score) => [`${score}`, member]))
  }
  const Real = globalThis.ArrayBuffer
  class Small extends Real {
    constructor(bytes: number, options?: { maxByteLength?: number }) {
      if (bytes > 1_000_000) throw new RangeError('Array buffer allocation failed')
      super(bytes, options)
    }
  }
  globalThis.ArrayBuffer = Small as typeof ArrayBuffer
  try {
    let reply = ''
    for (let i = 0; i < 100_000 && !reply.startsWith('-OOM'); i++)
      reply = client.raw('SADD', `more:${i}`, ...members(i))
    expect(reply).toContain('OOM command not allowed')
    for (let i = 0; i < 200; i++) {
      for (const member of members(i)) {
        expect(client.raw('SREM', `set:${i}`, member)).toBe(':1\r\n')
        expect(client.raw('ZREM', `zset:${i}`, member)).toBe(':1\r\n')
        expect(client.raw('LPOP', `list:${i}`)).toBe(`$${member.length}\r\n${member}\r\n`)
      }
    }
  } finally {
    globalThis.ArrayBuffer = Real
  }
  expect(arena.hasHeadroom()).toBe(true)
  expect(client.run('SET k v')).toBe('OK')
  expect(engine.stats.unexpectedErrors).toBe(0)
})
