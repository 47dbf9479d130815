import type { CommandDefinition } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { command, moduleOf, startLoggedEngine } from './_test-modules.ts'

let server: TestEngine
let log: string[]

beforeEach(() => {
  ;({ server, log } = startLoggedEngine())
})

describe('Key.setExpiryMs', () => {
  function loadExpiring(timeMs: number | ((nowMs: number) => number)): void {
    const run: CommandDefinition['handler'] = (ctx) => {
      ctx.key('k').setExpiryMs(typeof timeMs === 'number' ? timeMs : timeMs(ctx.nowMs))
      return 'done'
    }
    const persist: CommandDefinition['handler'] = (ctx) => ctx.key('k').persist()
    server.engine.modules.load(moduleOf({ commands: [command('M.EXPIRE', run), command('M.PERSIST', persist)] }))
  }

  it.each([
    ['now', (nowMs: number) => nowMs],
    ['the past', (nowMs: number) => nowMs - 1],
    ['1970', 0],
    ['the time before 1970', -1],
  ])('with %s deletes the key, as EXPIRE does', (_when, timeMs) => {
    loadExpiring(timeMs)
    server.client.run('SET k v')
    server.events()
    expect(server.client.run('M.EXPIRE')).toBe('done')
    expect(server.events()).toEqual(['expired k 0'])
    expect(server.client.run('EXISTS k')).toBe('(integer) 0')
    expect(server.engine.stats.expiredKeys).toBe(1)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 60, undefined as never])('refuses %s', (timeMs) => {
    loadExpiring(() => timeMs)
    server.client.run('SET k v')
    expect(server.client.run('M.EXPIRE')).toContain('internal error')
    expect(log.join()).toContain(`TypeError: setExpiryMs: ${timeMs} is no whole number of milliseconds`)
    expect(server.client.run('TTL k')).toBe('(integer) -1')
  })

  it('is undone by persist, which tells whether there was a time', () => {
    loadExpiring((nowMs) => nowMs + 5000)
    expect(server.client.run('M.PERSIST')).toBe('(integer) 0')
    server.client.run('SET k v')
    expect(server.client.run('M.PERSIST')).toBe('(integer) 0')
    server.client.run('M.EXPIRE')
    expect(server.client.run('TTL k')).toBe('(integer) 5')
    server.events()
    expect(server.client.run('M.PERSIST')).toBe('(integer) 1')
    expect(server.events()).toEqual(['persist k 0'])
    expect(server.client.run('TTL k')).toBe('(integer) -1')
  })
})
