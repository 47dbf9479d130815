import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

/** A reply in one line, numbers without their type. */
const run = (line: string): string => server.client.run(line).replaceAll('(integer) ', '')

/** An event at a second after the start, as if it had taken so long. */
function note(event: string, second: number, ms: number): void {
  server.engine.observer.latency.note(event, ms * 1000, (1_700_000_000 + second) * 1000)
}

describe('the latency monitor', () => {
  it('notes commands that take as long as latency-monitor-threshold says, fast ones apart', () => {
    const { clock } = server
    run('CONFIG SET latency-monitor-threshold 30')
    let ms = 0
    const monotonicUs = clock.monotonicUs.bind(clock)
    clock.monotonicUs = () => {
      ms += 30
      return monotonicUs() + ms * 1000
    }
    run('KEYS *')
    run('GET a')
    clock.monotonicUs = monotonicUs
    expect(run('LATENCY LATEST')).toBe(
      '[[command, 1700000000, 30, 30, 30, 1], [fast-command, 1700000000, 30, 30, 30, 1]]',
    )
  })

  it('is off without a threshold', () => {
    note('command', 0, 1e6)
    expect(run('LATENCY LATEST')).toBe('[]')
    expect(run('LATENCY DOCTOR')).toContain('The latency monitor is off')
  })
})

describe('with some samples', () => {
  beforeEach(() => {
    run('CONFIG SET latency-monitor-threshold 100')
    note('command', 0, 99)
    for (const [second, ms] of [
      [0, 120],
      [0, 250],
      [1, 101],
      [70, 500],
    ])
      note('command', second, ms)
    note('expire-cycle', 2, 200)
  })

  it('LATENCY LATEST tells the last, the worst, the sum and the number of each event', () => {
    expect(run('LATENCY LATEST')).toBe(
      '[[command, 1700000070, 500, 500, 971, 4], [expire-cycle, 1700000002, 200, 200, 200, 1]]',
    )
  })

  it('LATENCY HISTORY has the worst of each second, and at most 160 of them', () => {
    expect(run('LATENCY HISTORY command')).toBe('[[1700000000, 250], [1700000001, 101], [1700000070, 500]]')
    expect(run('LATENCY HISTORY nothing')).toBe('[]')
    for (let second = 100; second < 300; second++) note('command', second, 100)
    expect(server.engine.observer.latency.series('command')?.samples).toHaveLength(160)
  })

  it('LATENCY GRAPH draws them', () => {
    server.clock.now += 70_000
    expect(run('LATENCY GRAPH command')).toBe(
      [
        'command - high 500 ms, low 101 ms (all time high 500 ms)',
        '-'.repeat(80),
        '  #',
        '  |',
        'o |',
        '|_|',
        '   ',
        '110',
        'mms',
        '',
      ].join('\n'),
    )
    expect(run('LATENCY GRAPH nothing')).toBe("(error) ERR No samples available for event 'nothing'")
  })

  it('LATENCY GRAPH has 80 samples in a row of the drawing, and a blank line between two rows', () => {
    run('LATENCY RESET')
    for (let i = 0; i < 84; i++) server.engine.observer.latency.note('command', 130_000, server.clock.now + i * 1000)
    server.clock.now += 84_000
    const lines = run('LATENCY GRAPH command').split('\n')
    const widths = lines.slice(1).map(({ length }) => length)
    // Of each block: four rows of the drawing, an empty one, and the ages, from top to bottom.
    expect(widths).toEqual([80, ...Array(8).fill(80), 0, ...Array(7).fill(4), 0])
  })

  it('LATENCY DOCTOR tells of each event, and what helps', () => {
    const report = run('LATENCY DOCTOR')
    expect(report).toContain('- command: 4 times, one in 35.0 s; 242 ms on average')
    expect(report).toContain('500 ms at worst')
    expect(report).toContain('SLOWLOG GET')
    expect(report).toContain('- Expiry: ')
  })

  it('LATENCY RESET forgets the events that are named, or all', () => {
    expect(run('LATENCY RESET nothing command command')).toBe('1')
    expect(run('LATENCY RESET')).toBe('1')
    expect(run('LATENCY LATEST')).toBe('[]')
    expect(run('LATENCY DOCTOR')).toContain('Nothing took longer')
  })
})

describe('LATENCY HISTOGRAM', () => {
  it('has the calls of each command by time, in bounds that double', () => {
    const { observer, commands } = server.engine
    const keys = commands.get('keys')
    if (keys === undefined) throw new Error('no KEYS')
    for (const us of [0, 1, 2, 3, 100, 1000, 2_000_000]) observer.took(keys, us * 1000, 1)
    observer.took(keys, 5000, 10)
    expect(run('LATENCY HISTOGRAM KEYS nothing')).toBe(
      '[keys, [calls, 17, histogram_usec, [1, 2, 2, 3, 4, 4, 8, 14, 132, 15, 1056, 16, 1073741, 17]]]',
    )
    expect(run('INFO latencystats')).toContain(
      'latency_percentiles_usec_keys:p50=5.023,p99=1002438.655,p99.9=1002438.655',
    )
  })

  it('has commands in constant time by their share of the turn, and subcommands with their container', () => {
    for (const line of ['GET a', 'GET a', 'CLIENT ID', 'CLIENT GETNAME']) run(line)
    expect(run('LATENCY HISTOGRAM get').startsWith('[get, [calls, 2')).toBe(true)
    expect(run('LATENCY HISTOGRAM client')).toMatch(/client\|id.*client\|getname|client\|getname.*client\|id/)
    expect(run('LATENCY HISTOGRAM client|id')).not.toContain('getname')
    expect(run('LATENCY HISTOGRAM')).toContain('latency|histogram')
  })

  it('is empty without latency-tracking, and after CONFIG RESETSTAT', () => {
    run('GET a')
    run('CONFIG SET latency-tracking no')
    expect([run('LATENCY HISTOGRAM get'), run('INFO latencystats')]).toEqual(['[]', '# Latencystats\r\n'])
    run('CONFIG SET latency-tracking yes')
    expect(run('LATENCY HISTOGRAM get')).not.toBe('[]')
    run('CONFIG RESETSTAT')
    expect(run('LATENCY HISTOGRAM get')).toBe('[]')
  })

  it('shows the percentiles that latency-tracking-info-percentiles asks for', () => {
    run('GET a')
    server.client.raw('CONFIG', 'SET', 'latency-tracking-info-percentiles', '0 50.5 100')
    expect(run('INFO latencystats')).toMatch(/latency_percentiles_usec_get:p0=[\d.]+,p50\.5=[\d.]+,p100=[\d.]+\r\n/)
  })
})
