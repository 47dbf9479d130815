import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('LASTSAVE answers with the start of the server while nothing has been saved', () => {
  const { client, clock, engine } = startTestEngine()
  clock.advance(5000)
  expect(client.raw('LASTSAVE')).toBe(':1700000000\r\n')
  engine.lastSaveMs = clock.now
  expect(client.raw('LASTSAVE')).toBe(':1700000005\r\n')
  expect(client.run('LASTSAVE x')).toBe("(error) ERR wrong number of arguments for 'lastsave' command")
})
