import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('SWAPDB swaps the keys of two databases for everybody, with their times to live', () => {
  const { client, connect, clock, engine } = startTestEngine()
  const other = connect()
  other.run('SELECT 1')
  client.run('SET a zero PX 5000')
  other.run('SET b one')
  const { dirty } = engine
  expect(client.run('SWAPDB 0 1')).toBe('OK')
  expect([client.run('GET a'), client.run('GET b')]).toEqual(['(nil)', 'one'])
  expect([other.run('PTTL a'), other.run('GET b')]).toEqual(['(integer) 5000', '(nil)'])
  expect([client.run('SWAPDB 1 0'), client.run('SWAPDB 3 3'), client.run('GET a')]).toEqual(['OK', 'OK', 'zero'])
  expect(engine.dirty - dirty).toBe(3)
  client.run('SWAPDB 0 5')
  clock.advance(6000)
  expect(engine.db(5).size).toBe(0)
})

it('SWAPDB tells of keys by the number that their database has now', () => {
  const { client, clock, events } = startTestEngine()
  client.run('SET a v PX 10')
  client.run('SWAPDB 0 7')
  events()
  clock.advance(200)
  expect(events()).toEqual(['expired a 7'])
})

it('SWAPDB refuses what is no number before what is no database', () => {
  const { client } = startTestEngine()
  const outside = '(error) ERR DB index is out of range'
  for (const [args, error] of [
    ['x y', '(error) ERR invalid first DB index'],
    ['x 0', '(error) ERR invalid first DB index'],
    ['44 y', '(error) ERR invalid second DB index'],
    ['2147483648 0', '(error) ERR invalid first DB index'],
    ['0 -2147483649', '(error) ERR invalid second DB index'],
    ['0 9223372036854775808', '(error) ERR invalid second DB index'],
    ['0 16', outside],
    ['16 0', outside],
    ['-1 0', outside],
    ['0 2147483647', outside],
  ]) {
    expect(client.run(`SWAPDB ${args}`)).toBe(error)
  }
  expect(client.run('SWAPDB 0')).toBe("(error) ERR wrong number of arguments for 'swapdb' command")
})
