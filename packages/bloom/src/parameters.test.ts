import { beforeEach, expect, it } from 'vitest'
import { type BloomEngine, startBloomEngine } from './_test-engine.ts'

let run: BloomEngine['run']

beforeEach(() => {
  run = startBloomEngine().run
})

it('Parameters bloom.bf-* are those of Bloom filters that are made without being told', () => {
  for (const [name, value] of [
    ['bf-error-rate', '0.1'],
    ['bf-initial-size', '10'],
    ['bf-expansion-factor', '4'],
  ]) {
    expect(run(`CONFIG SET bloom.${name} ${value}`)).toBe('OK')
  }
  run('BF.ADD added a')
  run('BF.RESERVE reserved 0.1 10 EXPANSION 4')
  run('BF.ADD reserved a')
  expect(run('BF.INFO added')).toEqual(run('BF.INFO reserved'))
})

it('Parameters bloom.cf-* are those of cuckoo filters that are made without being told', () => {
  for (const [name, value] of [
    ['cf-initial-size', '8'],
    ['cf-bucket-size', '1'],
    ['cf-max-iterations', '7'],
    ['cf-expansion-factor', '2'],
    ['cf-max-expansions', '1'],
  ]) {
    expect(run(`CONFIG SET bloom.${name} ${value}`)).toBe('OK')
  }
  run('CF.ADD added a')
  run('CF.RESERVE reserved 8 BUCKETSIZE 1 MAXITERATIONS 7 EXPANSION 2')
  run('CF.ADD reserved a')
  expect(run('CF.INFO added')).toEqual(run('CF.INFO reserved'))
  const replies = Array.from({ length: 20 }, (_, i) => run(`CF.ADD added item-${i}`))
  expect(replies).toContain('ERR Maximum expansions reached')
})

it('Parameters refuse what a filter cannot be made with', () => {
  for (const rate of ['0', '1', '2', '-0.1', 'nan', 'inf', 'x']) {
    expect(run(`CONFIG SET bloom.bf-error-rate ${rate}`)).toMatch(/argument must be between 0 and 1$/)
  }
  for (const name of ['bf-initial-size', 'bf-expansion-factor', 'cf-initial-size', 'cf-bucket-size']) {
    for (const value of ['0', '2147483648', 'x']) {
      expect(run(`CONFIG SET bloom.${name} ${value}`)).toMatch(/argument (must be between|couldn't be parsed)/)
    }
  }
  expect(run('CONFIG GET bloom.bf-error-rate')).toEqual({ 'bloom.bf-error-rate': '0.01' })
})
