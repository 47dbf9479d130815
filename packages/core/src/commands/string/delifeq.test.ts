import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('DELIFEQ', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('deletes a key that holds the value given, and no other', () => {
    run('SET k abc')
    expect(run('DELIFEQ k abd')).toBe('(integer) 0')
    expect(run('DELIFEQ k ab')).toBe('(integer) 0')
    server.events()
    expect(run('DELIFEQ k abc')).toBe('(integer) 1')
    expect(run('DELIFEQ k abc')).toBe('(integer) 0')
    expect(server.events()).toEqual(['del k 0'])
  })

  it('compares long values too', () => {
    const value = 'x'.repeat(100_000)
    server.client.raw('SET', 'k', value)
    expect(server.client.raw('DELIFEQ', 'k', `${value}y`)).toBe(':0\r\n')
    expect(server.client.raw('DELIFEQ', 'k', value)).toBe(':1\r\n')
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('DELIFEQ s x')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('DELIFEQ k')).toBe("(error) ERR wrong number of arguments for 'delifeq' command")
    expect(run('DELIFEQ k a b')).toBe("(error) ERR wrong number of arguments for 'delifeq' command")
  })
})
