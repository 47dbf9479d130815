import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

const INVALID = '(error) ERR Invalid arguments specified for command'
const UNKNOWN = '(error) ERR Invalid command specified'
const NO_KEYS = '(error) ERR The command has no key arguments'
const WRONG_NUMBER = '(error) ERR Invalid number of arguments specified for command'

describe('COMMAND GETKEYS', () => {
  const { client } = startTestEngine()
  const keys = (line: string): string => client.run(`COMMAND GETKEYS ${line}`)

  it('finds the keys of a command', () => {
    expect(keys('get a')).toBe('[a]')
    expect(keys('MSET a 1 b 2')).toBe('[a, b]')
    expect(keys('rename a b')).toBe('[a, b]')
    expect(keys('object encoding a')).toBe('[a]')
    expect(keys('lcs a b')).toBe('[a, b]')
    expect(client.raw('COMMAND', 'GETKEYS', 'GET', new Uint8Array([0, 255]))).toBe('*1\r\n$2\r\n\0\xff\r\n')
  })

  it('finds keys behind their number', () => {
    expect(keys('msetex 2 a 1 b 2 ex 10')).toBe('[a, b]')
    for (const number of ['3', '0', '-1', 'x', '2147483648', '4294967297', '9007199254740993']) {
      expect(keys(`msetex ${number} a 1 b 2`)).toBe(INVALID)
    }
  })

  it('finds all of many keys', () => {
    const many = Array.from({ length: 300 }, (_, i) => `key${i}`)
    expect(keys(`del ${many.join(' ')}`)).toBe(`[${many.join(', ')}]`)
  })

  it('says what is wrong', () => {
    for (const line of ['foo a', 'client foo a', 'client|id', 'memory foo a']) expect(keys(line)).toBe(UNKNOWN)
    for (const line of ['ping', 'ping a b', 'config', 'config get a', 'client id']) expect(keys(line)).toBe(NO_KEYS)
    for (const line of ['get', 'get a b', 'object encoding']) expect(keys(line)).toBe(WRONG_NUMBER)
    expect(client.run('COMMAND GETKEYS')).toBe("(error) ERR wrong number of arguments for 'command|getkeys' command")
  })
})
