import { expect, it } from 'vitest'
import { compilePath } from './path-parser.ts'

it('Short paths are kept compiled; long ones are not, as many of them would take gigabytes', () => {
  expect(compilePath('$.a[0]')).toBe(compilePath('$.a[0]'))
  const long = `$${'[0]'.repeat(100)}`
  expect(compilePath(long)).not.toBe(compilePath(long))
  expect(compilePath(long)).toEqual(compilePath(long))
})
