import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { members } from './_test-members.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

describe('SSCAN', () => {
  const walk = (key: string, options = ''): string[] => {
    const seen: string[] = []
    let cursor = '0'
    do {
      const [, next, found] = /^\[(\d+), (\[.*\])\]$/.exec(run(`SSCAN ${key} ${cursor} ${options}`)) ?? []
      seen.push(...members(found))
      cursor = next
    } while (cursor !== '0')
    return seen.sort()
  }

  it('returns every member of a set of any size once, while nothing changes', () => {
    for (const count of [1, 100, 600, 5000]) {
      const all = Array.from({ length: count }, (_, i) => `${i}`)
      run(`DEL s`)
      server.client.raw('SADD', 's', ...all)
      expect(walk('s')).toEqual(all.sort())
      expect(walk('s', 'COUNT 3')).toEqual(all)
      expect(walk('s', 'MATCH *9')).toEqual(all.filter((member) => member.endsWith('9')))
    }
  })

  it('returns those that stay, whatever comes and goes meanwhile', () => {
    server.client.raw('SADD', 's', ...Array.from({ length: 3000 }, (_, i) => `m${i}`))
    const seen = new Set<string>()
    let cursor = '0'
    let step = 0
    do {
      const reply = /^\[(\d+), (\[.*\])\]$/.exec(run(`SSCAN s ${cursor}`)) ?? []
      cursor = reply[1]
      for (const member of members(reply[2])) seen.add(member)
      if (step < 1000) run(`SREM s m${2000 + step++}`)
      run(`SADD s new${step} newer${step} newest${step}`)
    } while (cursor !== '0')
    for (let i = 0; i < 2000; i++) expect(seen.has(`m${i}`)).toBe(true)
  })

  it('looks at its options only when there is a set', () => {
    run('SET k v')
    run('SADD s a')
    expect(run('SSCAN none 0 COUNT')).toBe('[0, []]')
    expect(run('SSCAN none x')).toBe('(error) ERR invalid cursor')
    expect(run('SSCAN k x')).toBe('(error) ERR invalid cursor')
    expect(run('SSCAN k 0 BAD')).toBe(WRONG_TYPE)
    expect(run('SSCAN s 0 BAD')).toBe('(error) ERR syntax error')
    expect(run('SSCAN s 0 COUNT 0')).toBe('(error) ERR syntax error')
    expect(run('SSCAN s 0 COUNT x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('SSCAN s')).toBe("(error) ERR wrong number of arguments for 'sscan' command")
  })

  it('answers at once with a large set that is a listpack by name', () => {
    for (let i = 0; i < 100; i++) run(`SADD s ${'x'.repeat(100)}${i}`)
    run('CONFIG SET set-max-listpack-value 200')
    run('CONFIG SET set-max-listpack-entries 1000')
    for (let i = 0; i < 100; i++) run(`SADD packed ${'x'.repeat(100)}${i}`)
    expect(run('OBJECT ENCODING packed')).toBe('listpack')
    expect(run('SSCAN packed 0 COUNT 1')).toMatch(/^\[0, /)
    expect(run('OBJECT ENCODING s')).toBe('hashtable')
    expect(run('SSCAN s 0 COUNT 1')).not.toMatch(/^\[0, /)
  })
})
