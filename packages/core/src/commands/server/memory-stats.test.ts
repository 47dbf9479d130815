import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('MEMORY STATS', () => {
  it('is a map of figures, with one of its own for each database with keys', () => {
    const { client, engine } = startTestEngine()
    client.run('SET k v')
    const items = client.run('MEMORY STATS').slice(1, -1).split(', ')
    const value = (name: string): string => items[items.indexOf(name) + 1] as string
    expect(value('total.allocated')).toBe(`(integer) ${engine.usedBytes()}`)
    expect(value('keys.count')).toBe('(integer) 1')
    expect(value('db.0')).toMatch(/^\[overhead/)
    expect(items).not.toContain('db.1')
    expect(Number(value('peak.percentage'))).toBeCloseTo(100, 1)
  })

  it('tells what the tables of all databases take, of which none is ever rehashed as a whole', () => {
    const { client } = startTestEngine()
    const figure = (name: string): number => {
      const items = client
        .run('MEMORY STATS')
        .replace(/\[overhead.*?\]/g, '')
        .slice(1, -1)
        .split(', ')
      return Number(items[items.indexOf(name) + 1]?.replace('(integer) ', ''))
    }
    expect(figure('overhead.db.hashtable.lut')).toBe(0)
    client.run('SET a b')
    const one = figure('overhead.db.hashtable.lut')
    expect(one).toBeGreaterThan(0)
    expect(one).toBeLessThanOrEqual(256)
    client.run('SELECT 1')
    for (let i = 0; i < 5000; i++) {
      client.run(`SET key:${i} v`)
      if (i % 500 === 0) expect(figure('overhead.db.hashtable.rehashing')).toBe(0)
    }
    expect(figure('overhead.db.hashtable.lut')).toBeGreaterThan(one + 5000 * 4)
    expect(figure('db.dict.rehashing.count')).toBe(0)
    client.run('FLUSHALL')
    expect(figure('overhead.db.hashtable.lut')).toBe(0)
  })

  it('is a real map with doubles in RESP3', () => {
    const { client } = startTestEngine()
    client.session.resp = 3
    expect(client.raw('MEMORY', 'STATS')).toMatch(/^%\d+\r\n\$14\r\npeak\.allocated\r\n:\d+\r\n/)
    expect(client.raw('MEMORY', 'STATS')).toMatch(/\$13\r\nfragmentation\r\n,\d/)
  })
})
