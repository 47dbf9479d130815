import { API_LEVEL, arg, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

/** A reply in one line, numbers without their type. */
const run = (line: string): string => server.client.run(line).replaceAll('(integer) ', '')

/** A field of HOTKEYS GET as it stands in the reply. */
function field(name: string): string | undefined {
  const fields = run('HOTKEYS GET').replace(/^\[\[|\]\]$/g, '')
  return new RegExp(`(?:^|, )${name}, (\\[.*?\\]|[^,]*)(?=, |$)`).exec(fields)?.[1]
}

/** Runs a command that takes so long by the clock. */
function runFor(us: number, line: string): void {
  const { clock } = server
  const { monotonicUs } = clock
  let nowUs = clock.monotonicUs()
  clock.monotonicUs = () => {
    nowUs += us
    return nowUs
  }
  run(line)
  clock.monotonicUs = monotonicUs
}

describe('HOTKEYS', () => {
  it('HOTKEYS GET, STOP and RESET without a session: nil, nil and OK', () => {
    for (const resp of ['2', '3']) {
      run(`HELLO ${resp}`)
      const nil = resp === '2' ? '$-1\r\n' : '_\r\n'
      expect(server.client.raw('HOTKEYS', 'GET')).toBe(nil)
      expect(server.client.raw('HOTKEYS', 'STOP')).toBe(nil)
      expect(server.client.raw('HOTKEYS', 'RESET')).toBe('+OK\r\n')
    }
  })

  it('HOTKEYS STOP keeps what was found, HOTKEYS RESET forgets it', () => {
    run('HOTKEYS START METRICS 1 CPU')
    expect(field('tracking-active')).toBe('1')
    expect(run('HOTKEYS RESET')).toBe('(error) ERR hotkey tracking is active, use HOTKEYS STOP first')
    expect(run('HOTKEYS STOP')).toBe('OK')
    expect(field('tracking-active')).toBe('0')
    expect(run('HOTKEYS STOP')).toBe('(nil)')
    expect(field('tracking-active')).toBe('0')
    expect(run('HOTKEYS RESET')).toBe('OK')
    expect(run('HOTKEYS GET')).toBe('(nil)')
    expect(run('HOTKEYS START METRICS 1 CPU')).toBe('OK')
  })

  it('HOTKEYS GET in RESP2 is a list of one flat list', () => {
    run('HOTKEYS START METRICS 2 CPU NET')
    run('SET key value')
    server.clock.advance(1500)
    expect(run('HOTKEYS GET')).toBe(
      '[[tracking-active, 1, sample-ratio, 1, selected-slots, [[0, 16383]], all-commands-all-slots-us, 0, ' +
        'net-bytes-all-commands-all-slots, 38, collection-start-time-unix-ms, 1700000000000, ' +
        'collection-duration-ms, 1500, total-cpu-time-user-ms, 0, total-cpu-time-sys-ms, 0, total-net-bytes, 38, ' +
        'by-cpu-time-us, [key, 0], by-net-bytes, [key, 38]]]',
    )
  })

  it('HOTKEYS GET in RESP3 is a list of one map, the keys in flat lists', () => {
    run('HELLO 3')
    run('HOTKEYS START METRICS 1 NET SAMPLE 1')
    run('SET a 1')
    expect(server.client.raw('HOTKEYS', 'GET')).toBe(
      '*1\r\n%9\r\n$15\r\ntracking-active\r\n:1\r\n$12\r\nsample-ratio\r\n:1\r\n' +
        '$14\r\nselected-slots\r\n*1\r\n*2\r\n:0\r\n:16383\r\n$25\r\nall-commands-all-slots-us\r\n:0\r\n' +
        '$32\r\nnet-bytes-all-commands-all-slots\r\n:32\r\n$29\r\ncollection-start-time-unix-ms\r\n:1700000000000\r\n' +
        '$22\r\ncollection-duration-ms\r\n:0\r\n$15\r\ntotal-net-bytes\r\n:32\r\n' +
        '$12\r\nby-net-bytes\r\n*2\r\n$1\r\na\r\n:32\r\n',
    )
  })

  it('HOTKEYS GET has the fields of the metrics that were asked for only', () => {
    run('HOTKEYS START METRICS 1 CPU')
    expect([field('total-cpu-time-user-ms'), field('by-cpu-time-us')]).toEqual(['0', '[]'])
    expect([field('total-net-bytes'), field('by-net-bytes')]).toEqual([undefined, undefined])
    run('HOTKEYS STOP')
    run('HOTKEYS START METRICS 1 NET')
    expect([field('total-cpu-time-user-ms'), field('by-cpu-time-us')]).toEqual([undefined, undefined])
    expect([field('total-net-bytes'), field('by-net-bytes')]).toEqual(['0', '[]'])
  })

  it.each(['GET', 'STOP', 'RESET', 'HELP'])('HOTKEYS %s takes no arguments', (name) => {
    expect(run(`HOTKEYS ${name} x`)).toBe(
      `(error) ERR wrong number of arguments for 'hotkeys|${name.toLowerCase()}' command`,
    )
  })

  it('needs a subcommand, and refuses those that there are not', () => {
    expect(run('HOTKEYS')).toBe("(error) ERR wrong number of arguments for 'hotkeys' command")
    expect(run('HOTKEYS LIST')).toContain("ERR unknown subcommand 'LIST'")
    expect(run('HOTKEYS HELP')).toContain('START METRICS <count> [CPU] [NET] [COUNT <k>]')
  })

  it('stands in COMMAND as of 8.6.0, for administrators', () => {
    expect(run('COMMAND LIST FILTERBY PATTERN hotkeys*').split(', ')).toHaveLength(6)
    expect(run('COMMAND INFO hotkeys|start')).toContain('hotkeys|start, -2, [admin, noscript], 0, 0, 0')
    expect(run('COMMAND INFO hotkeys|start')).toContain('[@admin, @slow, @dangerous]')
    expect(run('COMMAND DOCS hotkeys|get')).toContain('since, 8.6.0')
  })
})

describe('hot keys by bytes', () => {
  beforeEach(() => {
    run('HOTKEYS START METRICS 1 NET')
  })

  it('count request and reply, the hottest first', () => {
    run('SET small 1')
    run(`SET large ${'x'.repeat(1000)}`)
    run('GET large')
    run('PING')
    // *3 $3 SET $5 large $1000 x..; +OK; *2 $3 GET $5 large; $1000 x..
    const large = 4 + 9 + 11 + 1009 + 5 + (4 + 9 + 11) + 1009
    const small = 4 + 9 + 11 + 7 + 5
    expect(field('by-net-bytes')).toBe(`[large, ${large}, small, ${small}]`)
    expect(field('total-net-bytes')).toBe(String(large + small + 14 + 7))
  })

  it('are shared evenly among the keys of a command', () => {
    run('MSET a 1 b 2 c 3')
    // *7 $4 MSET, three times $1 a $1 1; +OK
    const bytes = 4 + 10 + 6 * 7 + 5
    const share = Math.round(bytes / 3)
    expect(field('by-net-bytes')).toBe(`[a, ${share}, b, ${share}, c, ${share}]`)
    expect(field('net-bytes-all-commands-all-slots')).toBe(String(bytes))
  })

  it('are found by the words of the command where the keys may stand anywhere', () => {
    run('ZUNIONSTORE to 2 one two')
    expect(field('by-net-bytes')).toMatch(/^\[to, (\d+), one, \1, two, \1\]$/)
  })

  it('count commands that answer with an error, not those that are refused', () => {
    run('RPUSH list x')
    const before = field('by-net-bytes')
    expect(run('GET list')).toContain('WRONGTYPE')
    const behind = field('by-net-bytes')
    expect(behind).not.toBe(before)
    run('GET')
    run('NOSUCHCOMMAND list')
    expect(field('by-net-bytes')).toBe(behind)
  })

  it('count what a transaction runs, once', () => {
    run('MULTI')
    run('SET a 1')
    run('INCR a')
    run('EXEC')
    expect(field('by-net-bytes')).toBe(`[a, ${32 + (4 + 10 + 7 + 4)}]`)
    // MULTI itself, but neither EXEC nor what queues.
    expect(field('total-net-bytes')).toBe(String(15 + 5 + 57))
  })

  it('count a command that waited when it has its answer', () => {
    const other = server.connect()
    other.run('BLPOP list 0')
    expect(field('by-net-bytes')).toBe('[]')
    run('RPUSH list x')
    expect(other.received()).toBe('*2\r\n$4\r\nlist\r\n$1\r\nx\r\n')
    const push = 4 + 11 + 10 + 7 + 4
    const pop = 4 + 11 + 10 + 7 + 21
    expect(field('by-net-bytes')).toBe(`[list, ${push + pop}]`)
  })

  it('leave out HOTKEYS itself', () => {
    for (let i = 0; i < 3; i++) run('HOTKEYS GET')
    run('HOTKEYS HELP')
    expect(field('total-net-bytes')).toBe('0')
  })

  it('count no more behind STOP', () => {
    run('SET a 1')
    run('HOTKEYS STOP')
    const figures = run('HOTKEYS GET')
    run('SET a 1')
    run('SET b 1')
    server.clock.advance(1000)
    expect(run('HOTKEYS GET')).toBe(figures)
    expect(figures).toContain('by-net-bytes, [a, 32]')
  })
})

describe('hot keys by time', () => {
  it('have the microseconds of their commands, the hottest first, in constant time or not', () => {
    run('RPUSH list x')
    run('HOTKEYS START METRICS 1 CPU')
    runFor(30.2, 'GET a')
    runFor(500, 'LRANGE list 0 -1')
    runFor(20, 'GET b')
    runFor(0.4, 'GET c')
    runFor(0.4, 'GET c')
    runFor(8, 'MGET a b')
    runFor(1000, 'PING')
    expect(field('by-cpu-time-us')).toBe('[list, 500, a, 34, b, 24, c, 1]')
    expect(field('all-commands-all-slots-us')).toBe('1559')
  })

  it('show what the process took meanwhile', () => {
    const cpu = { user: 5_000_000, system: 1_000_000 }
    Object.assign(server.engine.host, { cpuUs: () => cpu })
    run('HOTKEYS START METRICS 1 CPU')
    cpu.user += 12_900
    cpu.system += 3000
    expect([field('total-cpu-time-user-ms'), field('total-cpu-time-sys-ms')]).toEqual(['12', '3'])
    run('HOTKEYS STOP')
    cpu.user += 1e6
    expect([field('total-cpu-time-user-ms'), field('total-cpu-time-sys-ms')]).toEqual(['12', '3'])
  })
})

describe('HOTKEYS START DURATION', () => {
  it('ends the session by the clock, although nobody calls anything', () => {
    run('HOTKEYS START METRICS 1 NET DURATION 2')
    run('SET a 1')
    server.clock.advance(1999)
    expect(server.engine.observer.hotKeys.isActive).toBe(true)
    server.clock.advance(1)
    expect(server.engine.observer.hotKeys.isActive).toBe(false)
    run('SET b 1')
    server.clock.advance(5000)
    expect(field('tracking-active')).toBe('0')
    expect(field('collection-duration-ms')).toBe('2000')
    expect(field('by-net-bytes')).toBe('[a, 32]')
    expect(run('HOTKEYS STOP')).toBe('(nil)')
  })

  it('ends it in time where the timer is late', () => {
    run('HOTKEYS START METRICS 1 NET DURATION 1')
    // The clock goes on, and no timer runs.
    server.clock.now += 3000
    expect(run('HOTKEYS RESET')).toBe('OK')
    run('HOTKEYS START METRICS 1 NET DURATION 1')
    server.clock.now += 3000
    expect(field('collection-duration-ms')).toBe('1000')
    expect(run('HOTKEYS START METRICS 1 NET DURATION 1')).toBe('OK')
    server.clock.now += 3000
    expect(run('HOTKEYS STOP')).toBe('(nil)')
  })

  it('lasts for years, with one timer', () => {
    const intervals: number[] = []
    const { clock } = server
    const every = clock.every.bind(clock)
    clock.every = (ms, task) => {
      intervals.push(ms)
      return every(ms, task)
    }
    run(`HOTKEYS START METRICS 1 NET DURATION ${2 ** 31 - 1}`)
    expect(intervals).toEqual([(2 ** 31 - 1) * 1000])
    clock.now += 2 ** 31
    expect(field('tracking-active')).toBe('1')
  })

  it('ends with the engine', () => {
    run('HOTKEYS START METRICS 1 NET DURATION 1')
    server.engine.close()
    expect(server.engine.observer.hotKeys.isActive).toBe(false)
  })

  it('of a session that was stopped does not end the next one', () => {
    run('HOTKEYS START METRICS 1 NET DURATION 1')
    run('HOTKEYS STOP')
    run('HOTKEYS START METRICS 1 NET')
    server.clock.advance(5000)
    expect(field('tracking-active')).toBe('1')
  })
})

describe('HOTKEYS START SAMPLE', () => {
  it('takes about one of so many commands, and tells of what it took as it is', () => {
    run('HOTKEYS START METRICS 1 NET SAMPLE 10')
    for (let i = 0; i < 5000; i++) run('SET a 1')
    expect(field('sample-ratio')).toBe('10')
    expect(field('total-net-bytes')).toBe(String(5000 * 32))
    const sampled = Number(field('by-net-bytes')?.match(/\[a, (\d+)\]/)?.[1]) / 32
    // 500 are expected, with a standard deviation of 21.
    expect(sampled).toBeGreaterThan(400)
    expect(sampled).toBeLessThan(600)
    expect(Number.isInteger(sampled)).toBe(true)
  })

  it('misses no key whose turns fall together with the ratio', () => {
    run('HOTKEYS START METRICS 1 NET SAMPLE 2')
    for (let i = 0; i < 400; i++) run(`SET ${i % 2 === 0 ? 'even' : 'odd'} 1`)
    expect(field('by-net-bytes')).toMatch(/even/)
    expect(field('by-net-bytes')).toMatch(/odd/)
  })
})

describe('while hot keys are tracked', () => {
  it('INFO has the section Hotkeys, until RESET', () => {
    expect(run('INFO')).not.toContain('# Hotkeys')
    run('HOTKEYS START METRICS 1 CPU')
    expect(run('INFO')).toContain('# Hotkeys\r\nhotkeys-tracking-active:1\r\n')
    run('HOTKEYS STOP')
    expect(run('INFO hotkeys')).toBe('# Hotkeys\r\nhotkeys-tracking-active:0\r\n')
    run('HOTKEYS RESET')
    expect(run('INFO')).not.toContain('# Hotkeys')
  })

  it("modules' commands take part, and what they run within themselves does not", () => {
    const order = defineCommand({
      name: 'SHOP.ORDER',
      summary: 'Sets another key twice.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: ['write'],
      args: { key: arg.key({ access: 'RW' }) },
      reply: reply.simple(),
      handler(ctx) {
        ctx.call('SET', 'inner', 'x')
        return ctx.call('SET', 'inner', 'y')
      },
    })
    server = startTestEngine([defineModule({ name: 'shop', version: '1.0.0', api: API_LEVEL, commands: [order] })])
    run('HOTKEYS START METRICS 1 NET')
    run('SHOP.ORDER number7')
    expect(field('by-net-bytes')).toMatch(/^\[number7, \d+\]$/)
  })

  it('commands in constant time are timed one by one, and not any more behind STOP', () => {
    const logged = (): string => {
      runFor(20_000, 'GET a')
      const count = run('SLOWLOG LEN')
      run('SLOWLOG RESET')
      return count
    }
    expect(logged()).toBe('0')
    run('HOTKEYS START METRICS 1 NET')
    expect(logged()).toBe('1')
    run('HOTKEYS STOP')
    expect(logged()).toBe('0')
  })
})
