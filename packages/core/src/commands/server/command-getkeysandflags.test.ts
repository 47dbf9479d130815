import { API_LEVEL, arg, defineCommand, defineModule, type FoundKey } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

/** Reads its first word, and what stands behind TO is a key that it overwrites. */
const sorter = defineModule({
  name: 'sorter',
  version: '1.0.0',
  api: API_LEVEL,
  commands: [
    defineCommand({
      name: 'SORTER.SORT',
      summary: 'Sorts.',
      since: '1.0.0',
      complexity: 'O(N)',
      reply: { type: 'any' },
      flags: ['write'],
      args: { key: arg.key({ access: 'RO' }), to: arg.optional(arg.after('TO', arg.key({ access: 'OW' }))) },
      findKeys(words) {
        const keys: FoundKey[] = [{ index: 1, access: 'RO', flags: ['access'] }]
        if (words.length(1) === 0) return undefined
        if (words.is(2, 'to') && words.argc > 3) keys.push({ index: 3, access: 'OW', flags: ['update'] })
        return keys
      },
      handler: () => 1,
    }),
  ],
})

describe('COMMAND GETKEYSANDFLAGS', () => {
  const { client, connect } = startTestEngine([sorter])
  const keys = (line: string): string => client.run(`COMMAND GETKEYSANDFLAGS ${line}`)

  it('tells what a command does to each key', () => {
    expect(keys('mset a 1 b 2')).toBe('[[a, [OW, update]], [b, [OW, update]]]')
    expect(keys('get a')).toBe('[[a, [RO, access]]]')
    expect(keys('getex a persist')).toBe('[[a, [RW, access, update]]]')
  })

  it('tells of SET that it reads the key where its options do', () => {
    for (const line of ['set a b', 'set a b nx', 'set a get', 'set a b ex 10']) {
      expect(keys(line)).toBe('[[a, [OW, update]]]')
    }
    for (const line of ['set a b get', 'set a b GET NX', 'set a b ifeq x', 'set a b ex 1 IFDNE x']) {
      expect(keys(line)).toBe('[[a, [RW, access, update]]]')
    }
  })

  it('asks the command itself when its key specs do not tell everything', () => {
    expect(keys('sorter.sort a')).toBe('[[a, [RO, access]]]')
    expect(keys('sorter.sort a to b')).toBe('[[a, [RO, access]], [b, [OW, update]]]')
    expect(client.raw('COMMAND', 'GETKEYSANDFLAGS', 'SORTER.SORT', '')).toBe(
      '-ERR Invalid arguments specified for command\r\n',
    )
  })

  it('writes the flags as a set in RESP3', () => {
    const other = connect()
    other.run('HELLO 3')
    expect(other.raw('COMMAND', 'GETKEYSANDFLAGS', 'GET', 'a')).toBe('*1\r\n*2\r\n$1\r\na\r\n~2\r\n+RO\r\n+access\r\n')
  })

  it('has the errors of COMMAND GETKEYS', () => {
    expect(keys('foo')).toBe('(error) ERR Invalid command specified')
    expect(keys('ping')).toBe('(error) ERR The command has no key arguments')
    expect(keys('get')).toBe('(error) ERR Invalid number of arguments specified for command')
  })
})
