import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)

describe('CONFIG GET', () => {
  it('returns names and values, sorted, in the form of each protocol', () => {
    expect(server.client.raw('CONFIG', 'GET', 'timeout', 'HZ')).toBe(
      '*4\r\n$2\r\nHZ\r\n$2\r\n10\r\n$7\r\ntimeout\r\n$1\r\n0\r\n',
    )
    server.client.session.resp = 3
    expect(server.client.raw('CONFIG', 'GET', 'hz')).toBe('%1\r\n$2\r\nhz\r\n$2\r\n10\r\n')
    expect(server.client.raw('CONFIG', 'GET', 'nosuch')).toBe('%0\r\n')
  })

  it('returns an empty array for a name that does not exist', () => {
    expect(run('CONFIG GET nosuch')).toBe('[]')
  })

  it('needs a parameter', () => {
    expect(run('CONFIG GET')).toBe("(error) ERR wrong number of arguments for 'config|get' command")
  })
})
