import { beforeEach, describe, expect, it } from 'vitest'
import { bulkOf, payload } from '../../keyspace/rdb/_test-payload.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

describe('DUMP', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  const dump = (key: string): Uint8Array | undefined => bulkOf(server.client.raw('DUMP', key))
  beforeEach(() => {
    server = startTestEngine([boxModule([])])
  })

  it('gives values of Valkey 9.1 byte for byte, but for the version', () => {
    // Golden: only lines are added.
    for (const [command, body] of [
      ['SET k 123', '00 c07b'],
      ['SET k -129', '00 c17fff'],
      ['SET k 2147483648', '00 0a32313437343833363438'],
      ['SET k hello', '00 0568656c6c6f'],
      ['HSET k f v g w', '10 13 13000000 0400 816602 817602 816702 817702 ff'],
      ['HSET k n 12 big 9007199254740993', '10 1b 1b000000 0400 816e02 0c01 8362696704 f4 0100000000002000 09 ff'],
    ] as const) {
      run('DEL k')
      run(command)
      expect(Buffer.from(dump('k') as Uint8Array).toString('hex')).toBe(Buffer.from(payload(body)).toString('hex'))
    }
  })

  it('gives nil for a key that does not exist, and counts as a read', () => {
    expect(run('DUMP none')).toBe('(nil)')
    expect(server.events()).toEqual(['keymiss none 0'])
    run('SET k v PX 10')
    server.clock.now += 10
    expect(run('DUMP k')).toBe('(nil)')
    run('HELLO 3')
    expect(server.client.raw('DUMP', 'none')).toBe('_\r\n')
  })

  it('does not tell the time to live', () => {
    run('SET k v')
    const before = dump('k')
    run('EXPIRE k 100')
    expect(dump('k')).toEqual(before)
  })

  it('compresses long strings, unless rdbcompression says no', () => {
    server.client.raw('SET', 'k', 'abc'.repeat(1000))
    expect(dump('k')?.length).toBeLessThan(100)
    run('CONFIG SET rdbcompression no')
    expect(dump('k')?.length).toBeGreaterThan(3000)
  })

  it('gives fields of a large hash one by one', () => {
    run('CONFIG SET hash-max-listpack-entries 1')
    run('HSET k f v g w')
    const bytes = dump('k') as Uint8Array
    expect([...bytes.subarray(0, 2)]).toEqual([4, 2])
  })

  it('gives what a module saves, under the id of its type', () => {
    run('BOX.SET k hi')
    const id = [0x81, 0xb5, 0xeb, 0x2d, 0xf9, 0xba, 0x31, 0x78, 0x01]
    expect([...(dump('k') as Uint8Array).subarray(0, 14)]).toEqual([7, ...id, 5, 2, 0x68, 0x69])
  })

  it('needs one key', () => {
    expect(run('DUMP')).toBe("(error) ERR wrong number of arguments for 'dump' command")
    expect(run('DUMP a b')).toBe("(error) ERR wrong number of arguments for 'dump' command")
  })
})
