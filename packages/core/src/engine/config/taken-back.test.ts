/** What a refused CONFIG SET leaves behind: nothing, whichever parameters stood before the one that was refused. */

import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, TestClient, TestClock, type TestEngine } from '../../commands/_test-client.ts'
import { createEngine } from '../../create-engine.ts'
import type { Engine } from '../engine.ts'
import type { Parameter } from './registry.ts'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const LAST = ['busy-reply-threshold', '1'] as const

/** Has CONFIG SET of `busy-reply-threshold` be refused when it is applied. */
function refuseLast({ config }: Engine = server.engine): void {
  config.onChange('busy-reply-threshold', () => 'not now')
}

const REFUSED = "(error) ERR CONFIG SET failed (possibly related to argument 'busy-reply-threshold') - not now"

describe('a refused CONFIG SET', () => {
  it.each(['on nopass', 'resetpass >secret', 'off resetpass', 'resetpass >one >two -@all +get +config resetkeys ~k*'])(
    'leaves the default user as ACL SETUSER made it: %s',
    (rules) => {
      refuseLast()
      expect(run(`ACL SETUSER default ${rules}`)).toBe('OK')
      const { authRequired } = server.engine
      const lines = server.engine.acl.lines()
      for (const order of ['requirepass foo busy-reply-threshold 1', 'busy-reply-threshold 1 requirepass foo']) {
        expect(run(`CONFIG SET ${order}`)).toBe(REFUSED)
        expect(server.engine.acl.lines()).toEqual(lines)
        expect(server.engine.authRequired).toBe(authRequired)
      }
    },
  )

  it('evicts nothing and warns of nothing', () => {
    const warnings: string[] = []
    const log = (_level: string, line: string): void => void warnings.push(line)
    const engine = createEngine({ clock: new TestClock(), random: seededRandom(), log })
    const client = new TestClient(engine)
    refuseLast(engine)
    client.run('CONFIG SET maxmemory-policy allkeys-lru')
    for (let i = 0; i < 100; i++) client.raw('SET', `k${i}`, 'x'.repeat(10_000))
    const half = engine.usedBytes() - 500_000
    expect(client.run(`CONFIG SET maxmemory ${half} busy-reply-threshold 1`)).toBe(REFUSED)
    expect([client.run('DBSIZE'), warnings.length]).toEqual(['(integer) 100', 0])
    expect(client.run(`CONFIG SET maxmemory ${half} hz 20`)).toBe('OK')
    expect(engine.usedBytes()).toBeLessThanOrEqual(half)
    expect(warnings).toEqual([expect.stringContaining('is smaller than the current memory usage')])
  })

  it('keeps the entries of command logs, and the keys that clients track', () => {
    refuseLast()
    run('CONFIG SET slowlog-log-slower-than 0')
    server.client.raw('HELLO', '3')
    run('CLIENT TRACKING ON')
    for (let i = 0; i < 10; i++) run(`GET k${i}`)
    const { slow } = server.engine.observer
    const { count } = slow
    expect(count).toBeGreaterThan(10)
    const reply = server.client.raw('CONFIG', 'SET', 'slowlog-max-len', '1', 'tracking-table-max-keys', '1', ...LAST)
    expect(reply).toBe(`-${REFUSED.slice('(error) '.length)}\r\n`)
    expect([slow.count, server.engine.tracking.keyCount]).toEqual([count + 1, 10])
  })
})

/** Values of all kinds: one of them is one that the parameter takes and does not have. */
const VALUES = 'yes,no,7,5000,10mb,2000000,1,5%,KEA,900 1,normal 1mb 1mb 1,1 2 3,127.0.0.1,::1,C'.split(',')

/** @returns what CONFIG SET takes for the parameter, other than what it has; undefined for none */
function otherValue({ name }: Parameter): string | undefined {
  const { config } = startTestEngine().engine
  config.load('enable-protected-configs', ['yes'])
  const before = config.get(name)
  const words = /one of the following: (.*)$/.exec(config.set([[name, 'nosuchword']]) ?? '')?.[1]?.split(', ') ?? []
  return [...VALUES, ...words, 'text'].find((value) => {
    return config.set([[name, value]]) === undefined && config.get(name) !== before
  })
}

describe('every parameter that can be set at runtime', () => {
  const settable = [...startTestEngine().engine.config.parameters()].filter(({ definition, name }) => {
    return !definition.immutable && name !== LAST[0]
  })

  it('is taken back when another one is refused, with all that hangs on it', () => {
    refuseLast()
    server.engine.config.load('enable-protected-configs', ['yes'])
    run('ACL SETUSER default resetpass >secret')
    run('CONFIG SET maxmemory-policy allkeys-lfu slowlog-log-slower-than 0')
    for (let i = 0; i < 20; i++) run(`SET k${i} v${i}`)
    const { engine } = server
    const state = (): unknown => [
      engine.config.match(['*']),
      engine.acl.lines(),
      engine.db(0).size,
      engine.observer.slow.count,
      { ...engine.eviction.parameters },
      { ...engine.limits },
      engine.maxmemoryBytes,
    ]
    const before = state()
    const untried: string[] = []
    for (const parameter of settable) {
      const value = otherValue(parameter)
      if (value === undefined) untried.push(parameter.name)
      else expect(engine.config.set([[parameter.name, value], LAST])).toContain('not now')
      expect(state(), parameter.name).toEqual(before)
    }
    expect(untried).toEqual(['rdma-port'])
  })
})
