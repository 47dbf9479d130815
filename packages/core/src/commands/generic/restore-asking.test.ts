import { describe, expect, it } from 'vitest'
import { payload } from '../../keyspace/rdb/_test-payload.ts'
import { startTestEngine } from '../_test-client.ts'

describe('RESTORE-ASKING', () => {
  it('does as RESTORE', () => {
    const { client } = startTestEngine()
    expect(client.raw('RESTORE-ASKING', 'k', '5000', payload('00 0161'))).toBe('+OK\r\n')
    expect([client.run('GET k'), client.run('PTTL k')]).toEqual(['a', '(integer) 5000'])
    expect(client.run('RESTORE-ASKING k 0')).toBe("(error) ERR wrong number of arguments for 'restore-asking' command")
  })
})
