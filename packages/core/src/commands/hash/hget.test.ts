import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('HGET', () => {
  it('answers for hashes, what is missing, and other types', () => {
    const { client } = startTestEngine()
    client.run('HSET h a 1 b two')
    expect(client.run('HGET h b')).toBe('two')
    expect(client.run('HGET h c')).toBe('(nil)')
    expect(client.run('HGET missing c')).toBe('(nil)')
    client.run('SET s v')
    expect(client.run('HGET s a')).toMatch(/^\(error\) WRONGTYPE/)
  })
})
