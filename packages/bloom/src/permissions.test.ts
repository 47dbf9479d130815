/** Who may only write must not learn what was there. */

import { expect, it } from 'vitest'
import { startBloomEngine } from './_test-engine.ts'

it.each(['CMS.QUERY key a', 'CMS.INCRBY key a 0', 'TOPK.LIST key', 'TOPK.ADD key a', 'TOPK.INCRBY key a 1000'])(
  '%s needs permission to read',
  (line) => {
    const { run } = startBloomEngine()
    run('ACL SETUSER writer on nopass %W~* +@all')
    run('ACL SETUSER both on nopass ~* +@all')
    expect(run(`ACL DRYRUN writer ${line}`)).toContain('no permissions to access the')
    expect(run(`ACL DRYRUN both ${line}`)).toBe('OK')
    expect(run('ACL DRYRUN writer BF.ADD key a')).toBe('OK')
  },
)
