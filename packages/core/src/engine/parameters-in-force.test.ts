import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'
import { fromLatin1 } from '../structures/bytes.ts'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

describe('parameters in force', () => {
  it('maxmemory-samples, lfu-log-factor and lfu-decay-time reach eviction', () => {
    run('CONFIG SET maxmemory-samples 9 lfu-log-factor 3 lfu-decay-time 7')
    expect(server.engine.eviction.parameters).toMatchObject({ samples: 9, lfuLogFactor: 3, lfuDecayMinutes: 7 })
  })

  it('maxmemory-eviction-tenacity sets how long one command may evict', () => {
    const budget = (tenacity: number): number => {
      run(`CONFIG SET maxmemory-eviction-tenacity ${tenacity}`)
      return server.engine.evictBudgetUs
    }
    expect([0, 1, 10].map(budget)).toEqual([0, 50, 500])
    expect(budget(11)).toBeCloseTo(575)
    expect(budget(99)).toBeGreaterThan(60_000_000)
    expect(budget(100)).toBe(Number.POSITIVE_INFINITY)
  })

  it('that would keep clients out are refused where they cannot, because everybody could come in', () => {
    const { config } = server.engine
    expect(config.load('aclfile', ['users.acl'])).toBe('there are no files here to read users from')
    const other = startTestEngine().engine.config
    expect(other.load('aclfile', [''])).toBe(undefined)
  })

  it('rdma-port is refused, as there is no RDMA; 0, which stands for none, is not', () => {
    const reason = 'No RDMA building support.'
    const reply = `(error) ERR CONFIG SET failed (possibly related to argument 'rdma-port') - ${reason}`
    expect(run('CONFIG SET rdma-port 5')).toBe(reply)
    expect(run('CONFIG GET rdma-port')).toBe('[rdma-port, 0]')
    const { config } = startTestEngine().engine
    expect([config.load('rdma-port', ['5']), config.load('rdma-port', ['0'])]).toEqual([reason, undefined])
  })

  it('requirepass holds for clients that come later, for unknown commands too; without it they may go on', () => {
    run('CONFIG SET requirepass secret')
    const later = server.connect()
    expect(later.run('GET k')).toBe('(error) NOAUTH Authentication required.')
    expect(later.run('NOSUCH')).toBe('(error) NOAUTH Authentication required.')
    expect(later.run('GET')).toBe('(error) NOAUTH Authentication required.')
    expect(run('GET k')).toBe('(nil)')
    server.client.raw('CONFIG', 'SET', 'requirepass', '')
    expect(later.run('GET k')).toBe('(nil)')
  })

  it('proto-max-bulk-len limits the length of an argument', () => {
    run('CONFIG SET proto-max-bulk-len 1mb')
    const request = fromLatin1('*2\r\n$3\r\nGET\r\n$1048577\r\n')
    expect(server.client.bytes(request)).toBe('-ERR Protocol error: invalid bulk length\r\n')
  })

  it('client-query-buffer-limit ends a connection whose request grows too large', () => {
    run('CONFIG SET client-query-buffer-limit 1mb')
    server.client.bytes(fromLatin1('*2\r\n$3\r\nGET\r\n$3000000\r\n'))
    for (let i = 0; i < 20 && !server.client.closed; i++) server.client.bytes(new Uint8Array(100_000))
    expect(server.client.closed).toBe(true)
    expect(server.engine.stats.queryBufferLimitDisconnections).toBe(1)
  })

  it('hz sets how often the periodic work is done', () => {
    run('CONFIG SET hz 100')
    run('SET k v PX 5')
    server.clock.advance(15)
    expect(server.engine.db(0).size).toBe(0)
    run('CONFIG SET hz 1')
    run('SET k v PX 5')
    server.clock.advance(900)
    expect(server.engine.db(0).size).toBe(1)
    server.clock.advance(200)
    expect(server.engine.db(0).size).toBe(0)
  })

  it('active-expire-effort sets how long it takes to delete expired keys', () => {
    const { expireBudgetUs } = server.engine
    run('CONFIG SET active-expire-effort 10')
    expect(server.engine.expireBudgetUs).toBe(expireBudgetUs * 10)
  })

  it('databases is set at start-up', () => {
    expect(server.engine.config.load('databases', ['3'])).toBe(undefined)
    expect(server.engine.databaseCount).toBe(3)
    expect(run('CONFIG SET databases 4')).toContain("can't set immutable config")
  })
})
