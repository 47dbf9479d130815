import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)

describe('CONFIG RESETSTAT', () => {
  it('sets the statistics of server and commands to zero', () => {
    run('GET none')
    run('GET')
    expect(server.engine.stats.keyspaceMisses).toBe(1)
    expect(run('CONFIG RESETSTAT')).toBe('OK')
    expect(server.engine.stats.keyspaceMisses).toBe(0)
    expect(server.engine.stats.errors.size).toBe(0)
    const get = server.engine.commands.get('get')
    expect([get?.calls, get?.rejectedCalls]).toEqual([0, 0])
  })

  it('leaves the peak of used memory, which is since the start', () => {
    const peak = (): number => Number(/used_memory_peak:(\d+)/.exec(run('INFO memory'))?.[1])
    const before = peak()
    server.client.raw('SET', 'k', 'x'.repeat(1_000_000))
    run('INFO memory')
    run('DEL k')
    run('CONFIG RESETSTAT')
    expect(peak()).toBeGreaterThan(before + 900_000)
  })

  it('takes no arguments', () => {
    expect(run('CONFIG RESETSTAT x')).toBe("(error) ERR wrong number of arguments for 'config|resetstat' command")
  })
})
