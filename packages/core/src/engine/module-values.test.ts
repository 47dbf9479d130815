import { arg, defineCommand, type RawCall, reply } from '@kvasir/module-api'
import { beforeEach, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { type Box, command, dataType, moduleOf, startLoggedEngine } from './_test-modules.ts'

const box = dataType('box-box-1')
let server: TestEngine
let heard: string[]

function rawCommand(name: string, flags: ('write' | 'readonly')[], raw: (call: RawCall) => void) {
  const args = { key: arg.key({ access: 'RW' }), item: arg.optional(arg.string()) }
  return defineCommand({ name, summary: 's', since: '1.0.0', complexity: 'O(1)', flags, args, reply: reply.any(), raw })
}

const commands = [
  command('M.MAKE', (ctx) => {
    ctx.key('k').setValue<Box>(box, { items: [] }, 'm.make')
    return 1
  }),
  command('M.TOUCH', (ctx) => {
    ctx.key('k').changed('m.touch')
    return 1
  }),
  rawCommand('M.PUT', ['write'], (call) => {
    const value = call.value<Box>(1, box)
    value?.items.push('x')
    if (value !== undefined) call.valueChanged(1, 'm.put', ['items'])
    call.reply.integer(value?.items.length ?? -1)
  }),
  rawCommand('M.COUNT', ['readonly'], (call) => {
    call.reply.integer(call.value<Box>(1, box)?.items.length ?? -1)
  }),
]

beforeEach(() => {
  ;({ server } = startLoggedEngine())
  heard = []
  const load = (ctx: Parameters<NonNullable<ReturnType<typeof moduleOf>['load']>>[0]): void => {
    ctx.onKeyEvent(
      { classes: ['module'] },
      ({ event, changed }) => void heard.push(changed === undefined ? event : `${event} ${changed}`),
    )
  }
  server.engine.modules.load(moduleOf({ types: [box], commands, load }))
})

it('A raw command finds the value of a key where the key stands in the request', () => {
  expect(server.client.run('M.COUNT k')).toBe('(integer) -1')
  expect(server.client.run('M.PUT k')).toBe('(integer) -1')
  server.client.run('M.MAKE')
  expect(server.client.run('M.PUT k')).toBe('(integer) 1')
  expect(server.client.run('M.PUT k')).toBe('(integer) 2')
  expect(server.client.run('M.COUNT k')).toBe('(integer) 2')
})

it('A raw command answers WRONGTYPE for a key of another type', () => {
  server.client.run('SET k v')
  expect(server.client.run('M.PUT k')).toMatch(/WRONGTYPE/)
  expect(server.client.run('M.COUNT k')).toMatch(/WRONGTYPE/)
})

it('A change in place is measured, and told under the name that the command gives it', () => {
  server.client.run('M.MAKE')
  const bytes = (): number => Number(server.client.run('MEMORY USAGE k').replace('(integer) ', ''))
  const before = bytes()
  expect(before).toBeGreaterThan(0)
  server.client.run('M.PUT k')
  expect(bytes()).toBe(before + 100)
  server.client.run('M.TOUCH')
  expect(heard).toEqual(['m.make', 'm.put items', 'm.touch'])
})

it('A change in place reaches the clients that watch the key', () => {
  server.client.run('M.MAKE')
  const other = server.connect()
  other.run('WATCH k')
  server.client.run('M.PUT k')
  other.run('MULTI')
  other.run('PING')
  expect(other.run('EXEC')).toBe('(nil)')
})
