import { API_LEVEL, arg, defineModule, reply } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, TestClient, TestClock } from '../../commands/_test-client.ts'
import { createEngine } from '../../create-engine.ts'

/** Its handlers take as many milliseconds as the key has characters. */
const sleepy = (sleep: (ms: number) => void) =>
  defineModule({
    name: 'sleepy',
    api: API_LEVEL,
    version: '1.0.0',
    commands: ['O(1)', 'O(N)'].map((complexity, i) => ({
      name: `SLEEPY.${i === 0 ? 'CONSTANT' : 'LINEAR'}`,
      summary: 'Sleeps.',
      since: '1.0.0',
      complexity,
      flags: ['readonly' as const],
      args: { key: arg.key({ access: 'RO', flags: ['access'] }) },
      reply: reply.simple('OK'),
      raw(call) {
        sleep(call.argLength(1))
        call.reply.ok()
      },
    })),
    load(ctx) {
      ctx.onKeyEvent({ classes: ['generic'] }, ({ key }) => sleep(key.length))
      ctx.every(10_000, () => sleep(50))
    },
  })

let clock: TestClock
let client: TestClient
let logged: string[]
beforeEach(() => {
  logged = []
  clock = new TestClock()
  const monotonicUs = clock.monotonicUs.bind(clock)
  let sleptUs = 0
  clock.monotonicUs = () => monotonicUs() + sleptUs
  const engine = createEngine({ clock, random: seededRandom(), log: (_level, message) => logged.push(message) }, [
    sleepy((ms) => {
      sleptUs += ms * 1000
    }),
  ])
  client = new TestClient(engine)
})

const run = (line: string): string => client.run(line)
const info = (): string => /handlers_usec=\d+,slow_handlers=\d+/.exec(run('INFO modules'))?.[0] ?? ''

describe("a module's handlers", () => {
  it('are timed, commands of either kind, listeners and timers', () => {
    run('SLEEPY.CONSTANT 123')
    expect(info()).toBe('handlers_usec=3000,slow_handlers=0')
    run('SLEEPY.LINEAR 1234')
    expect(info()).toBe('handlers_usec=7000,slow_handlers=0')
    run('SET 12 x')
    run('DEL 12')
    expect(info()).toBe('handlers_usec=9000,slow_handlers=0')
    clock.advance(10_000)
    expect(info()).toBe('handlers_usec=59000,slow_handlers=1')
    run('CONFIG RESETSTAT')
    expect(info()).toBe('handlers_usec=0,slow_handlers=0')
  })

  it('are logged and counted from module-handler-log-slower-than on', () => {
    run('SLEEPY.CONSTANT 123456789')
    run('SLEEPY.CONSTANT 1234567890')
    run('SLEEPY.LINEAR 1234567890')
    expect(info()).toBe('handlers_usec=29000,slow_handlers=2')
    clock.advance(1000)
    run('CONFIG SET module-handler-log-slower-than 3000')
    run('SLEEPY.LINEAR 12')
    run('SLEEPY.LINEAR 123')
    expect(info()).toBe('handlers_usec=34000,slow_handlers=3')
    run('CONFIG SET module-handler-log-slower-than -1')
    run('SLEEPY.LINEAR 1234567890')
    expect(info()).toBe('handlers_usec=44000,slow_handlers=3')
    expect(logged).toEqual([
      'Module sleepy: sleepy.constant took 10.0 ms, and everybody waited',
      'Module sleepy: sleepy.linear took 10.0 ms, and everybody waited',
      'Module sleepy: sleepy.linear took 3.0 ms, and everybody waited',
    ])
  })

  it('are logged once a second each, with how many there were since', () => {
    for (let i = 0; i < 50; i++) run('SLEEPY.LINEAR 1234567890')
    run('SLEEPY.CONSTANT 1234567890')
    clock.advance(500)
    run('SLEEPY.LINEAR 12345678901234567890')
    run('SLEEPY.LINEAR 1234567890')
    clock.advance(1000)
    run('SLEEPY.LINEAR 1234567890')
    expect(info()).toContain('slow_handlers=54')
    expect(logged).toEqual([
      'Module sleepy: sleepy.linear took 10.0 ms, and everybody waited',
      'Module sleepy: sleepy.constant took 10.0 ms, and everybody waited',
      'Module sleepy: sleepy.linear took 20.0 ms, and everybody waited; 49 times more since the last such line',
      'Module sleepy: sleepy.linear took 10.0 ms, and everybody waited; once more since the last such line',
    ])
  })
})
