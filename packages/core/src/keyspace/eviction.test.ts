import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'
import type { Engine } from '../engine/engine.ts'
import { type EvictionPolicy, idleSeconds, lfuClock, lfuCounter, lfuTouched, lruClock } from './eviction.ts'

const OOM = "(error) OOM command not allowed when used memory > 'maxmemory'."
/** What one write may take beyond the limit: memory is freed before a command, not during it. */
const ONE_WRITE_BYTES = 4096

let server: TestEngine
let engine: Engine
let limitBytes: number

/** Room for about 1,100 of the keys that `write` makes. */
function limitMemory(policy: EvictionPolicy, roomBytes = 150_000): void {
  limitBytes = engine.usedBytes() + roomBytes
  expect(server.client.run(`CONFIG SET maxmemory ${limitBytes} maxmemory-policy ${policy}`)).toBe('OK')
}

const VALUE = 'x'.repeat(100)
const write = (key: string, ...options: string[]): string => server.client.raw('SET', key, VALUE, ...options).trim()
const has = (key: string): boolean => engine.db(0).find(bytes(key), 0, key.length) !== 0
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const kept = (prefix: string, count: number): number => {
  let found = 0
  for (let i = 0; i < count; i++) if (has(`${prefix}${i}`)) found++
  return found
}

beforeEach(() => {
  server = startTestEngine()
  engine = server.engine
})

describe('every policy', () => {
  for (const policy of ['allkeys-lru', 'allkeys-lfu', 'allkeys-random'] as const) {
    it(`${policy} lets all writes through and keeps memory at the limit`, () => {
      limitMemory(policy)
      for (let i = 0; i < 5000; i++) {
        expect(write(`key${i}`, ...(i % 2 === 0 ? ['EX', '1000'] : []))).toBe('+OK')
        expect(engine.usedBytes()).toBeLessThan(limitBytes + ONE_WRITE_BYTES)
      }
      expect(engine.db(0).size).toBeGreaterThan(800)
      expect(engine.stats.evictedKeys).toBe(5000 - engine.db(0).size)
    })
  }

  for (const policy of ['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl'] as const) {
    it(`${policy} takes only keys with a time to live, and refuses writes when there are none left`, () => {
      limitMemory(policy)
      for (let i = 0; i < 300; i++) write(`lasting${i}`)
      for (let i = 0; i < 4000; i++) expect(write(`passing${i}`, 'EX', '1000')).toBe('+OK')
      expect(kept('lasting', 300)).toBe(300)
      expect(engine.stats.evictedKeys).toBe(4300 - engine.db(0).size)
      expect(engine.usedBytes()).toBeLessThan(limitBytes + ONE_WRITE_BYTES)
      let lasting = 300
      while (server.client.raw('SET', `lasting${lasting}`, VALUE) === '+OK\r\n') lasting++
      expect(engine.db(0).wheel.size).toBe(0)
      expect(engine.db(0).size).toBe(lasting)
      expect(server.client.run('SET another key')).toBe(OOM)
      expect(server.client.run('GET lasting1')).toBe(VALUE)
    })
  }

  it('noeviction refuses what may need memory, and nothing else', () => {
    limitMemory('noeviction')
    let count = 0
    while (write(`key${count}`) === '+OK') count++
    expect(count).toBeGreaterThan(800)
    expect(engine.stats.evictedKeys).toBe(0)
    for (const command of ['SET key0 x', 'APPEND key0 x', 'INCR n', 'SETRANGE key0 1 x']) {
      expect(server.client.run(command)).toBe(OOM)
    }
    expect(server.client.run('GET key0')).toBe(VALUE)
    expect(server.client.run('INFO errorstats')).toContain('errorstat_OOM:count=5')
    engine.flush(0)
    expect(write('key0')).toBe('+OK')
  })

  it('says `evicted` for each key that it takes', () => {
    limitMemory('allkeys-random')
    for (let i = 0; i < 1500; i++) write(`key${i}`)
    const evicted = server.events().filter((event) => event.startsWith('evicted '))
    expect(evicted.length).toBe(engine.stats.evictedKeys)
    expect(evicted.every((event) => !has(event.split(' ')[1] as string))).toBe(true)
  })

  it('takes keys from every database', () => {
    limitMemory('allkeys-lru')
    const other = server.connect()
    other.session.dbIndex = 5
    for (let i = 0; i < 500; i++) other.raw('SET', `old${i}`, VALUE)
    server.clock.advance(5000)
    for (let i = 0; i < 1000; i++) write(`new${i}`)
    expect(engine.db(5).size).toBeLessThan(300)
    expect(kept('new', 1000)).toBeGreaterThan(900)
  })

  it('counts large values', () => {
    limitMemory('allkeys-lru', 1_000_000)
    for (let i = 0; i < 50; i++) {
      server.client.raw('SET', `large${i}`, 'x'.repeat(100_000))
      expect(engine.usedBytes()).toBeLessThan(limitBytes + 101_000)
    }
    expect(engine.db(0).size).toBeLessThanOrEqual(10)
  })
})

describe('the choice of keys', () => {
  it('of LRU spares what was read lately', () => {
    limitMemory('allkeys-lru')
    for (let i = 0; i < 1000; i++) write(`key${i}`)
    server.clock.advance(10_000)
    for (let i = 0; i < 300; i++) server.client.run(`GET key${i}`)
    server.clock.advance(10_000)
    for (let i = 0; i < 500; i++) write(`more${i}`)
    expect(engine.stats.evictedKeys).toBeGreaterThan(200)
    expect(kept('key', 300)).toBeGreaterThan(290)
  })

  it('of LFU spares what is read often, even when it was not read lately', () => {
    limitMemory('allkeys-lfu')
    for (let i = 0; i < 1000; i++) write(`key${i}`)
    for (let round = 0; round < 50; round++) for (let i = 0; i < 300; i++) server.client.run(`GET key${i}`)
    server.clock.advance(30_000)
    for (let i = 300; i < 1000; i++) server.client.run(`GET key${i}`)
    for (let i = 0; i < 500; i++) write(`more${i}`)
    expect(engine.stats.evictedKeys).toBeGreaterThan(200)
    expect(kept('key', 300)).toBeGreaterThan(290)
  })

  it('of volatile-ttl is what expires first', () => {
    limitMemory('volatile-ttl')
    for (let i = 0; i < 1000; i++) write(`key${i}`, 'EX', String(1000 + i * 10))
    for (let i = 0; i < 500; i++) write(`more${i}`)
    const { evictedKeys } = engine.stats
    expect(evictedKeys).toBeGreaterThan(200)
    expect(kept('key', evictedKeys)).toBeLessThan(evictedKeys / 5)
  })

  it('finds the few keys with a time to live among many without, the least recently used first', () => {
    for (let i = 0; i < 5000; i++) write(`lasting${i}`)
    for (let i = 0; i < 40; i++) write(`passing${i}`, 'EX', '100000')
    server.clock.advance(10_000)
    for (let i = 0; i < 20; i++) server.client.run(`GET passing${i}`)
    server.clock.advance(10_000)
    limitMemory('volatile-lru', 0)
    for (let i = 0; i < 20; i++) write(`more${i}`)
    expect(engine.stats.evictedKeys).toBeGreaterThan(10)
    expect(kept('passing', 20)).toBeGreaterThan(15)
    expect(kept('lasting', 5000)).toBe(5000)
  })
})

describe('changes of the parameters', () => {
  it('take effect at once: a lower limit evicts', () => {
    for (let i = 0; i < 1000; i++) write(`key${i}`)
    limitBytes = engine.usedBytes() - 50_000
    expect(server.client.run(`CONFIG SET maxmemory-policy allkeys-lru maxmemory ${limitBytes}`)).toBe('OK')
    expect(engine.usedBytes()).toBeLessThanOrEqual(limitBytes)
    expect(engine.stats.evictedKeys).toBeGreaterThan(200)
  })

  it('evict a part and go on later, rather than stopping the engine', () => {
    const { clock } = server
    const later: (() => void)[] = []
    let us = 0
    clock.monotonicUs = () => (us += 100)
    clock.soon = (task) => later.push(task)
    for (let i = 0; i < 2000; i++) write(`key${i}`)
    limitBytes = engine.usedBytes() - 200_000
    server.client.run(`CONFIG SET maxmemory-policy allkeys-lru maxmemory ${limitBytes}`)
    expect(engine.usedBytes()).toBeGreaterThan(limitBytes)
    expect(later.length).toBe(1)
    // Writes pass while keys are being evicted.
    expect(write('another')).toBe('+OK')
    for (let task = later.pop(); task !== undefined; task = later.pop()) task()
    expect(engine.usedBytes()).toBeLessThanOrEqual(limitBytes)
    server.client.run('CONFIG SET maxmemory-eviction-tenacity 100')
    server.client.run(`CONFIG SET maxmemory ${limitBytes - 40_000}`)
    expect(engine.usedBytes()).toBeLessThanOrEqual(limitBytes - 40_000)
  })

  it('reach new keys and accesses: their clocks are of the present policy', () => {
    server.client.run('CONFIG SET maxmemory-policy allkeys-lfu')
    write('key')
    const db = engine.db(0)
    const clock = (): number => db.accessClock(db.find(bytes('key'), 0, 3))
    expect(clock() & 0xff).toBe(5)
    server.client.run('GET key')
    expect(clock() & 0xff).toBe(6)
    server.client.run('CONFIG SET maxmemory-policy allkeys-lru')
    server.client.run('GET key')
    expect(clock()).toBe(lruClock(server.clock.now))
  })

  it('to a policy that may evict what the last one might not', () => {
    limitMemory('noeviction')
    let count = 0
    while (write(`key${count}`) === '+OK') count++
    server.client.run('CONFIG SET maxmemory-policy volatile-lru')
    expect(server.client.run('SET another key')).toBe(OOM)
    server.client.run('CONFIG SET maxmemory-policy allkeys-random')
    expect(server.client.run('SET another key')).toBe('OK')
    server.client.run('CONFIG SET maxmemory-policy noeviction maxmemory 0')
    for (let i = 0; i < 100; i++) expect(write(`free${i}`)).toBe('+OK')
  })
})

describe('the access clocks', () => {
  const parameters = { policy: 'allkeys-lfu' as const, samples: 5, lfuLogFactor: 10, lfuDecayMinutes: 1 }
  const start = 1_700_000_000_000

  it('LRU holds whole seconds and goes round after 194 days', () => {
    expect(idleSeconds(lruClock(start), start + 999)).toBe(0)
    expect(idleSeconds(lruClock(start), start + 61_000)).toBe(61)
    expect(idleSeconds(lruClock(start), start + 2 ** 24 * 1000 + 5000)).toBe(5)
  })

  it('the LFU counter falls by one for each decay time, down to 0', () => {
    const clock = lfuClock(start, 100)
    expect(lfuCounter(clock, start, 1)).toBe(100)
    expect(lfuCounter(clock, start + 60_000, 1)).toBe(99)
    expect(lfuCounter(clock, start + 10 * 60_000, 1)).toBe(90)
    expect(lfuCounter(clock, start + 10 * 60_000, 5)).toBe(98)
    expect(lfuCounter(clock, start + 200 * 60_000, 1)).toBe(0)
    expect(lfuCounter(clock, start + 200 * 60_000, 0)).toBe(100)
    // 16 bits of minutes go round after 45 days.
    expect(lfuCounter(lfuClock(start, 50), start + 65_536 * 60_000, 1)).toBe(50)
  })

  it('the LFU counter grows with the logarithm of the accesses, the slower the higher the factor', () => {
    const after = (accesses: number, lfuLogFactor: number): number => {
      let clock = lfuClock(start, 5)
      let x = 1
      for (let i = 0; i < accesses; i++) {
        x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
        clock = lfuTouched(clock, start, { ...parameters, lfuLogFactor }, x)
      }
      return clock & 0xff
    }
    // The table in the documentation: accesses against factors.
    expect(after(100, 0)).toBe(105)
    expect(after(1000, 0)).toBe(255)
    expect(after(100, 10)).toBeGreaterThan(7)
    expect(after(100, 10)).toBeLessThan(14)
    expect(after(1000, 10)).toBeGreaterThan(14)
    expect(after(1000, 10)).toBeLessThan(24)
    expect(after(100_000, 10)).toBeGreaterThan(120)
    expect(after(100_000, 10)).toBeLessThan(165)
    expect(after(100_000, 100)).toBeLessThan(60)
    expect(after(1_000_000, 1)).toBe(255)
  })

  it('an access when the counter is full leaves it full', () => {
    expect(lfuTouched(lfuClock(start, 255), start, parameters, 0) & 0xff).toBe(255)
  })
})
