import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('HGETALL', () => {
  it('answers for hashes, what is missing, and other types', () => {
    const { client } = startTestEngine()
    client.run('HSET h a 1 b two')
    expect(client.raw('HGETALL', 'h')).toBe('*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\ntwo\r\n')
    client.run('HELLO 3')
    expect(client.raw('HGETALL', 'h')).toBe('%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\ntwo\r\n')
    expect(client.raw('HGETALL', 'missing')).toBe('%0\r\n')
    client.run('SET s v')
    expect(client.run('HGETALL s')).toMatch(/^\(error\) WRONGTYPE/)
  })
})
