import { defineContainer } from '@kvasir/module-api'
import { ACL } from './_declaration.ts'

export default defineContainer({
  name: 'JSON.DEBUG',
  summary: 'A container for debugging commands.',
  since: '1.0.0',
  group: 'module',
  complexity: 'N/A',
  flags: [],
  acl: ACL,
  help: { since: '1.0.0', acl: ACL },
})
