import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'

const BAD_COUNT = '(error) ERR numfields should be greater than 0 and match the provided number of fields'

describe('HEXPIRE', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('lets fields expire on time, one by one, and the key with the last one', () => {
    run('HSET h a 1 b 2 c 3')
    server.events()
    expect(run('HEXPIRE h 10 FIELDS 3 a b x')).toBe('[(integer) 1, (integer) 1, (integer) -2]')
    run('HEXPIRE h 20 FIELDS 1 c')
    expect(server.events()).toEqual(['hexpire h 0', 'hexpire h 0'])
    server.clock.advance(9_999)
    expect(run('HLEN h')).toBe('(integer) 3')
    server.clock.advance(101)
    expect(run('HLEN h')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hexpired h 0'])
    server.clock.advance(10_000)
    expect(server.events()).toEqual(['hexpired h 0', 'del h 0'])
    expect(run('EXISTS h')).toBe('(integer) 0')
    expect(server.engine.stats.expiredFields).toBe(3)
    expect(server.engine.stats.expiredKeys).toBe(0)
  })

  it('makes the hash a hash table, but only when a time is set', () => {
    run('HSET h a 1')
    run('HEXPIRE h 10 FIELDS 1 x')
    run('HEXPIRE h 10 XX FIELDS 1 a')
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    run('HEXPIRE h 10 FIELDS 1 a')
    run('HPERSIST h FIELDS 1 a')
    expect(run('OBJECT ENCODING h')).toBe('hashtable')
  })

  it('deletes fields at once for a time that is over', () => {
    run('HSET h a 1 b 2')
    server.events()
    expect(run('HEXPIRE h 0 FIELDS 2 a a')).toBe('[(integer) 2, (integer) -2]')
    expect(server.events()).toEqual(['hexpired h 0'])
    expect(run('HEXPIRE h 0 FIELDS 1 b')).toBe('[(integer) 2]')
    expect(server.events()).toEqual(['hexpired h 0', 'del h 0'])
    expect(server.engine.stats.expiredFields).toBe(2)
  })

  it('heeds NX, XX, GT and LT field by field', () => {
    run('HSET h a 1 b 2')
    expect(run('HEXPIRE h 10 NX FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HEXPIRE h 20 NX FIELDS 2 a b')).toBe('[(integer) 0, (integer) 1]')
    expect(run('HEXPIRE h 15 XX GT FIELDS 2 a b')).toBe('[(integer) 1, (integer) 0]')
    expect(run('HEXPIRE h 17 LT FIELDS 2 a b')).toBe('[(integer) 0, (integer) 1]')
    run('HPERSIST h FIELDS 1 a')
    expect(run('HEXPIRE h 10 GT FIELDS 1 a')).toBe('[(integer) 0]')
    expect(run('HEXPIRE h 10 XX FIELDS 1 a')).toBe('[(integer) 0]')
    expect(run('HEXPIRE h 10 LT FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) 10, (integer) 17]')
  })

  it('refuses what does not fit together, without a change', () => {
    run('HSET h a 1')
    server.events()
    expect(run('HEXPIRE h 10 NX XX FIELDS 1 a')).toMatch(/NX and XX, GT or LT options at the same time/)
    expect(run('HEXPIRE h 10 GT LT FIELDS 1 a')).toBe(
      '(error) ERR GT and LT options at the same time are not compatible',
    )
    expect(run('HEXPIRE h 10 FOO FIELDS 5 a')).toBe('(error) ERR Unsupported option FOO')
    for (const rest of ['FIELDS 2 a', 'FIELDS 1 a b', 'FIELDS 0 a', 'FIELDS -1 a', 'FIELDS 4294967297 a', '1 a b']) {
      expect(run(`HEXPIRE h 10 ${rest}`)).toBe(BAD_COUNT)
    }
    expect(run('HEXPIRE h 10 FIELDS x a')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HEXPIRE h x FIELDS 1 a')).toBe('(error) ERR value is not an integer or out of range')
    for (const time of ['-1', '-9223372036854775808', '9223372036854775807', '9223372036854775']) {
      expect(run(`HEXPIRE h ${time} FIELDS 1 a`)).toBe("(error) ERR invalid expire time in 'hexpire' command")
    }
    expect(run('HEXPIRE h 10 FIELDS 1')).toBe("(error) ERR wrong number of arguments for 'hexpire' command")
    expect(run('HEXPIRE missing 10 FIELDS 2 a b')).toBe('[(integer) -2, (integer) -2]')
    run('SET s v')
    server.events()
    expect(run('HEXPIRE s 10 FIELDS 1 a')).toMatch(/^\(error\) WRONGTYPE/)
    expect(server.events()).toEqual([])
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) -1]')
    expect(run('HEXPIRE h 2147483648 FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) 2147483648]')
  })

  it('stands with the field through HINCRBY, COPY and RENAME, and falls with HSET', () => {
    run('HSET h a 1 b 1')
    run('HEXPIRE h 10 FIELDS 2 a b')
    run('HINCRBY h a 1')
    run('HINCRBYFLOAT h a 0.5')
    run('HSET h b 2')
    run('COPY h copy')
    run('RENAME h renamed')
    run('MOVE copy 1')
    expect(run('HTTL renamed FIELDS 2 a b')).toBe('[(integer) 10, (integer) -1]')
    server.clock.advance(10_100)
    expect(run('HGETALL renamed')).toBe('[b, 2]')
    run('SELECT 1')
    expect(run('HGETALL copy')).toBe('[b, 2]')
  })

  it('shows in INFO how many keys have such fields', () => {
    run('HSET h a 1')
    run('HSET g a 1')
    expect(run('INFO keyspace')).toMatch(/keys=2,expires=0,avg_ttl=0,keys_with_volatile_items=0/)
    run('HEXPIRE h 10 FIELDS 1 a')
    expect(run('INFO keyspace')).toMatch(/keys_with_volatile_items=1/)
    run('FLUSHALL')
    run('HSET h a 1')
    expect(run('INFO keyspace')).toMatch(/keys_with_volatile_items=0/)
  })

  it('works hundreds of thousands of fields off while requests are answered', () => {
    for (let from = 0; from < 200_000; from += 1000) {
      const words = Array.from({ length: 1000 }, (_, i) => [`f${from + i}`, 'v']).flat()
      server.client.raw('HSETEX', 'h', 'PX', '1000', 'FIELDS', '1000', ...words)
    }
    server.clock.advance(1100)
    expect(run('EXISTS h')).toBe('(integer) 0')
    expect(server.engine.stats.expiredFields).toBe(200_000)
  })

  it('agrees with a model through any sequence of commands, and gives all memory back', () => {
    for (const fields of [3, 40, 1500]) {
      server = startTestEngine()
      const random = seededRandom(fields)
      const model = new Map<string, { value: string; expiryMs: number }>()
      run('SET x y')
      run('DEL x')
      const empty = server.engine.usedBytes()
      const live = (): [string, string][] => {
        const found: [string, string][] = []
        for (const [field, { value, expiryMs }] of model) {
          if (expiryMs > server.clock.now) found.push([field, value])
          else model.delete(field)
        }
        return found
      }
      for (let step = 0; step < 6000; step++) {
        const field = `f${random.next() % fields}`
        const old = model.get(field)
        const isLive = old !== undefined && old.expiryMs > server.clock.now
        const kind = random.next() % 8
        if (kind === 0) server.clock.advance(random.next() % 40)
        else if (kind === 1) {
          expect(run(`HDEL h ${field}`)).toBe(`(integer) ${isLive ? 1 : 0}`)
          if (isLive) model.delete(field)
        } else if (kind <= 3) {
          expect(run(`HSET h ${field} ${step}`)).toBe(`(integer) ${isLive ? 0 : 1}`)
          model.set(field, { value: `${step}`, expiryMs: Number.POSITIVE_INFINITY })
        } else if (kind === 4) {
          const ttl = 1 + (random.next() % 2000)
          expect(run(`HPEXPIRE h ${ttl} FIELDS 1 ${field}`)).toBe(isLive ? '[(integer) 1]' : '[(integer) -2]')
          if (isLive) old.expiryMs = server.clock.now + ttl
        } else if (kind === 5) {
          const ttl = 1 + (random.next() % 2000)
          expect(run(`HSETEX h PX ${ttl} FIELDS 1 ${field} ${'e'.repeat(step % 90)}-`)).toBe('(integer) 1')
          model.set(field, { value: `${'e'.repeat(step % 90)}-`, expiryMs: server.clock.now + ttl })
        } else if (kind === 6) {
          const value = isLive ? old.value : '(nil)'
          expect(run(`HGETEX h PERSIST FIELDS 1 ${field}`)).toBe(`[${value}]`)
          if (isLive) old.expiryMs = Number.POSITIVE_INFINITY
        } else expect(run(`HGET h ${field}`)).toBe(isLive ? old.value : '(nil)')
        if (step % 500 !== 0) continue
        const words = run('HGETALL h').slice(1, -1).split(', ')
        const pairs = words.flatMap((word, i) => (i % 2 === 0 && word !== '' ? [[word, words[i + 1]]] : []))
        expect(pairs.sort()).toEqual(live().sort())
      }
      for (const [field] of live()) run(`HPEXPIRE h 1 FIELDS 1 ${field}`)
      server.clock.advance(200)
      expect(run('DBSIZE')).toBe('(integer) 0')
      expect(server.engine.usedBytes()).toBe(empty)
    }
  })
})
