import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)

const NOT_INTEGER = '(error) ERR value is not an integer or out of range'
const SYNTAX = '(error) ERR syntax error'
const range = (max: number): string => `(error) ERR value is out of range, value must between 1 and ${max}`

describe('HOTKEYS START', () => {
  it.each([
    'METRICS 1 CPU',
    'METRICS 1 NET',
    'METRICS 2 CPU NET',
    'metrics 2 net cpu',
    'METRICS 1 CPU COUNT 1',
    'METRICS 1 CPU COUNT 64',
    'METRICS 1 CPU DURATION 1',
    'METRICS 1 CPU DURATION 2147483647',
    'METRICS 1 CPU SAMPLE 1',
    'METRICS 1 CPU SAMPLE 2147483647',
    'METRICS 2 CPU NET sample 3 duration 60 count 20',
  ])('answers OK in RESP2 and RESP3: %s', (words) => {
    for (const resp of ['2', '3']) {
      run(`HELLO ${resp}`)
      expect(server.client.raw('HOTKEYS', 'START', ...words.split(' '))).toBe('+OK\r\n')
      run('HOTKEYS STOP')
    }
  })

  it.each([
    ['', '(error) ERR METRICS parameter is required'],
    ['METRICS', '(error) ERR METRICS parameter is required'],
    ['COUNT 10', '(error) ERR METRICS parameter is required'],
    ['COUNT 10 METRICS 1 CPU', '(error) ERR METRICS parameter is required'],
    ['METRICS 0', range(2)],
    ['METRICS -1 CPU', range(2)],
    ['METRICS 3 CPU NET CPU', range(2)],
    ['METRICS x CPU', NOT_INTEGER],
    ['METRICS 1', SYNTAX],
    ['METRICS 2 CPU', SYNTAX],
    ['METRICS 1 CPU NET', SYNTAX],
    ['METRICS 1 MEMORY', SYNTAX],
    ['METRICS 2 CPU CPU', SYNTAX],
    ['METRICS 2 CPU COUNT 10', SYNTAX],
    ['METRICS 1 CPU COUNT', SYNTAX],
    ['METRICS 1 CPU COUNT 10 COUNT 10', SYNTAX],
    ['METRICS 1 CPU SAMPLE 2 SAMPLE 2', SYNTAX],
    ['METRICS 1 CPU DURATION 2 DURATION 2', SYNTAX],
    ['METRICS 1 CPU METRICS 1 NET', SYNTAX],
    ['METRICS 1 CPU LIMIT 3', SYNTAX],
    ['METRICS 1 CPU SLOTS 1 0', '(error) ERR SLOTS parameter cannot be used in non-cluster mode'],
    ['METRICS 1 CPU COUNT 10 SLOTS', '(error) ERR SLOTS parameter cannot be used in non-cluster mode'],
  ])('refuses %s', (words, error) => {
    expect(run(`HOTKEYS START ${words}`)).toBe(error)
    expect(run('HOTKEYS GET')).toBe('(nil)')
  })

  it.each([
    ['COUNT', 64],
    ['DURATION', 2 ** 31 - 1],
    ['SAMPLE', 2 ** 31 - 1],
  ])('refuses numbers beyond the limits of %s', (option, max) => {
    const start = (value: string): string => run(`HOTKEYS START METRICS 1 CPU ${option} ${value}`)
    for (const value of ['0', '-1', String(max + 1), String(2 ** 31), String(2 ** 32)]) {
      expect(start(value)).toBe(range(max))
    }
    for (const value of [String(2 ** 53), String(2n ** 63n), '1.5', 'many']) expect(start(value)).toBe(NOT_INTEGER)
    expect(run('HOTKEYS GET')).toBe('(nil)')
  })

  it('refuses a second session, and leaves the first as it is', () => {
    run('HOTKEYS START METRICS 1 CPU')
    run('SET a 1')
    const before = run('HOTKEYS GET')
    expect(run('HOTKEYS START METRICS 1 NET')).toBe('(error) ERR hotkey tracking session already in progress')
    expect(run('HOTKEYS GET')).toBe(before)
  })

  it('begins anew behind STOP, without what was there', () => {
    run('HOTKEYS START METRICS 1 NET')
    run('SET a 1')
    run('HOTKEYS STOP')
    expect(run('HOTKEYS GET')).toContain('[a, (integer) 32]')
    run('HOTKEYS START METRICS 1 NET')
    run('SET b 1')
    expect(run('HOTKEYS GET')).toContain('by-net-bytes, [b, (integer) 32]')
  })

  it('tells of as many keys as COUNT says, 10 without it', () => {
    const keysOf = (): number => run('HOTKEYS GET').match(/key:/g)?.length ?? 0
    for (const [option, count] of [
      ['', 10],
      [' COUNT 3', 3],
      [' COUNT 64', 64],
    ] as const) {
      run(`HOTKEYS START METRICS 1 NET${option}`)
      for (let i = 0; i < 100; i++) run(`SET key:${i} 1`)
      expect(keysOf()).toBe(count)
      run('HOTKEYS STOP')
    }
  })

  it('is refused to users without the right to it', () => {
    run('ACL SETUSER reader on nopass ~* +@all -@admin')
    const reader = server.connect()
    reader.run('AUTH reader x')
    expect(reader.run('HOTKEYS START METRICS 1 CPU')).toContain('NOPERM')
    expect(reader.run('HOTKEYS GET')).toContain('NOPERM')
  })
})
