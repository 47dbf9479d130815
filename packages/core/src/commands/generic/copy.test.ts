import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

describe('COPY', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('copies value and time to live, and tells of the copy', () => {
    run('SET a v PX 5000')
    server.events()
    expect(run('COPY a b')).toBe('(integer) 1')
    expect(server.events()).toEqual(['copy_to b 0'])
    expect([run('GET b'), run('PTTL b'), run('GET a'), run('PTTL a')]).toEqual([
      'v',
      '(integer) 5000',
      'v',
      '(integer) 5000',
    ])
    run('APPEND b w')
    expect([run('GET a'), run('GET b')]).toEqual(['v', 'vw'])
  })

  it('copies to another database, under the same name or another', () => {
    run('SET a v')
    server.events()
    expect([run('COPY a a DB 1'), run('COPY a b db 15')]).toEqual(['(integer) 1', '(integer) 1'])
    expect(server.events()).toEqual(['copy_to a 1', 'copy_to b 15'])
    expect([run('SELECT 15'), run('GET b'), run('COPY b c'), run('DBSIZE')]).toEqual([
      'OK',
      'v',
      '(integer) 1',
      '(integer) 2',
    ])
  })

  it('overwrites with REPLACE only, and then with the time to live', () => {
    run('SET a v')
    run('SET b old PX 5000')
    server.events()
    expect([run('COPY a b'), run('GET b')]).toEqual(['(integer) 0', 'old'])
    expect(server.events()).toEqual([])
    expect([run('COPY a b REPLACE'), run('GET b'), run('PTTL b')]).toEqual(['(integer) 1', 'v', '(integer) -1'])
    expect(run('COPY a b DB 1 REPLACE')).toBe('(integer) 1')
  })

  it('copies nothing when there is no source, or its time is over', () => {
    expect(run('COPY none b')).toBe('(integer) 0')
    expect(server.events()).toEqual(['keymiss none 0'])
    run('SET a v PX 10')
    run('SET b w')
    server.clock.now += 10
    expect([run('COPY a b REPLACE'), run('GET b')]).toEqual(['(integer) 0', 'w'])
  })

  it('copies values of every length, byte for byte, and what was changed in place stays raw', () => {
    for (const length of [0, 1, 255, 256, 16_000, 16_340, 16_384, 100_000]) {
      const value = 'xyz'.repeat(length / 3 + 1).slice(0, length)
      server.client.raw('SET', 'a', value)
      for (const key of ['b', 'b'.repeat(300), 'b'.repeat(5000)]) {
        server.client.raw('COPY', 'a', key, 'REPLACE')
        expect(server.client.raw('GET', key)).toBe(`$${length}\r\n${value}\r\n`)
      }
    }
    run('SET n 1')
    run('APPEND n 2')
    run('COPY n m')
    expect([run('OBJECT ENCODING m'), run('GET m')]).toEqual(['raw', '12'])
    run('SETRANGE a 0 changed')
    expect(server.client.raw('GETRANGE', 'b', '0', '6')).toBe('$7\r\nxyzxyzx\r\n')
  })

  it('asks the type of a value of a module for a copy', () => {
    const calls: string[] = []
    server = startTestEngine([boxModule(calls)])
    run('BOX.SET a 5')
    expect([run('COPY a b'), run('COPY a b DB 2')]).toEqual(['(integer) 1', '(integer) 1'])
    expect(calls).toEqual(['copy 5', 'copy 5'])
    run('BOX.SET a 6')
    expect([run('BOX.GET a'), run('BOX.GET b')]).toEqual(['6', '5'])
    run('FLUSHALL')
    expect(calls.slice(2).sort()).toEqual(['free 5', 'free 5', 'free 5', 'free 6'])
  })

  it('refuses the key itself, before it looks for it', () => {
    const same = '(error) ERR source and destination objects are the same'
    expect([run('COPY a a'), run('COPY none none REPLACE'), run('COPY a a DB 0')]).toEqual([same, same, same])
  })

  it('refuses databases that there are not', () => {
    const outside = '(error) ERR DB index is out of range'
    const notInt32 = '(error) ERR value is out of range, value must between -2147483648 and 2147483647'
    const notInteger = '(error) ERR value is not an integer or out of range'
    for (const [index, error] of [
      ['16', outside],
      ['-1', outside],
      ['2147483647', outside],
      ['2147483648', notInt32],
      ['4294967296', notInt32],
      ['9223372036854775807', notInt32],
      ['9223372036854775808', notInteger],
      ['x', notInteger],
      ['01', notInteger],
    ]) {
      expect(run(`COPY a b DB ${index}`)).toBe(error)
    }
    expect(run('COPY a b DB 16 DB 1')).toBe(outside)
  })

  it('takes DB and REPLACE in any order, and nothing else', () => {
    run('SET a v')
    expect(run('COPY a b REPLACE DB 1 REPLACE DB 2')).toBe('(integer) 1')
    expect(server.engine.db(2).size).toBe(1)
    for (const line of ['COPY a b x', 'COPY a b DB', 'COPY a b REPLACE x', 'COPY a b x DB y']) {
      expect(run(line)).toBe('(error) ERR syntax error')
    }
    expect(run('COPY a')).toBe("(error) ERR wrong number of arguments for 'copy' command")
  })
})
