import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('DIGEST', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('replies with the XXH3 hash of a string, as Redis does', () => {
    const zerosAhead = 'v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626sd'
    for (const [value, digest] of [
      ['Hello world', 'b6acb9d84a38ff74'],
      ['hello', '9555e8555c62dcfd'],
      ['', '2d06800538d394c2'],
      ['123', '404a763b3f4c8c9a'],
      [zerosAhead, '00006c38adf31777'],
    ] as const) {
      server.client.raw('SET', 'k', value)
      expect(server.client.raw('DIGEST', 'k')).toBe(`$16\r\n${digest}\r\n`)
    }
  })

  it('hashes long values too', () => {
    server.client.raw('SET', 'k', 'x'.repeat(100_000))
    expect(run('DIGEST k')).toBe('d8b99a30e426ac41')
  })

  it('replies with nil for a missing key, in the form of each protocol, and counts the miss', () => {
    expect(server.client.raw('DIGEST', 'none')).toBe('$-1\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('DIGEST', 'none')).toBe('_\r\n')
    expect(server.events()).toEqual(['keymiss none 0', 'keymiss none 0'])
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('DIGEST s')).toBe('(error) WRONGTYPE Operation against a key holding the wrong kind of value')
  })

  it('wants exactly one argument', () => {
    expect(run('DIGEST')).toBe("(error) ERR wrong number of arguments for 'digest' command")
    expect(run('DIGEST a b')).toBe("(error) ERR wrong number of arguments for 'digest' command")
  })
})
