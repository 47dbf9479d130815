import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createModuleResolver } from './module-resolver.ts'

const folder = mkdtempSync(join(tmpdir(), 'kvasir-resolver-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const resolve = createModuleResolver(folder)
const MODULE = `{ name: 'm', version: '1.0.0', api: 1 }`

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return `./${name}`
}

function pack(name: string, manifest: object, text: string): string {
  const home = join(folder, 'node_modules', name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, type: 'module', ...manifest }))
  writeFileSync(join(home, 'index.js'), text)
  return name
}

it('takes a default export that is a module, as ES module, TypeScript or CommonJS', () => {
  expect(resolve(file('a.mjs', `export default ${MODULE}`)).name).toBe('m')
  expect(resolve(file('b.ts', `const m: object = ${MODULE}\nexport default m`)).name).toBe('m')
  expect(resolve(file('c.cjs', `module.exports = ${MODULE}`)).name).toBe('m')
  expect(resolve(join(folder, 'a.mjs')).name).toBe('m')
})

it('takes a function of the arguments', () => {
  const path = file('d.mjs', `export default (args) => ({ name: 'with-' + args.join('-'), version: '1.0.0', api: 1 })`)
  expect(resolve(path, ['one', 'two']).name).toBe('with-one-two')
})

it('finds packages', () => {
  expect(resolve(pack('some-module', { exports: './index.js' }, `export default ${MODULE}`)).name).toBe('m')
})

it('says what is wrong with what it does not find or cannot use', () => {
  expect(() => resolve('./missing.mjs')).toThrow(`KV_MODULE_NOT_FOUND: there is no file ${join(folder, 'missing.mjs')}`)
  expect(() => resolve('missing-module')).toThrow(
    `there is no package 'missing-module' in ${folder}: install it there with npm install missing-module`,
  )
  expect(() => resolve(pack('import-only', { exports: { import: './index.js' } }, 'export default 1'))).toThrow(
    `package 'import-only' exports nothing that can be loaded: its exports need a "default" condition`,
  )
  expect(() => resolve(file('e.mjs', 'export const module = 1'))).toThrow(
    "KV_MODULE_DECLARATION: './e.mjs' has no module as its default export: export default defineModule({ ... })",
  )
  expect(() => resolve(file('f.mjs', `import 'not-there'\nexport default ${MODULE}`))).toThrow(
    /^KV_MODULE_LOAD: '\.\/f\.mjs' \(.*f\.mjs\) cannot be imported: Cannot find package 'not-there'/,
  )
  expect(() => resolve(file('g.mjs', `await 1\nexport default ${MODULE}`))).toThrow(
    "KV_MODULE_LOAD: './g.mjs' waits while it is imported: move its top-level await into load()",
  )
  expect(() => resolve(file('h.mjs', `export default () => { throw new Error('no such argument') }`))).toThrow(
    "KV_MODULE_LOAD: './h.mjs' refused its arguments: no such argument",
  )
})
