import { API_LEVEL, defineModule } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../structures/bytes.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const DEFAULT_TITLES = [
  'Server',
  'Clients',
  'Memory',
  'Persistence',
  'Stats',
  'Replication',
  'CPU',
  'Modules',
  'Errorstats',
  'Cluster',
  'Keyspace',
]

const meters = defineModule({
  name: 'meters',
  version: '1.2.3',
  api: API_LEVEL,
  info: {
    flow: () => ({ litres: 5, state: 'running\r\nrole:slave' }),
    broken: () => {
      throw new Error('no figures')
    },
  },
})

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine([meters])
  run = (line) => server.client.run(line)
})

const titles = (text: string): string[] => [...text.matchAll(/^# (.*?)\r$/gm)].map(([, title]) => title as string)

/** The value of a field, which must be there exactly once. */
function field(text: string, name: string): string {
  const found = [...text.matchAll(new RegExp(`^${name}:(.*)\r$`, 'gm'))]
  expect(found.length, name).toBe(1)
  return found[0]?.[1] as string
}

describe('INFO', () => {
  it('shows the default sections in their order, separated by empty lines', () => {
    const text = run('INFO')
    expect(titles(text)).toEqual(DEFAULT_TITLES)
    expect(text.startsWith('# Server\r\nredis_version:')).toBe(true)
    expect(text).toContain('\r\n\r\n# Clients\r\n')
    expect(titles(run('INFO default'))).toEqual(DEFAULT_TITLES)
  })

  it('is a bulk string in RESP2 and a verbatim string in RESP3', () => {
    expect(server.client.raw('INFO', 'cluster')).toBe('$30\r\n# Cluster\r\ncluster_enabled:0\r\n\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('INFO', 'cluster')).toBe('=34\r\ntxt:# Cluster\r\ncluster_enabled:0\r\n\r\n')
  })

  it('shows the sections asked for, in any case, each once, in the order of INFO', () => {
    expect(titles(run('INFO Memory SERVER server'))).toEqual(['Server', 'Memory'])
    expect(titles(run('INFO memory default'))).toEqual(DEFAULT_TITLES)
  })

  it('shows nothing for sections that do not exist', () => {
    expect(run('INFO sentinel')).toBe('')
    expect(titles(run('INFO sentinel cpu'))).toEqual(['CPU'])
  })

  it("shows all sections but the modules' own with `all`, and those too with `everything`", () => {
    const all = DEFAULT_TITLES.toSpliced(8, 1, 'Commandstats', 'Errorstats', 'Latencystats')
    expect(titles(run('INFO all'))).toEqual(all)
    expect(titles(run('INFO everything'))).toEqual([...all, 'meters_flow'])
    expect(titles(run('INFO all modules'))).toEqual([...all, 'meters_flow'])
  })

  it('shows `debug` only when it is named', () => {
    for (const line of ['INFO', 'INFO default', 'INFO all', 'INFO everything'])
      expect(titles(run(line))).not.toContain('Debug')
    expect(titles(run('INFO debug cpu'))).toEqual(['CPU', 'Debug'])
  })

  it('debug: the longest turn, the most commands of one, and the time of upkeep; RESETSTAT begins anew', () => {
    const { client, clock } = server
    const figure = (name: string): number => Number(field(run('INFO debug'), name))
    client.bytes(fromLatin1('*1\r\n$4\r\nPING\r\n'.repeat(5)))
    run('PING')
    expect(figure('eventloop_cmd_per_cycle_max')).toBe(5)
    // A second passes within a command, and another one within upkeep.
    server.engine.events.subscribe({
      classes: -1,
      onKeyEvent: (_class, event) => {
        clock.now += event === 'expired' ? 2000 : event === 'set' ? 1000 : 0
      },
    })
    run('SET k v PX 50')
    expect(figure('eventloop_duration_max')).toBe(1_000_000)
    clock.advance(100)
    expect(figure('eventloop_duration_max')).toBe(2_000_000)
    expect(figure('eventloop_duration_cron_sum')).toBe(2_000_000)
    expect(figure('eventloop_duration_aof_sum')).toBe(0)
    run('CONFIG RESETSTAT')
    expect(figure('eventloop_duration_max')).toBe(0)
    expect(figure('eventloop_cmd_per_cycle_max')).toBe(1)
  })

  it('counts error replies whose code is no word as ERR, so that no client writes into INFO or metrics', () => {
    server.engine.config.set([['enable-debug-command', 'yes']], { startup: true })
    for (const code of ['a:b', 'a=b,c', '\x1b[31m', '\xe9', 'x'.repeat(200), '-', '{x}']) {
      server.client.raw('DEBUG', 'ERROR', `${code} text`)
    }
    server.client.raw('DEBUG', 'ERROR', 'OWN-code_1 text')
    expect(run('INFO errorstats')).toBe('# Errorstats\r\nerrorstat_ERR:count=7\r\nerrorstat_OWN-code_1:count=1\r\n')
  })

  it('has the fields by which clients and job queues choose what they do', () => {
    const text = run('INFO')
    expect(field(text, 'redis_version')).toBe('7.2.4')
    expect(field(text, 'valkey_version')).toMatch(/^9\.\d+\.\d+$/)
    expect(field(text, 'kvasir_version')).toMatch(/^\d+\.\d+\.\d+$/)
    expect(field(text, 'server_name')).toBe('valkey')
    expect(field(text, 'server_mode')).toBe('standalone')
    run('CONFIG SET extended-redis-compatibility yes')
    expect(field(run('INFO server'), 'redis_mode')).toBe('standalone')
    expect(field(text, 'run_id')).toMatch(/^[0-9a-f]{40}$/)
    expect(field(text, 'tcp_port')).toBe('6379')
    expect(field(text, 'process_id')).toBe('0')
    expect(field(text, 'loading')).toBe('0')
    expect(field(text, 'role')).toBe('master')
    expect(field(text, 'maxmemory_policy')).toBe('noeviction')
    expect(field(text, 'cluster_enabled')).toBe('0')
    expect(field(text, 'master_replid')).toMatch(/^[0-9a-f]{40}$/)
    expect(field(text, 'aof_enabled')).toBe('0')
    expect(field(text, 'rdb_bgsave_in_progress')).toBe('0')
  })

  it('tells the time that the server is up, and the time', () => {
    server.clock.advance(2 * 86_400_000 + 3500)
    const text = run('INFO server')
    expect(field(text, 'uptime_in_seconds')).toBe('172803')
    expect(field(text, 'uptime_in_days')).toBe('2')
    expect(field(text, 'server_time_usec')).toBe(`${server.clock.now}000`)
  })

  it('counts clients, commands, bytes, hits and misses', () => {
    server.connect()
    run('SET k v')
    run('GET k')
    run('GET none')
    const text = run('INFO')
    expect(field(text, 'connected_clients')).toBe('2')
    expect(field(text, 'total_connections_received')).toBe('2')
    expect(field(text, 'total_commands_processed')).toBe('3')
    expect(field(text, 'keyspace_hits')).toBe('1')
    expect(field(text, 'keyspace_misses')).toBe('1')
    expect(Number(field(text, 'total_net_input_bytes'))).toBeGreaterThan(50)
    expect(field(text, 'rdb_changes_since_last_save')).toBe('1')
  })

  it('measures commands per second over the last second and a half', () => {
    for (let i = 0; i < 20; i++) {
      for (let k = 0; k < 10; k++) run('GET k')
      server.clock.advance(100)
    }
    expect(Number(field(run('INFO stats'), 'instantaneous_ops_per_sec'))).toBeCloseTo(100, -1)
    expect(Number(field(run('INFO stats'), 'instantaneous_input_kbps'))).toBeGreaterThan(1)
    server.clock.advance(5000)
    expect(field(run('INFO stats'), 'instantaneous_ops_per_sec')).toBe('0')
  })

  it('counts calls by command, refused ones and failed ones apart', () => {
    run('SET k v')
    run('GET k')
    run('GET')
    run('INCR k')
    run('CONFIG GET port')
    const text = run('INFO commandstats')
    expect(field(text, 'cmdstat_get')).toMatch(
      /^calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=1,failed_calls=0$/,
    )
    expect(field(text, 'cmdstat_incr')).toMatch(/^calls=1,.*,rejected_calls=0,failed_calls=1$/)
    expect(field(text, 'cmdstat_config\\|get')).toMatch(/^calls=1,/)
    expect(text).not.toContain('cmdstat_ping')
  })

  it('counts errors by their code', () => {
    run('NOSUCH')
    run('GET')
    run('SET k v')
    run('INCR k')
    const text = run('INFO errorstats')
    expect(text).toBe('# Errorstats\r\nerrorstat_ERR:count=3\r\n')
    expect(field(run('INFO stats'), 'total_error_replies')).toBe('3')
  })

  it('counts keys and times to live of the databases that have keys', () => {
    run('SET a 1')
    run('SET b 1 PX 5000')
    run('SET c 1 PX 7000')
    const other = server.connect()
    other.session.dbIndex = 11
    other.run('SET a 1')
    expect(run('INFO keyspace')).toBe(
      '# Keyspace\r\ndb0:keys=3,expires=2,avg_ttl=6000,keys_with_volatile_items=0\r\n' +
        'db11:keys=1,expires=0,avg_ttl=0,keys_with_volatile_items=0\r\n',
    )
  })

  it('shows memory, and its limit, in bytes and for people', () => {
    run('SET k x')
    run('CONFIG SET maxmemory 1mb maxmemory-policy allkeys-lru')
    const text = run('INFO memory')
    const used = Number(field(text, 'used_memory'))
    expect(used).toBe(server.engine.usedBytes())
    expect(field(text, 'used_memory_human')).toBe(`${(used / 1024).toFixed(2)}K`)
    expect(field(text, 'maxmemory')).toBe('1048576')
    expect(field(text, 'maxmemory_human')).toBe('1.00M')
    expect(field(text, 'maxmemory_policy')).toBe('allkeys-lru')
    expect(Number(field(text, 'mem_fragmentation_ratio'))).toBeGreaterThan(0)
    expect(Number(field(text, 'used_memory_peak'))).toBeGreaterThanOrEqual(used)
  })

  it('lists the modules, and shows their sections by section, module or `modules`', () => {
    const line =
      'module:name=meters,ver=10203,api=1,filters=0,usedby=[],using=[],options=[],handlers_usec=0,slow_handlers=0'
    const own = '# meters_flow\r\nmeters_litres:5\r\nmeters_state:running  role:slave\r\n'
    expect(run('INFO modules')).toBe(`# Modules\r\n${line}\r\n\r\n${own}`)
    expect(run('INFO meters_flow')).toBe(own)
    expect(run('INFO Meters')).toBe(own)
  })

  it("leaves a module's section out when it throws, and goes on", () => {
    const before = server.engine.stats.unexpectedErrors
    expect(run('INFO meters_broken')).toBe('')
    expect(server.engine.stats.unexpectedErrors).toBe(before + 1)
  })

  it('shows what the host knows of the process', () => {
    const host = {
      processId: 4711,
      os: 'Linux 6.1 x64',
      executable: '/usr/bin/kvasir',
      listeners: () => ['name=tcp,bind=127.0.0.1,port=7000'],
      residentBytes: () => 50 * 1024 * 1024,
      cpuUs: () => ({ user: 1_500_000, system: 250 }),
    }
    Object.assign(server.engine.host, host)
    const text = run('INFO')
    expect(field(text, 'process_id')).toBe('4711')
    expect(field(text, 'executable')).toBe('/usr/bin/kvasir')
    expect(field(text, 'listener0')).toBe('name=tcp,bind=127.0.0.1,port=7000')
    expect(field(text, 'used_memory_rss_human')).toBe('50.00M')
    expect(field(text, 'used_cpu_user')).toBe('1.500000')
    expect(field(text, 'used_cpu_sys')).toBe('0.000250')
  })
})

describe('INFO stats', () => {
  const field = (name: string): number => Number(new RegExp(`\\r\\n${name}:(\\d+)\\r\\n`).exec(run('INFO stats'))?.[1])

  it('counts turns, reads and writes, and the time that the engine worked', () => {
    const { clock } = server
    const monotonicUs = clock.monotonicUs.bind(clock)
    let readings = 0
    clock.monotonicUs = () => monotonicUs() + ++readings * 5
    const before = ['eventloop_cycles', 'total_reads_processed', 'total_writes_processed'].map(field)
    const workedUs = field('eventloop_duration_cmd_sum')
    run('GET a')
    run('KEYS *')
    const after = ['eventloop_cycles', 'total_reads_processed', 'total_writes_processed'].map(field)
    expect(after.map((value, i) => value - before[i])).toEqual([6, 6, 6])
    expect(field('eventloop_duration_cmd_sum')).toBeGreaterThan(workedUs)
    clock.advance(100)
    expect(field('eventloop_duration_sum')).toBeGreaterThan(field('eventloop_duration_cmd_sum'))
    expect(field('expire_cycle_cpu_milliseconds')).toBe(0)
    clock.advance(100_000)
    expect(field('expire_cycle_cpu_milliseconds')).toBeGreaterThan(0)
    expect(field('total_active_defrag_time')).toBeGreaterThan(0)
    expect(field('instantaneous_eventloop_cycles_per_sec')).toBe(10)
  })

  it('tells how long memory has been beyond maxmemory, now and altogether', () => {
    run('CONFIG SET maxmemory 1')
    server.clock.advance(1000)
    expect(field('current_eviction_exceeded_time')).toBe(1000)
    run('CONFIG SET maxmemory 0')
    server.clock.advance(500)
    const totalMs = field('total_eviction_exceeded_time')
    expect([totalMs >= 1000, totalMs <= 1100]).toEqual([true, true])
    expect(field('current_eviction_exceeded_time')).toBe(0)
  })
})
