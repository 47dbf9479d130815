import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { startTestServer, type TestServer, type TestServerOptions, VirtualClock } from '@kvasir/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metricsModule } from './metrics-module.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Observed {
  readonly server: TestServer
  readonly port: number
  get(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: string; headers: Headers }>
  [Symbol.asyncDispose](): Promise<void>
}

/** A server whose endpoint listens. */
async function observed(options: TestServerOptions = {}): Promise<Observed> {
  const port = await freePort()
  const server = await startTestServer({ modules: [metricsModule], 'metrics.port': port, ...options })
  await listening(server, port)
  return {
    server,
    port,
    async get(path, init) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
      return { status: response.status, body: await response.text(), headers: response.headers }
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

async function listening(server: TestServer, port: number): Promise<void> {
  const line = { level: 'notice', message: `<metrics> Metrics at http://127.0.0.1:${port}/metrics` }
  await expect.poll(() => server.log).toContainEqual(line)
}

/** Sends bytes. @returns what came until the connection ended, and after how many milliseconds that was */
function exchange(port: number, request: string): Promise<{ readonly answer: string; readonly ms: number }> {
  const startMs = performance.now()
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
    })
    socket.on('close', () => resolve({ answer, ms: performance.now() - startMs }))
    socket.write(request)
  })
}

/** The samples by name and labels; fails where the text is not in Prometheus's format. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>()
  let family = ''
  const families = new Set<string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-z_:][a-z0-9_:]*) \S.*$/i.exec(line)
    if (help !== null) {
      family = help[1] as string
      expect(families.has(family), `${family} comes twice`).toBe(false)
      families.add(family)
      continue
    }
    if (line.startsWith('# TYPE ')) {
      expect(line).toMatch(new RegExp(`^# TYPE ${family} (counter|gauge|summary)$`))
      continue
    }
    const sample = /^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,|(?=\})))*\})? (\S+)$/i.exec(line)
    expect(sample, line).not.toBeNull()
    const [, name, labels = '', value] = sample as unknown as [string, string, string | undefined, string]
    expect(name).toBe(family)
    expect(found.has(name + labels), line).toBe(false)
    expect(Number(value), line).not.toBeNaN()
    found.set(name + labels, Number(value))
  }
  return found
}

describe('/metrics', () => {
  it('is Prometheus text with the figures of INFO', async () => {
    await using own = await observed({ maxmemory: '100mb' })
    const client = own.server.dial()
    await client.raw('SET', 'a', '1')
    await client.raw('SET', 'b', '1', 'EX', 100)
    await client.raw('GET', 'a')
    await client.raw('GET', 'missing')
    await client.raw('LPUSH', 'a', 'x')
    await client.raw('NOSUCH')
    const { status, body, headers } = await own.get('/metrics')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const found = samples(body)
    const expected = {
      redis_up: 1,
      redis_connected_clients: 1,
      redis_memory_max_bytes: 104_857_600,
      redis_config_maxclients: 10_000,
      redis_connections_received_total: 1,
      redis_keyspace_hits_total: 1,
      redis_keyspace_misses_total: 1,
      redis_rdb_last_bgsave_status: 1,
      redis_loading_dump_file: 0,
      redis_exporter_scrapes_total: 1,
      'redis_db_keys{db="db0"}': 2,
      'redis_db_keys_expiring{db="db0"}': 1,
      'redis_commands_total{cmd="get"}': 2,
      'redis_commands_total{cmd="set"}': 2,
      'redis_commands_failed_calls_total{cmd="lpush"}': 1,
      'redis_errors_total{err="WRONGTYPE"}': 1,
      'redis_errors_total{err="ERR"}': 1,
    }
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, found.get(name)]))).toEqual(expected)
    expect(found.get('redis_commands_duration_seconds_total{cmd="set"}')).toBeGreaterThan(0)
    expect(found.get('redis_commands_duration_seconds_total{cmd="set"}')).toBeLessThan(1)
    expect(found.get('redis_db_avg_ttl_seconds{db="db0"}')).toBeCloseTo(100, 0)
    expect(Math.abs((found.get('redis_start_time_seconds') ?? 0) - Date.now() / 1000)).toBeLessThan(60)
    expect(body).toMatch(
      /\nredis_instance_info\{role="master",redis_version="[\d.]+",.*redis_mode="standalone",.*\} 1\n/,
    )
  })

  it('has what the dashboards and alerts of redis_exporter ask for', async () => {
    await using own = await observed()
    own.server.call('SET', 'k', 'v')
    const names = new Set([...samples((await own.get('/metrics')).body).keys()].map((name) => name.replace(/\{.*/, '')))
    const asked = [
      ...['redis_uptime_in_seconds', 'redis_connected_clients', 'redis_memory_used_bytes', 'redis_memory_max_bytes'],
      ...[
        'redis_commands_processed_total',
        'redis_keyspace_hits_total',
        'redis_keyspace_misses_total',
        'redis_db_keys',
      ],
      ...[
        'redis_net_input_bytes_total',
        'redis_net_output_bytes_total',
        'redis_db_keys_expiring',
        'redis_instance_info',
      ],
      ...['redis_expired_keys_total', 'redis_evicted_keys_total', 'redis_commands_total', 'redis_blocked_clients'],
      ...['redis_commands_duration_seconds_total', 'redis_memory_used_rss_bytes', 'redis_mem_fragmentation_ratio'],
      ...['redis_connected_slaves', 'redis_rejected_connections_total', 'redis_config_maxclients', 'redis_up'],
      ...['redis_total_system_memory_bytes', 'redis_rdb_last_save_timestamp_seconds', 'redis_start_time_seconds'],
      ...['redis_rdb_last_bgsave_status', 'redis_aof_last_write_status', 'redis_cpu_user_seconds_total'],
      ...['redis_cpu_sys_seconds_total', 'redis_pubsub_channels', 'redis_master_repl_offset'],
    ]
    expect(asked.filter((name) => !names.has(name))).toEqual([])
  })

  it('shows no keys, no passwords and no paths', async () => {
    await using own = await observed({ requirepass: 'sesame', users: ['alice on >crocodile +@all'] })
    own.server.call('SET', 'topkey', 'treasure')
    own.server.call('CLIENT', 'SETNAME', 'somebody')
    const { body } = await own.get('/metrics')
    expect(body).not.toMatch(/sesame|crocodile|alice|topkey|treasure|somebody|127\.0\.0\.1|\/(?:bin|node|tmp|usr|home)/)
  })

  it('escapes what stands in labels', async () => {
    await using own = await observed()
    own.server.engine.stats.errors.set('A"B\\C', 1)
    expect((await own.get('/metrics')).body).toContain('redis_errors_total{err="A\\"B\\\\C"} 1\n')
  })

  it('shows control characters in labels as question marks', async () => {
    await using own = await observed()
    own.server.engine.stats.errors.set('A\x1b[31mC\x7f\x9b', 1)
    expect((await own.get('/metrics')).body).toContain('redis_errors_total{err="A?[31mC??"} 1\n')
  })

  it('is the same with RESP3 in use, and at every scrape', async () => {
    await using own = await observed()
    await own.server.dial().raw('HELLO', 3)
    const counts = []
    for (let i = 0; i < 3; i++)
      counts.push(samples((await own.get('/metrics')).body).get('redis_exporter_scrapes_total'))
    expect(counts).toEqual([1, 2, 3])
  })
})

describe('probes', () => {
  it('/livez and /readyz answer ok', async () => {
    await using own = await observed()
    for (const path of ['/livez', '/readyz', '/livez?verbose']) {
      expect(await own.get(path)).toMatchObject({ status: 200, body: 'ok\n' })
    }
    expect(await own.get('/livez', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it('/livez does not answer when the event loop is stuck, and does again later', async () => {
    await using own = await observed()
    let isAnswered = false
    const answer = own.get('/livez').then(({ status }) => {
      isAnswered = true
      return status
    })
    const endMs = performance.now() + 200
    while (performance.now() < endMs);
    expect(isAnswered).toBe(false)
    expect(await answer).toBe(200)
  })
})

describe('the endpoint', () => {
  it('is off unless metrics.port is set, and moves with it', async () => {
    await using server = await startTestServer({ modules: [metricsModule] })
    const [first, second] = [await freePort(), await freePort()]
    const answers = async (port: number): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok,
        () => false,
      )
    expect(await answers(9121)).toBe(false)
    for (const port of [first, second]) {
      server.call('CONFIG', 'SET', 'metrics.port', port)
      await listening(server, port)
      expect(await answers(port)).toBe(true)
    }
    expect(await answers(first)).toBe(false)
    server.call('CONFIG', 'SET', 'metrics.port', 0)
    expect(await answers(second)).toBe(false)
  })

  describe('whose port is taken', () => {
    let taken: Server
    let port: number

    beforeEach(async () => {
      taken = createServer()
      taken.listen(0, '127.0.0.1')
      await new Promise((resolve) => taken.once('listening', resolve))
      port = (taken.address() as AddressInfo).port
    })

    afterEach(() => void taken.close())

    it('keeps the server from starting', async () => {
      const start = startTestServer({ modules: [metricsModule], 'metrics.port': port })
      await expect(start).rejects.toThrow(`cannot listen for metrics on 127.0.0.1:${port}`)
    })

    it('stays where it was, on CONFIG SET of its port or address', async () => {
      await using own = await observed()
      const refusal = (name: string): string =>
        `ERR CONFIG SET failed (possibly related to argument 'metrics.${name}') - cannot listen for metrics on `
      const set = (...words: readonly (string | number)[]): unknown => own.server.call('CONFIG', 'SET', ...words)
      expect(() => set('metrics.port', port)).toThrow(`${refusal('port')}127.0.0.1:${port}`)
      expect(() => set('metrics.bind', '192.0.2.1')).toThrow(`${refusal('bind')}192.0.2.1:${own.port}`)
      expect(own.server.call('CONFIG', 'GET', 'metrics.*')).toEqual(
        new Map([
          ['metrics.bind', '127.0.0.1'],
          ['metrics.port', String(own.port)],
        ]),
      )
      expect((await own.get('/livez')).status).toBe(200)
      const lines = (): string => own.server.log.map(({ message }) => message).join('\n')
      await expect.poll(lines).toContain(`<metrics> Cannot listen for metrics on 127.0.0.1:${port}: listen EADDRINUSE`)
      expect(set('metrics.bind', '*')).toBe('OK')
      expect((await own.get('/livez')).status).toBe(200)
    })
  })

  it('is bound to a host by its name, which is looked up first', async () => {
    await using own = await startTestServer({ modules: [metricsModule] })
    const port = await freePort()
    const set = (...words: readonly (string | number)[]): unknown => own.call('CONFIG', 'SET', ...words)
    expect(set('metrics.bind', 'localhost', 'metrics.port', port)).toBe('OK')
    expect((await fetch(`http://localhost:${port}/livez`)).status).toBe(200)
    const other = await freePort()
    expect(() => set('metrics.port', other, 'metrics.bind', 'no-such-host.invalid')).toThrow(
      `cannot listen for metrics on no-such-host.invalid:${other}`,
    )
    expect((await fetch(`http://localhost:${port}/livez`)).status).toBe(200)
    await expect(fetch(`http://localhost:${other}/livez`)).rejects.toThrow()
  })

  it('listens from the start on a host given by its name', async () => {
    const port = await freePort()
    await using own = await startTestServer({
      modules: [metricsModule],
      'metrics.bind': 'localhost',
      'metrics.port': port,
    })
    expect((await fetch(`http://localhost:${port}/livez`)).status).toBe(200)
    expect(own.log.map(({ message }) => message)).toContain(`<metrics> Metrics at http://localhost:${port}/metrics`)
  })

  it('is gone with its module and with its engine, and one engine has nothing to do with another', async () => {
    const own = await observed()
    await using other = await observed()
    const port = await freePort()
    own.server.call('CONFIG', 'SET', 'metrics.port', port)
    await listening(own.server, port)
    own.server.call('MODULE', 'UNLOAD', 'metrics')
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow()
    await own.server.close()
    expect((await other.get('/livez')).status).toBe(200)
  })

  it('refuses other paths, other methods and bodies', async () => {
    await using own = await observed()
    expect((await own.get('/')).status).toBe(404)
    expect((await own.get('/metrics/../etc/passwd')).status).toBe(404)
    expect((await own.get('/metrics', { method: 'POST' })).status).toBe(405)
    expect((await own.get('/metrics', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD')
    const body = 'GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'
    expect((await exchange(own.port, body)).answer).toMatch(/^HTTP\/1\.1 413 /)
    const chunked = 'GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
    expect((await exchange(own.port, chunked)).answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('refuses long headers, and what is no HTTP', async () => {
    await using own = await observed()
    const long = `GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(9000)}\r\n\r\n`
    expect((await exchange(own.port, long)).answer).toMatch(/^HTTP\/1\.1 431 /)
    expect((await exchange(own.port, '*1\r\n$4\r\nPING\r\n')).answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('ends connections on which nothing comes, or too slowly', { timeout: 30_000 }, async () => {
    await using own = await observed()
    const [silent, half] = await Promise.all([exchange(own.port, ''), exchange(own.port, 'GET /metrics HTTP/1.1\r\n')])
    for (const { ms } of [silent, half]) {
      expect(ms).toBeGreaterThan(4000)
      expect(ms).toBeLessThan(9000)
    }
  })

  it('has at most 64 connections, and answers the next one in place of the oldest', async () => {
    await using own = await observed()
    let ended = 0
    const sockets = Array.from({ length: 70 }, () => {
      const socket = connect(own.port, '127.0.0.1').on('close', () => ended++)
      socket.on('error', () => {}).write('GET /livez HTTP/1.1\r\n')
      return socket
    })
    await expect.poll(() => ended).toBe(6)
    expect((await own.get('/livez')).status).toBe(200)
    await expect.poll(() => ended).toBe(7)
    for (const socket of sockets) socket.destroy()
  })

  it('shows the time of a clock that is turned', async () => {
    const clock = new VirtualClock()
    await using own = await observed({ clock })
    clock.advance(50_000)
    expect(samples((await own.get('/metrics')).body).get('redis_uptime_in_seconds')).toBe(50)
  })
})
