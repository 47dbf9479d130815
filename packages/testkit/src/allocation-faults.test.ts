import { expect, it } from 'vitest'
import { failAllocations } from './allocation-faults.ts'
import { checkEngine } from './engine-invariants.ts'
import { startTestEngine } from './test-server.ts'

it('memory that runs out is answered with OOM, and the engine stays in order', async () => {
  await using engine = startTestEngine()
  engine.call('RPUSH', 'list', 'a'.repeat(100))
  const outcomes: string[] = []
  for (let after = 0; after < 3; after++) {
    using _ = failAllocations(engine.engine, after)
    for (const key of ['a', 'b', 'c']) {
      try {
        outcomes.push(engine.call('SET', `${key}${after}`, 'x'.repeat(50)))
      } catch (error) {
        outcomes.push((error as Error).message.slice(0, 3))
      }
    }
  }
  expect(outcomes).toEqual(['OOM', 'OOM', 'OOM', 'OK', 'OOM', 'OOM', 'OK', 'OK', 'OOM'])
  checkEngine(engine.engine)
  expect(engine.call('SET', 'd', 'x')).toBe('OK')
  expect(engine.call('DBSIZE')).toBe(5)
})

it('memory also runs out at maxmemory', async () => {
  await using engine = startTestEngine()
  engine.call('CONFIG', 'SET', 'maxmemory', 1)
  expect(() => engine.call('SET', 'a', '1')).toThrow(/^OOM /)
})
