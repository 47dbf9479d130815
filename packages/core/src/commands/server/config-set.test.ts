import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)

describe('CONFIG SET', () => {
  it('sets several parameters, with every byte of their values', () => {
    const value = new Uint8Array([0xff, 10, 34, 0xc3, 0xa9])
    expect(server.client.raw('CONFIG', 'SET', 'availability-zone', value, 'maxmemory', '1gb')).toBe('+OK\r\n')
    expect(server.client.raw('CONFIG', 'GET', 'availability-zone')).toBe(
      '*2\r\n$17\r\navailability-zone\r\n$5\r\n\xff\n"\xc3\xa9\r\n',
    )
    expect(run('CONFIG GET maxmemory')).toBe('[maxmemory, 1073741824]')
  })

  it('answers what is wrong with it, and then sets nothing', () => {
    expect(run('CONFIG SET maxmemory 1 hz x')).toBe(
      "(error) ERR CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed into an integer",
    )
    expect(run('CONFIG GET maxmemory')).toBe('[maxmemory, 0]')
  })

  it('lets no line end of a name into the reply', () => {
    expect(server.client.raw('CONFIG', 'SET', 'NoSuch\r\nx', '1')).toBe(
      "-ERR Unknown option or number of arguments for CONFIG SET - 'NoSuch  x'\r\n",
    )
  })

  it('takes pairs alone', () => {
    expect(run('CONFIG SET maxmemory')).toBe("(error) ERR wrong number of arguments for 'config|set' command")
    expect(run('CONFIG SET maxmemory 1 hz')).toBe('(error) ERR syntax error')
  })

  it('sets protected parameters for clients of this machine where enable-protected-configs says local', () => {
    expect(run('CONFIG SET dbfilename x.rdb')).toBe(
      "(error) ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config",
    )
    server.engine.config.load('enable-protected-configs', ['local'])
    expect(run('CONFIG SET dbfilename x.rdb')).toBe('OK')
  })
})
