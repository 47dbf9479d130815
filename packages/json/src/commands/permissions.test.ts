/** Who may only write a document must not learn what is in it. */

import { startTestEngine } from '@kvasir/testkit'
import { expect, it } from 'vitest'
import { jsonModule } from '../json-module.ts'

it.each([
  'JSON.GET doc $',
  'JSON.ARRPOP doc $.list',
  'JSON.NUMINCRBY doc $.number 0',
  'JSON.NUMMULTBY doc $.number 1',
  'JSON.TOGGLE doc $.flag',
])('%s needs permission to read', (line) => {
  const engine = startTestEngine({ modules: [jsonModule] })
  engine.call('JSON.SET', 'doc', '$', '{"number":41,"flag":true,"list":["secret"]}')
  engine.call('ACL', 'SETUSER', 'writer', 'on', 'nopass', '%W~*', '+@all')
  engine.call('ACL', 'SETUSER', 'both', 'on', 'nopass', '~*', '+@all')
  expect(engine.call('ACL', 'DRYRUN', 'writer', ...line.split(' '))).toContain('no permissions to access the')
  expect(engine.call('ACL', 'DRYRUN', 'both', ...line.split(' '))).toBe('OK')
  expect(engine.call('ACL', 'DRYRUN', 'writer', 'JSON.SET', 'doc', '$.number', '1')).toBe('OK')
})
