import { API_LEVEL, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { expect, it } from 'vitest'
import { startTestEngine, startTestServer } from './test-server.ts'
import { VirtualClock } from './virtual-clock.ts'

const dice = defineModule({
  name: 'dice',
  version: '1.0.0',
  api: API_LEVEL,
  commands: [
    defineCommand({
      name: 'DICE.ROLL',
      summary: 'Rolls a die.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: ['fast'],
      args: {},
      reply: reply.integer('1 to 6'),
      handler: (ctx) => 1 + (ctx.random() % 6),
    }),
  ],
})

it('an engine has a clock that only the test turns', async () => {
  await using engine = startTestEngine()
  engine.call('SET', 'a', '1', 'PX', 1000)
  await new Promise((done) => setTimeout(done, 5))
  engine.clock.advance(999)
  expect(engine.call('GET', 'a')).toBe('1')
  engine.clock.advance(1)
  expect(engine.call('GET', 'a')).toBeNull()
})

it('an engine expires keys that nobody asks for as its clock is turned', async () => {
  await using engine = startTestEngine()
  for (let i = 0; i < 100; i++) engine.call('SET', `key${i}`, 'x', 'EX', 1 + (i % 10))
  engine.clock.advance(5_200)
  expect(engine.call('DBSIZE')).toBe(50)
  engine.clock.advance(5_000)
  expect(engine.call('DBSIZE')).toBe(0)
})

it('engines of the same seed do the same, those of another seed do something else', async () => {
  const rolls = async (seed?: number): Promise<unknown[]> => {
    await using engine = startTestEngine({ modules: [dice], ...(seed === undefined ? {} : { seed }) })
    return Array.from({ length: 20 }, () => engine.call('DICE.ROLL'))
  }
  expect(await rolls()).toEqual(await rolls())
  expect(await rolls(7)).toEqual(await rolls(7))
  expect(await rolls(7)).not.toEqual(await rolls())
})

it('a server takes a seed, too', async () => {
  const roll = async (): Promise<unknown[]> => {
    await using server = await startTestServer({ port: null, seed: 3, modules: [dice] })
    return Array.from({ length: 20 }, () => server.call('DICE.ROLL'))
  }
  expect(await roll()).toEqual(await roll())
})

it('a server is on a port of its own', async () => {
  await using one = await startTestServer()
  await using two = await startTestServer()
  expect(one.port).not.toBe(two.port)
  using client = one.dial()
  expect(await client.value('SET', 'a', '1')).toBe('OK')
  expect(two.call('GET', 'a')).toBeNull()
})

it('a server in memory runs on a clock to turn, too', async () => {
  const clock = new VirtualClock(0)
  await using server = await startTestServer({ port: null, clock })
  using client = server.dial()
  await client.value('SET', 'a', '1', 'EX', 1)
  clock.advance(1000)
  expect(await client.value('GET', 'a')).toBeNull()
})

it('what was logged is there to be looked at', async () => {
  await using server = await startTestServer({ loglevel: 'verbose' })
  using client = server.dial()
  await client.value('PING')
  expect(server.log).toContainEqual({ level: 'verbose', message: expect.stringMatching(/^Accepted 127\.0\.0\.1:\d+$/) })
})
