import { defineCommand, type ModuleContext } from '@kvasir/module-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { moduleOf, startLoggedEngine } from './_test-modules.ts'

let server: TestEngine
let log: string[]
const unheard: unknown[] = []
const onUnheard = (error: unknown): void => void unheard.push(error)

beforeEach(() => {
  ;({ server, log } = startLoggedEngine())
  process.on('unhandledRejection', onUnheard)
})
afterEach(() => {
  process.off('unhandledRejection', onUnheard)
  unheard.length = 0
})

const failLate = async (): Promise<never> => {
  await null
  throw new Error('late')
}
const failures = async (): Promise<readonly string[]> => {
  await new Promise((done) => setTimeout(done, 5))
  expect(unheard).toEqual([])
  return log.map((line) => line.split('\n', 1)[0])
}
const load = (run: (ctx: ModuleContext) => void): void => server.engine.modules.load(moduleOf({ load: run }))

describe('What fails in a module after it has returned a promise is logged with its name, and ends nothing', () => {
  it('when it is a timer', async () => {
    load((ctx) => void ctx.every(1000, failLate))
    server.clock.advance(2000)
    expect(await failures()).toEqual(Array(2).fill('Module m: a timer threw: Error: late'))
  })

  it('when it is a listener for keys', async () => {
    load((ctx) => void ctx.onKeyEvent({ classes: ['string'] }, failLate))
    expect(server.client.run('SET k v')).toBe('OK')
    expect(await failures()).toEqual(["Module m: the listener for 'set' threw: Error: late"])
  })

  it('when it is a listener for the engine', async () => {
    load((ctx) => void ctx.onEngineEvent(failLate))
    expect(server.client.run('FLUSHALL')).toBe('OK')
    expect(await failures()).toEqual(["Module m: the listener for 'flushed' threw: Error: late"])
  })

  it('when it is its unload function', async () => {
    server.engine.modules.load(moduleOf({ unload: failLate }))
    server.engine.modules.unload('m')
    expect(await failures()).toEqual(['Module m: unload threw: Error: late'])
  })

  it('when it is a promise of another kind', async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is one
    const foreign = { then: (_done: unknown, fail: (error: Error) => void) => fail(new Error('foreign')) }
    load((ctx) => void ctx.onEngineEvent(() => foreign as never))
    server.client.run('FLUSHALL')
    expect(await failures()).toEqual(["Module m: the listener for 'flushed' threw: Error: foreign"])
  })
})

describe('A promise is refused', () => {
  it('from a raw handler', async () => {
    const definition = {
      summary: 'Fails.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: [],
      reply: { type: 'any' },
    } as const
    const go = defineCommand({ name: 'M.GO', ...definition, args: {}, raw: failLate })
    server.engine.modules.load(moduleOf({ commands: [go] }))
    expect(server.client.run('M.GO')).toBe("(error) ERR internal error in 'm.go'")
    expect((await failures()).join()).toContain('a handler returned a promise: it must answer at once')
  })

  it('from load(), whose end nobody would wait for', async () => {
    expect(() => load(failLate)).toThrow(/^KV_MODULE_LOAD: .* load\(\) returned a promise: it must be done when it/)
    await failures()
  })
})
