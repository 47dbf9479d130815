import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('COMMAND INFO', () => {
  const { client, connect } = startTestEngine()

  it('returns ten facts about a command', () => {
    expect(client.run('COMMAND INFO get')).toBe(
      '[[get, (integer) 2, [readonly, fast], (integer) 1, (integer) 1, (integer) 1, [@read, @string, @fast], [], ' +
        '[[flags, [RO, access], begin_search, [type, index, spec, [index, (integer) 1]], ' +
        'find_keys, [type, range, spec, [lastkey, (integer) 0, keystep, (integer) 1, limit, (integer) 0]]]], []]]',
    )
  })

  it('finds subcommands, and commands in any case', () => {
    expect(client.run('COMMAND INFO CLIENT|ID')).toBe(
      '[[client|id, (integer) 2, [allow_busy, noscript, loading, stale], (integer) 0, (integer) 0, (integer) 0, ' +
        '[@slow, @connection], [], [], []]]',
    )
    expect(client.run('COMMAND INFO client')).toContain('[client|id, ')
  })

  it('answers nil for what is no command', () => {
    expect(client.raw('COMMAND', 'INFO', 'x')).toBe('*1\r\n$-1\r\n')
    for (const name of ['get|x', 'client|x', 'client|', 'client|id|x', '|', 'constructor', '__proto__']) {
      expect(client.run(`COMMAND INFO ${name}`)).toBe('[(nil)]')
    }
    expect(client.run('COMMAND INFO x ping')).toMatch(/^\[\(nil\), \[ping, /)
  })

  it('writes sets and maps in RESP3, but subcommands as an array', () => {
    const other = connect()
    other.run('HELLO 3')
    const reply = other.raw('COMMAND', 'INFO', 'get')
    expect(reply).toContain('*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n~3\r\n+@read\r\n')
    expect(reply).toContain('~0\r\n~1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n%2\r\n')
    expect(reply.endsWith('*0\r\n')).toBe(true)
  })

  it('tells of keys that no range covers by the flag movablekeys', () => {
    expect(client.run('COMMAND INFO msetex')).toContain('[write, denyoom, movablekeys], (integer) 0, (integer) 0, ')
    expect(client.run('COMMAND INFO mset')).not.toContain('movablekeys')
  })

  it('keeps flags to itself that are none of the protocol', () => {
    expect(client.run('COMMAND INFO ping')).toContain('[ping, (integer) -1, [fast], ')
    expect(client.run('COMMAND INFO randomkey')).not.toContain('touches_arbitrary_keys')
  })
})
