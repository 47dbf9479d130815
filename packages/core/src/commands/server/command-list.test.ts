import { API_LEVEL, defineCommand, defineModule } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

const fortune = defineModule({
  name: 'fortune',
  version: '1.0.0',
  api: API_LEVEL,
  commands: [
    defineCommand({
      name: 'FORTUNE.TELL',
      summary: 'Tells the future.',
      since: '1.0.0',
      complexity: 'O(1)',
      reply: { type: 'any' },
      flags: [],
      args: {},
      handler: () => 'rain',
    }),
  ],
})

describe('COMMAND LIST', () => {
  const { client } = startTestEngine([fortune])
  const list = (filter: string): string[] => client.run(`COMMAND LIST ${filter}`).slice(1, -1).split(', ').sort()

  it('names every command and subcommand', () => {
    expect(list('')).toEqual(expect.arrayContaining(['get', 'client', 'client|list', 'fortune.tell']))
  })

  it('filters by pattern, in any case', () => {
    expect(list('FILTERBY PATTERN set')).toEqual(['set'])
    expect(list('filterby pattern CLIENT|NO*')).toEqual(['client|no-evict', 'client|no-touch'])
    expect(list('FILTERBY PATTERN cl*help')).toContain('client|help')
    expect(list('FILTERBY PATTERN none*')).toEqual([''])
  })

  it('filters by ACL category, in any case', () => {
    expect(list('FILTERBY ACLCAT String')).toEqual(expect.arrayContaining(['get', 'set', 'append']))
    expect(list('FILTERBY ACLCAT string')).not.toContain('del')
    expect(list('FILTERBY ACLCAT @string')).toEqual([''])
  })

  it('filters by module', () => {
    expect(list('FILTERBY MODULE fortune')).toEqual(['fortune.tell'])
    expect(list('FILTERBY MODULE none')).toEqual([''])
  })

  it('refuses other filters', () => {
    for (const filter of [
      'x',
      'FILTERBY',
      'FILTERBY MODULE',
      'FILTERBY FOO x',
      'FILTERBY MODULE x y',
      'FOO MODULE x',
    ]) {
      expect(client.run(`COMMAND LIST ${filter}`)).toBe('(error) ERR syntax error')
    }
  })
})
