import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('LOLWUT draws, and ends with the versions', () => {
  const { client } = startTestEngine()
  expect(client.run('LOLWUT')).toMatch(/Kvasir ver\. .*Valkey ver\. 9\.\d+\.\d+\n$/)
  expect(client.run('LOLWUT VERSION 5 1 2')).toContain('Valkey ver.')
  client.run('CONFIG SET extended-redis-compatibility yes')
  expect(client.run('LOLWUT')).toContain('Redis ver. 7.2.4')
  expect(client.run('LOLWUT VERSION x')).toBe('(error) ERR value is not an integer or out of range')
})

it('LOLWUT draws for the versions that have a drawing, and else just tells its own', () => {
  const { client } = startTestEngine()
  for (const version of ['5', '6', '9']) expect(client.run(`LOLWUT VERSION ${version}`)).toContain('|\n')
  for (const version of ['1', '4', '7', '8', '-1']) {
    expect(client.run(`LOLWUT VERSION ${version} x y z`)).toMatch(/^Kvasir ver\. [^\n]*Valkey ver\. 9\.\d+\.\d+\n$/)
  }
})

it('LOLWUT refuses the arguments that Valkey refuses', () => {
  const { client } = startTestEngine()
  const usage = '(error) ERR Syntax error. Use: LOLWUT [columns rows] [real imaginary]'
  const integer = '(error) ERR value is not an integer or out of range'
  const float = '(error) ERR value is not a valid float'
  for (const [line, reply] of [
    ['5', usage],
    ['VERSION', usage],
    ['foo bar baz', usage],
    ['10 10 1', usage],
    ['10 10 1 2 3', usage],
    ['VERSION 9 10', usage],
    ['a b', integer],
    ['10 x', integer],
    ['VERSION 9 x y', integer],
    ['VERSION 5 x', integer],
    ['VERSION 5 1 2 x', integer],
    ['VERSION 6 x', integer],
    ['VERSION 99999999999999999999', integer],
    ['10 10 x y', float],
    ['10 10 1 x', float],
    ['10 10 nan 1', float],
  ]) {
    expect([line, client.run(`LOLWUT ${line}`)]).toEqual([line, reply])
  }
  for (const line of [
    '10 10',
    '0 0',
    '-5 5',
    '10 10 1 2',
    'VERSION 5 1 2 3 x',
    'VERSION 6 1 2 x y',
    'VERSION 5 4 1 1',
  ]) {
    expect(client.run(`LOLWUT ${line}`)).toContain('Kvasir ver.')
  }
})
