import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('SELECT changes the database of its connection only', () => {
  const { client, connect } = startTestEngine()
  const other = connect()
  client.run('SET a v')
  expect([client.run('SELECT 15'), client.run('GET a'), other.run('GET a')]).toEqual(['OK', '(nil)', 'v'])
  expect([client.run('SELECT 0'), client.run('GET a')]).toEqual(['OK', 'v'])
})

it('SELECT refuses databases that there are not', () => {
  const { client } = startTestEngine()
  const notInt32 = '(error) ERR value is out of range, value must between -2147483648 and 2147483647'
  for (const [index, error] of [
    ['16', '(error) ERR DB index is out of range'],
    ['-1', '(error) ERR DB index is out of range'],
    ['-2147483648', '(error) ERR DB index is out of range'],
    ['2147483648', notInt32],
    ['-2147483649', notInt32],
    ['4294967296', notInt32],
    ['9223372036854775807', notInt32],
    ['9223372036854775808', '(error) ERR value is not an integer or out of range'],
    ['x', '(error) ERR value is not an integer or out of range'],
    ['01', '(error) ERR value is not an integer or out of range'],
  ]) {
    expect(client.run(`SELECT ${index}`)).toBe(error)
  }
  expect(client.run('SELECT')).toBe("(error) ERR wrong number of arguments for 'select' command")
  expect(client.session.dbIndex).toBe(0)
})
