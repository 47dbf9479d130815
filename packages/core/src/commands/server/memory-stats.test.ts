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

  it('is a real map with doubles in RESP3', () => {
    const { client } = startTestEngine()
    client.session.resp = 3
    expect(client.raw('MEMORY', 'STATS')).toMatch(/^%\d+\r\n\$14\r\npeak\.allocated\r\n:\d+\r\n/)
    expect(client.raw('MEMORY', 'STATS')).toMatch(/\$13\r\nfragmentation\r\n,\d/)
  })
})
