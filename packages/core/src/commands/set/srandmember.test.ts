import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { chiSquared, chiSquaredMax, members } from './_test-members.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const FORMS: readonly (readonly [encoding: string, size: number, prefix: string])[] = [
  ['intset', 40, ''],
  ['listpack', 40, 'm'],
  ['hashtable', 150, 'm'],
  ['hashtable', 2000, 'm'],
]

function fill(size: number, prefix: string): void {
  run('DEL s')
  server.client.raw('SADD', 's', ...Array.from({ length: size }, (_, i) => `${prefix}${i}`))
}

describe('SRANDMEMBER', () => {
  it('returns one member, or nil, and takes none out', () => {
    run('SADD s a')
    expect(run('SRANDMEMBER s')).toBe('a')
    expect(run('SRANDMEMBER none')).toBe('(nil)')
    expect(run('SCARD s')).toBe('(integer) 1')
  })

  it('with a count returns different members, all of them at most', () => {
    for (const [encoding, size, prefix] of FORMS) {
      fill(size, prefix)
      expect(run('OBJECT ENCODING s')).toBe(encoding)
      for (const count of [
        0,
        1,
        2,
        Math.floor(size / 3),
        Math.floor(size / 3) + 1,
        size - 1,
        size,
        size + 1,
        2 ** 53,
      ]) {
        const found = members(run(`SRANDMEMBER s ${count}`))
        expect(found.length).toBe(Math.min(count, size))
        expect(new Set(found).size).toBe(found.length)
        for (const member of found) expect(run(`SISMEMBER s ${member}`)).toBe('(integer) 1')
      }
    }
    expect(run('SRANDMEMBER none 5')).toBe('[]')
    expect(run('SRANDMEMBER s 9223372036854775807')).not.toBe('[]')
  })

  it('with a negative count returns as many, some of them several times', () => {
    for (const [, size, prefix] of FORMS) {
      fill(size, prefix)
      const found = members(run(`SRANDMEMBER s -${size * 3}`))
      expect(found.length).toBe(size * 3)
      expect(new Set(found).size).toBeGreaterThan(size * 0.8)
      expect(new Set(found).size).toBeLessThanOrEqual(size)
    }
    expect(run('SRANDMEMBER none -5')).toBe('[]')
    expect(run('SRANDMEMBER none -9223372036854775807')).toBe('[]')
  })

  it('gives every member the same chance, alone, with counts of every size, and negative ones', () => {
    for (const [encoding, size, prefix] of FORMS) {
      fill(size, prefix)
      const sizes = [-1000, 1, 5, Math.floor(size / 3) + 1, Math.floor(size / 2), size - 2]
      for (const count of sizes) {
        const counts = new Map<string, number>()
        const rounds = Math.ceil((size * 40) / Math.abs(count))
        for (let round = 0; round < rounds; round++) {
          for (const member of members(run(`SRANDMEMBER s ${count}`))) counts.set(member, (counts.get(member) ?? 0) + 1)
        }
        const chi = chiSquared([...counts.values(), ...Array(size - counts.size).fill(0)])
        expect([encoding, size, count, chi < chiSquaredMax(size)]).toEqual([encoding, size, count, true])
      }
    }
  })

  it('chooses every pair of members equally often', () => {
    for (const prefix of ['', 'm', 'a member that is too long for a listpack with its more than sixty-four bytes']) {
      run('DEL s')
      server.client.raw('SADD', 's', ...Array.from({ length: 6 }, (_, i) => `${prefix}${i}`))
      for (const count of [2, 4]) {
        const choices = new Map<string, number>()
        for (let round = 0; round < 3000; round++) {
          const choice = members(run(`SRANDMEMBER s ${count}`)).join()
          choices.set(choice, (choices.get(choice) ?? 0) + 1)
        }
        expect(choices.size).toBe(15)
        expect(chiSquared(choices.values())).toBeLessThan(chiSquaredMax(15))
      }
    }
  })

  it('is an array in RESP3, and one value without a count', () => {
    run('HELLO 3')
    run('SADD s 1')
    expect(server.client.raw('SRANDMEMBER', 's', '1')).toBe('*1\r\n$1\r\n1\r\n')
    expect(server.client.raw('SRANDMEMBER', 's', '-1')).toBe('*1\r\n$1\r\n1\r\n')
    expect(server.client.raw('SRANDMEMBER', 'none')).toBe('_\r\n')
  })

  it('refuses what is no number, and other types', () => {
    const notInteger = '(error) ERR value is not an integer or out of range'
    run('SET k v')
    expect(run('SRANDMEMBER k')).toBe(WRONG_TYPE)
    expect(run('SRANDMEMBER k 1')).toBe(WRONG_TYPE)
    expect(run('SRANDMEMBER k x')).toBe(notInteger)
    expect(run('SRANDMEMBER none 9223372036854775808')).toBe(notInteger)
    expect(run('SRANDMEMBER none -9223372036854775808')).toBe(
      '(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
    )
    expect(run('SRANDMEMBER none 1 2')).toBe('(error) ERR syntax error')
    expect(run('SRANDMEMBER')).toBe("(error) ERR wrong number of arguments for 'srandmember' command")
  })
})
