import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
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

describe('A module that was loaded before', () => {
  const versionOf = (text: string): string => `{ name: 'm', version: ${text}, api: 1 }`

  it.each([
    ['an ES module', 'mjs', (v: number) => `export const v = '${v}.0.0'`, "import { v } from './DEP'\nexport default"],
    [
      'TypeScript',
      'ts',
      (v: number) => `export const v: string = '${v}.0.0'`,
      "import { v } from './DEP'\nexport default",
    ],
    ['CommonJS', 'cjs', (v: number) => `exports.v = '${v}.0.0'`, "const { v } = require('./DEP')\nmodule.exports ="],
  ])('is read anew with the files beside it: %s', (_what, extension, dependency, head) => {
    const main = file(`again.${extension}`, `${head.replace('DEP', `dep.${extension}`)} ${versionOf('v')}`)
    const fresh = createModuleResolver(folder)
    for (const version of [1, 2, 3]) {
      file(`dep.${extension}`, dependency(version))
      expect(fresh(main).version).toBe(`${version}.0.0`)
    }
    file(`again.${extension}`, `${head.replace('DEP', `dep.${extension}`)} ${versionOf("v + '-beta'")}`)
    expect(fresh(main).version).toBe('3.0.0-beta')
  })

  it('shares packages with the rest of the process', () => {
    pack('shared-one', { exports: './index.js' }, 'export const state = { loads: 0 }')
    const definition = versionOf("state.loads + '.0.0'")
    const main = file('sharing.mjs', `import { state } from 'shared-one'\nstate.loads++\nexport default ${definition}`)
    const fresh = createModuleResolver(folder)
    expect([1, 2, 3].map(() => fresh(main).version)).toEqual(['1.0.0', '2.0.0', '3.0.0'])
  })

  it('can be mended after it could not be imported, in this engine and in another one', () => {
    const main = file('broken.mjs', 'throw new Error("not yet")')
    expect(() => resolve(main)).toThrow('not yet')
    file('broken.mjs', `export default ${MODULE}`)
    expect(createModuleResolver(folder)(main).name).toBe('m')
    expect(resolve(main).name).toBe('m')
  })

  it('still says what is wrong with it', () => {
    const main = file('worse.mjs', `export default ${MODULE}`)
    expect(resolve(main).name).toBe('m')
    file('worse.mjs', 'await 1\nexport default 5')
    expect(() => resolve(main)).toThrow("KV_MODULE_LOAD: './worse.mjs' waits while it is imported")
    file('worse.mjs', "import 'not-there'")
    expect(() => resolve(main)).toThrow(
      /^KV_MODULE_LOAD: .*worse\.mjs\) cannot be imported: Cannot find package 'not-there'/,
    )
  })
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
